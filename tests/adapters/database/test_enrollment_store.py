"""Apps, saved codes and invitations in both databases: each serves once, each answer takes one statement."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, insert, select

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.enrollment import App, Invitation
from ivr.services.case_ports import CaseWork
from tests.adapters.database.case_kept import opened
from tests.domain.recovery.ready import AT

ACCOUNT, OTHER = "a" * 32, "b" * 32
MACS = tuple(f"{number:064}" for number in range(8))
LINK = Invitation(id="1" * 32, account=ACCOUNT, expires_at=AT + timedelta(hours=24))
AT_ONCE = 8


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        cases.act(lambda tx: tx.enrolments.enrol(ACCOUNT, sealed="sealed", macs=MACS, at=AT))
        yield cases


def use_step(step: int, tx: CaseWork) -> bool:
    return tx.enrolments.use_step(ACCOUNT, step)


def use_saved(mac: str, account: str, tx: CaseWork) -> bool:
    return tx.enrolments.use_saved(account, mac, at=AT)


def end(invitation: str, tx: CaseWork) -> bool:
    return tx.enrolments.end_invitation(invitation, at=AT)


def test_a_step_serves_once_and_no_earlier_one_after_it(cases: SqlCases) -> None:
    served = [cases.act(partial(use_step, step)) for step in (7, 7, 6, 8)]

    assert served == [True, False, False, True]
    assert cases.act(lambda tx: tx.enrolments.app(ACCOUNT)) == App(sealed="sealed", last_step=8)


def test_a_saved_code_serves_once_and_for_its_account_alone(cases: SqlCases) -> None:
    tried = (
        (MACS[0], OTHER),
        (MACS[0], ACCOUNT),
        (MACS[0], ACCOUNT),
        (MACS[1], ACCOUNT),
        ("f" * 64, ACCOUNT),
    )

    assert [cases.act(partial(use_saved, *one)) for one in tried] == [False, True, False, True, False]


@pytest.mark.parametrize("use", [partial(use_saved, MACS[2], ACCOUNT), partial(use_step, 100)])
def test_of_several_who_type_one_code_at_once_it_serves_one(
    cases: SqlCases, use: Callable[[CaseWork], bool]
) -> None:
    ready = Barrier(AT_ONCE)

    def one(_: int) -> bool:
        ready.wait()
        return cases.act(use)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        served = list(threads.map(one, range(AT_ONCE)))

    assert sorted(served) == [False] * (AT_ONCE - 1) + [True]


def test_enrolling_anew_takes_the_place_of_all_that_was_there(cases: SqlCases) -> None:
    cases.act(partial(use_step, 7))

    cases.act(lambda tx: tx.enrolments.enrol(ACCOUNT, sealed="other", macs=("e" * 64,), at=AT))

    assert cases.act(lambda tx: tx.enrolments.app(ACCOUNT)) == App(sealed="other", last_step=0)
    assert not cases.act(partial(use_saved, MACS[0], ACCOUNT))
    assert cases.act(partial(use_saved, "e" * 64, ACCOUNT))


def test_an_invitation_ends_once_and_a_later_one_ends_it(cases: SqlCases) -> None:
    later = Invitation(id="2" * 32, account=ACCOUNT, expires_at=LINK.expires_at)
    cases.act(lambda tx: tx.enrolments.invite(LINK, at=AT))
    first = cases.act(lambda tx: tx.enrolments.invitation(LINK.id))

    cases.act(lambda tx: tx.enrolments.invite(later, at=AT))
    ended = [cases.act(partial(end, name)) for name in (LINK.id, later.id, later.id)]

    kept = cases.act(lambda tx: tx.enrolments.invitation(LINK.id))
    assert first == LINK
    assert kept is not None
    assert kept.ended_at == AT
    assert ended == [False, True, False]
    assert cases.act(lambda tx: tx.enrolments.invitation("3" * 32)) is None


@pytest.mark.parametrize("account", [ACCOUNT, OTHER])
@pytest.mark.parametrize(
    "ask",
    [
        lambda tx, account: tx.enrolments.app(account),
        lambda tx, account: tx.enrolments.use_step(account, 9),
        lambda tx, account: tx.enrolments.use_saved(account, MACS[3], at=AT),
    ],
    ids=["app", "step", "saved code"],
)
def test_every_answer_takes_one_statement_found_or_not(
    cases: SqlCases, account: str, ask: Callable[[CaseWork, str], object]
) -> None:
    statements: list[str] = []

    def work(tx: CaseWork) -> int:
        before = len(statements)
        ask(tx, account)
        return len(statements) - before

    engine = cases._database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(str(told[2])))

    assert cases.act(work) == 1


def test_consent_is_noted_once(cases: SqlCases) -> None:
    row = {"id": "c", "account": ACCOUNT, "kind": "phone", "address": "+14155550123"}
    with cases._database.engine.begin() as connection:
        connection.execute(insert(case_tables.contact).values(**row, added_at_us=1, can_text=1))

    cases.act(lambda tx: tx.enrolments.consent_to_texts("c", at=AT))
    cases.act(lambda tx: tx.enrolments.consent_to_texts("c", at=AT + timedelta(minutes=1)))

    with cases._database.engine.connect() as connection:
        kept = connection.execute(select(case_tables.contact.c.consented_at_us)).scalar_one()
    assert kept == us_of(AT)
