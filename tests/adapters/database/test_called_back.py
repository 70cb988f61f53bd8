"""A kept case is called back on either database: whole calls, and two who press or begin at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.memory.rehearsal_store import MemoryBesideCases
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.recovery.callback import CallBack
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.call_back import CallingBack
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.opening_callbacks import Opening
from ivr.services.desk.opening_callbacks import lines_of as waited_for
from ivr.services.ports import StoreUnavailable
from tests.services.desk.overnight import PHONE, Morning, handset, kept_overnight, rung

AT_ONCE = 4


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, breaker=Breaker(), durability="survives_our_death", longest_wait_s=10)
    yield database
    database.close()


@pytest.fixture
def morning(database: Database, tmp_path: Path) -> Morning:
    return kept_overnight(moved=lambda line: in_database(line, database, tmp_path))


def in_database(line: RehearsalLine, database: Database, folder: Path) -> RehearsalLine:
    """Give the line with its accounts, and everything about cases, in *database*."""
    cases = line.cases
    assert cases is not None
    with cases.database.engine.connect() as old, database.engine.begin() as new:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
    key, anchor = cases.sender.house.key, Anchor(folder / "audit.anchor")
    directory = SqlDirectory(database, countries=line.settings.countries)
    room = replace(cases.room, cases=SqlCases(database, key=key, anchor=anchor), directory=directory)
    outbox = SqlOutbox(database, key=key, anchor=anchor, domain="rehearsal.example")
    sender = replace(cases.sender, outbox=outbox, directory=directory)
    store = MemoryBesideCases(database=database)
    moved = replace(cases, database=database, room=room, sender=sender)
    return replace(line, store=store, cases=moved)


def tries(morning: Morning) -> tuple[CallBack, ...]:
    case = morning.case()
    return morning.desk.cases.act(lambda tx: tx.call_backs.of(case.id))


def opening(morning: Morning) -> Opening:
    desk = morning.desk
    return Opening(
        cases=desk.cases, policy=desk.policy, lines=waited_for(morning.line.tree), fresh=desk.fresh
    )


def together(work: Callable[[], object]) -> list[object]:
    """Do the same in several threads that start at once; give what each gave, or how it was refused."""
    start = Barrier(AT_ONCE)

    def begun(_: int) -> object:
        start.wait()
        try:
            return work()
        except (MoveBlocked, StaleCase) as fault:
            return type(fault)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        return list(threads.map(begun, range(AT_ONCE)))


def test_one_press_one_key_and_one_code_take_the_case_up_again(morning: Morning) -> None:
    phone = morning.answered()
    held = morning.case().state

    phone.type(phone.code_from("text"))
    phone.press(phone.named_key())

    assert (held, morning.case().state) == ("HELD", "CONFIRMED")
    assert rung(phone) == ["day desk"]
    phone.hang_up()
    assert [(one.n, one.agent, one.call, one.outcome) for one in tries(morning)] == [
        (1, "ana", phone.call, "answered")
    ]


def test_a_call_that_nobody_takes_is_told_and_ended_in_the_database(morning: Morning) -> None:
    morning.press()
    phone = morning.phone
    phone.pick_up()
    phone.stay_silent()
    phone.stay_silent()

    (one,) = tries(morning)
    assert (phone.is_over, one.outcome, one.answered_at) == (True, "no_key", None)
    assert one.ended_at is not None


def test_of_agents_who_press_at_once_one_has_the_phone_called(morning: Morning) -> None:
    morning.line.settle()
    desk, number, at = morning.desk, morning.case().number, morning.line.clock.now()

    came = together(lambda: CallingBack(desk=desk).call(number, "ana", at=at))
    morning.line.settle()

    assert sum(one in (MoveBlocked, StaleCase) for one in came) == AT_ONCE - 1
    assert (len(tries(morning)), morning.placed()) == (1, [PHONE])


def test_of_an_agent_and_a_worker_who_begin_at_once_one_has_the_phone_called(morning: Morning) -> None:
    morning.line.settle()
    desk, number, at = morning.desk, morning.case().number, morning.line.clock.now()
    turns = iter((True, False) * AT_ONCE)

    def begin() -> object:
        if next(turns):
            return CallingBack(desk=desk).call(number, "ana", at=at)
        return opening(morning).tend(at)

    together(begin)
    morning.line.settle()

    assert (len(tries(morning)), morning.placed()) == (1, [PHONE])


def test_of_workers_who_look_at_once_one_begins_each_try_and_one_mails(morning: Morning) -> None:
    for _ in range(4):
        morning.line.settle()
        at = morning.line.clock.now()
        came = together(lambda at=at: opening(morning).tend(at))  # type: ignore[misc]  # a default binds the moment
        assert sorted(came) == [0] * (AT_ONCE - 1) + [1]  # type: ignore[type-var]  # they are numbers
        morning.line.settle()
        morning.line.clock.advance(timedelta(minutes=10).total_seconds())

    assert [one.outcome for one in tries(morning)] == ["lost", "lost", "lost", "mailed"]
    assert morning.placed() == [PHONE] * 3
    assert sum("we tried to call you" in one.words for one in morning.line.received) == 1


def test_the_database_takes_no_second_open_try_of_a_case(morning: Morning) -> None:
    morning.press()
    (first,) = tries(morning)
    second = replace(first, id="e" * 32, n=0)

    with pytest.raises(StoreUnavailable):
        morning.desk.cases.act(lambda tx: tx.call_backs.add(second))

    assert tries(morning) == (first,)


def test_a_second_call_cannot_take_up_what_the_first_has_taken(morning: Morning) -> None:
    phone = morning.answered()
    stranger = handset(morning.line, PHONE, 9)

    stranger.pick_up()

    case, desk = morning.case(), morning.desk
    first, second = (
        desk.cases.act(lambda tx, call=call: tx.joined(case.id, call))  # type: ignore[misc]  # as above
        for call in (phone.call, stranger.call)
    )
    assert stranger.is_over
    assert tries(morning)[0].call == phone.call
    assert first is not None
    assert second is None
