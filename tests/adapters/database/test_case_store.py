"""Cases in both databases: each turn once, each limit whole, each change by one person."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import OperationalError

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.gates import change_gates, missing
from ivr.domain.recovery.limits import allows, noted
from ivr.domain.recovery.policy import Limit
from ivr.services.case_ports import Answered, CaseWork, Outgoing, StaleCase
from ivr.services.ports import StoreUnavailable
from tests.adapters.database.case_kept import fault_of, on_record, opened, put
from tests.adapters.database.sample import BUSY, count, key_of, stored_effects
from tests.domain.recovery.ready import AT, OPENED, POLICY, TO_CHANGE, ago
from tests.sizes import drilled

ROUNDS = drilled(3, full=1000)
RACES = drilled(20, full=1000)
GUESSES = 50
LIMIT = Limit(count=3, seconds=3600)


class GaveUp(Exception):  # noqa: N818 -- it names what happened to the work
    pass


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "audit.anchor"


@pytest.fixture
def breaker() -> Breaker:
    return Breaker(retry_s=3600)


@pytest.fixture
def cases(url: str, anchor: Path, breaker: Breaker) -> Iterator[SqlCases]:
    with opened(url, anchor, breaker=breaker) as cases:
        yield cases


def together(work: Callable[[int], object], times: int) -> list[object]:
    """Do the work in so many threads at once; what each gives, or raises."""
    ready = Barrier(times)

    def one(number: int) -> object:
        ready.wait()
        try:
            return work(number)
        except Exception as raised:  # noqa: BLE001 -- it is what the test looks at
            return raised

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def add(case: Case, tx: CaseWork) -> None:
    tx.add(case)


def turn(number: int = 0) -> Callable[[CaseWork], Answered]:
    def work(tx: CaseWork) -> Answered:
        tx.record("act", {"number": number}, at=AT)
        return Answered(reply=f"from {number}".encode(), effects=(BUSY,))

    return work


def test_a_repeated_turn_is_done_once_and_answered_with_the_same_bytes(cases: SqlCases, url: str) -> None:
    replies = [cases.once(key_of(4), turn(number), at=AT) for number in range(3)]

    assert replies == [b"from 0"] * 3
    assert len(on_record(url)) == 1
    assert stored_effects(url) == {BUSY}


def test_copies_of_a_turn_in_several_threads_are_done_once(cases: SqlCases, url: str, anchor: Path) -> None:
    replies = together(lambda number: cases.once(key_of(4), turn(number), at=AT), 8)

    assert len(set(replies)) == 1
    assert replies[0] in {f"from {number}".encode() for number in range(8)}
    assert (len(on_record(url)), count(url, "transfer")) == (1, 1)
    assert fault_of(url, anchor) is None


def test_copies_of_a_turn_in_several_processes_are_done_once(url: str, anchor: Path) -> None:
    command = [sys.executable, "-m", "tests.adapters.database.case_drill", "race", url, str(anchor), "4"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()

    assert len(said) == 4
    assert len(set(said)) == 1
    assert len(on_record(url)) == 1


def test_an_earlier_turn_that_comes_late_is_not_done(cases: SqlCases, url: str) -> None:
    cases.once(key_of(5), turn(5), at=AT)

    with pytest.raises(StoreUnavailable, match="nothing is done twice"):
        cases.once(key_of(4), turn(4), at=AT)

    assert len(on_record(url)) == 1


def test_work_that_gives_up_leaves_nothing_and_the_database_is_well(
    cases: SqlCases, url: str, breaker: Breaker, anchor: Path
) -> None:
    def work(tx: CaseWork) -> Answered:
        tx.add(OPENED)
        tx.record("act", {}, at=AT)
        tx.keep_moments("account", "a", (1,))
        raise GaveUp

    with pytest.raises(GaveUp):
        cases.once(key_of(4), work, at=AT)

    assert [count(url, table) for table in ("recovery_case", "audit", "tally", "reply", "call")] == [0] * 5
    assert not breaker.is_open
    assert cases.once(key_of(4), turn(), at=AT) == b"from 0"
    assert fault_of(url, anchor) is None


def test_a_row_that_breaks_the_law_leaves_nothing_and_the_database_is_well(
    cases: SqlCases, url: str, breaker: Breaker
) -> None:
    cases.act(lambda tx: tx.add(OPENED))

    def work(tx: CaseWork) -> None:
        tx.record("act", {}, at=AT)
        tx.save(replace(OPENED, state="CHANGED", changed_at=AT))

    with pytest.raises(StoreUnavailable):
        cases.act(work)

    assert cases.act(lambda tx: tx.case(OPENED.id)) == OPENED
    assert on_record(url) == []
    assert not breaker.is_open


def test_a_case_that_somebody_else_changed_is_not_changed_over_that(cases: SqlCases) -> None:
    cases.act(lambda tx: tx.add(OPENED))
    first = cases.act(lambda tx: tx.save(replace(OPENED, state="CLAIMED", account="a")))

    with pytest.raises(StaleCase, match="900000001 was changed by somebody else"):
        cases.act(lambda tx: tx.save(replace(OPENED, state="CANCELLED")))

    assert first.version == 2
    assert cases.act(lambda tx: tx.case(OPENED.id)) == first


def test_a_case_that_was_never_stored_is_not_saved(cases: SqlCases) -> None:
    with pytest.raises(StaleCase):
        cases.act(lambda tx: tx.save(OPENED))


def test_of_fifty_guesses_at_once_exactly_as_many_are_checked_as_the_limit_has(cases: SqlCases) -> None:
    def guess(tx: CaseWork, account: str) -> bool:
        moments = tx.moments("account", account)
        is_allowed = allows(moments, (LIMIT,), at_us=1)
        if is_allowed:
            tx.keep_moments("account", account, noted(moments, at_us=1))
        return is_allowed

    def guesses(account: str, _: int) -> bool:
        return cases.act(lambda tx: guess(tx, account))

    for number in range(ROUNDS):
        checked = together(partial(guesses, f"{number}"), GUESSES)

        assert sorted(map(str, checked)) == ["False"] * (GUESSES - LIMIT.count) + ["True"] * LIMIT.count


def test_of_several_who_change_one_case_at_once_exactly_one_does(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    def change(tx: CaseWork, case_id: CaseId, who: int) -> str:
        case = tx.case(case_id)
        assert case is not None
        if missing(change_gates(case, POLICY, at=AT)):
            return "too late"
        tx.save(replace(case, state="CHANGED", changed_at=AT))
        tx.record("case", {"case": case_id, "who": who}, at=AT)
        return "changed"

    def race(case_id: CaseId, who: int) -> str:
        return cases.act(lambda tx: change(tx, case_id, who))

    for number in range(RACES):
        case = replace(TO_CHANGE, id=CaseId(f"{number:032}"), number=CaseNumber(f"9{number:08}"))
        put(url, case)

        ends = together(partial(race, case.id), 3)

        assert ends.count("changed") == 1
        assert [
            end for end in ends if end not in ("changed", "too late") and not isinstance(end, StaleCase)
        ] == []
    assert len(on_record(url)) == RACES
    assert fault_of(url, anchor) is None


def test_a_counter_that_is_purged_while_it_is_read_is_held_against_that(
    postgresql_url: str, anchor: Path
) -> None:
    other = create_engine(postgresql_url, connect_args={"options": "-c lock_timeout=100"})

    def purge(_: Connection, __: object, statement: str, *___: Any) -> None:
        if "INTO tally" in statement:
            with suppress(OperationalError), other.begin() as connection:
                connection.exec_driver_sql("DELETE FROM tally")

    with opened(postgresql_url, anchor) as cases:
        cases.act(lambda tx: tx.keep_moments("account", "a", (7,)))
        event.listen(cases._database.engine, "after_cursor_execute", purge)
        read = cases.act(lambda tx: tx.moments("account", "a"))
    other.dispose()

    assert read == (7,)


def test_everything_about_a_case_is_read_as_it_was_stored(cases: SqlCases) -> None:
    later = AT + timedelta(microseconds=1)
    proved = Evidence(factor="pin", call="CA1", at=AT, contact="c", rests_on="m")
    code = SentCode(case=OPENED.id, call="CA1", contact="p", salt="s", asked_at=AT, expires_at=later, sends=1)
    used = replace(code, sends=2, checks=2, used_at=later)

    def work(tx: CaseWork) -> None:
        tx.add(TO_CHANGE)
        tx.join(TO_CHANGE.id, "CA1", AT)
        tx.join(TO_CHANGE.id, "CA2", later)
        tx.join(TO_CHANGE.id, "CA1", later)
        tx.prove(TO_CHANGE.id, replace(proved, at=ago(9)))
        tx.prove(TO_CHANGE.id, proved)
        tx.keep_code(code)
        tx.keep_code(used)

    cases.act(work)

    assert cases.act(lambda tx: tx.case_of("CA2")) == TO_CHANGE
    assert cases.act(lambda tx: tx.case_numbered(TO_CHANGE.number)) == TO_CHANGE
    joined = cases.act(lambda tx: [one.joined for one in tx.desk.calls(TO_CHANGE.id)])
    assert [(one.call, one.at) for one in joined] == [("CA2", later), ("CA1", AT)]
    assert cases.act(lambda tx: tx.evidence(TO_CHANGE.id)) == (proved,)
    assert cases.act(lambda tx: tx.code(TO_CHANGE.id, "CA1", "p")) == used
    assert cases.act(lambda tx: tx.code(TO_CHANGE.id, "CA2", "p")) is None
    assert cases.act(lambda tx: tx.case_of("CA3")) is None
    assert cases.act(lambda tx: tx.sender_seen_at()) is None


def test_a_call_in_several_cases_is_in_the_one_it_joined_last(cases: SqlCases) -> None:
    second = replace(OPENED, id=CaseId("d" * 32), number=CaseNumber("900000002"))

    def work(tx: CaseWork) -> None:
        for case, at in ((second, AT), (OPENED, ago(1))):
            tx.add(case)
            tx.join(case.id, "CA1", at)

    cases.act(work)

    assert cases.act(lambda tx: tx.case_of("CA1")) == second


def test_cases_that_are_over_are_not_listed(cases: SqlCases) -> None:
    over = replace(OPENED, id=CaseId("d" * 32), number=CaseNumber("900000002"), state="REFUSED", over_at=AT)
    old = replace(OPENED, id=CaseId("e" * 32), number=CaseNumber("900000003"), opened_at=ago(9000))

    for case in (OPENED, over, old):
        cases.act(partial(add, case))

    assert cases.act(lambda tx: tx.cases()) == (old, OPENED)


@pytest.mark.parametrize(("contact", "state"), [("p", "queued"), (None, "void")])
def test_a_message_to_nobody_is_kept_and_never_sent(
    cases: SqlCases, url: str, contact: str | None, state: str
) -> None:
    message = Outgoing(
        id="o",
        channel="text",
        purpose="code",
        case=OPENED.id,
        call="CA1",
        contact=contact,
        language="en",
        details={"b": "2", "a": "1"},
    )

    cases.act(lambda tx: tx.queue(message, at=AT))

    engine = create_engine(url)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT state, details, attempts FROM outbox").all()
    engine.dispose()
    assert [tuple(row) for row in kept] == [(state, '{"a": "1", "b": "2"}', 0)]
