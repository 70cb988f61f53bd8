"""PINs and tries at them in both databases: one for each account, one try for each turn."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, insert, select

from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.accounts.erase_account import forget
from ivr.adapters.database.accounts.retention import Retention, purge
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.enrollment import Pin, PinTry
from ivr.domain.recovery.factors import Evidence
from ivr.services.case_ports import CaseWork
from ivr.services.ports import TurnKey
from tests.adapters.database.case_kept import opened, put
from tests.adapters.database.test_account_store import FIRST, LATER, filed, open_database
from tests.domain.recovery.ready import AT, OPENED

ACCOUNT, OTHER = "a" * 32, "b" * 32
PIN = Pin(hashed="$argon2id$one", way="letter", issued_at=AT)
TURN = TurnKey(call=CallId("CA1"), leg=LegId("CA1"), turn=7)
TRY = PinTry(at=AT, may_try=True)
AT_ONCE = 8
DAY = timedelta(days=1)


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        yield cases


def claim(key: TurnKey, new: PinTry, tx: CaseWork) -> bool:
    return tx.enrolments.claim_pin_try(CaseId("case"), key, new)


def pin_of(cases: SqlCases, account: str) -> Pin | None:
    return cases.act(lambda tx: tx.enrolments.pin(account))


@pytest.mark.parametrize("pin", [PIN, replace(PIN, way="mail", rests_on="c" * 32)])
def test_a_pin_is_read_as_it_was_kept_and_for_its_account_alone(cases: SqlCases, pin: Pin) -> None:
    cases.act(lambda tx: tx.enrolments.keep_pin(ACCOUNT, pin))

    assert (pin_of(cases, ACCOUNT), pin_of(cases, OTHER)) == (pin, None)


def test_a_new_pin_takes_the_place_of_the_one_before(cases: SqlCases) -> None:
    new = replace(PIN, hashed="$argon2id$two", way="phone")
    for pin in (PIN, new):
        cases.act(partial(_keep, pin))

    assert pin_of(cases, ACCOUNT) == new


def _keep(pin: Pin, tx: CaseWork) -> None:
    tx.enrolments.keep_pin(ACCOUNT, pin)


def test_a_turn_is_one_try_and_the_first_is_kept(cases: SqlCases) -> None:
    later = PinTry(at=AT + timedelta(seconds=3), may_try=False)
    other = replace(TURN, turn=8)

    claimed = [
        cases.act(partial(claim, key, new)) for key, new in ((TURN, TRY), (TURN, later), (other, later))
    ]

    assert claimed == [True, False, True]
    assert cases.act(lambda tx: tx.enrolments.pin_try(TURN)) == TRY
    assert cases.act(lambda tx: tx.enrolments.pin_try(replace(TURN, turn=9))) is None


def test_of_copies_that_come_at_once_one_is_the_try(cases: SqlCases) -> None:
    barrier = Barrier(AT_ONCE)

    def race(_: int) -> bool:
        barrier.wait()
        return cases.act(partial(claim, TURN, TRY))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sorted(pool.map(race, range(AT_ONCE))) == [False] * (AT_ONCE - 1) + [True]


def test_what_a_call_proved_may_be_withdrawn_and_nothing_else(cases: SqlCases, url: str) -> None:
    put(url, OPENED)
    kept = [
        Evidence(factor="pin", call="CA2", at=AT),
        Evidence(factor="phone", call="CA1", at=AT),
    ]

    def work(tx: CaseWork) -> None:
        for one in (*kept, Evidence(factor="pin", call="CA1", at=AT)):
            tx.prove(OPENED.id, one)
        tx.withdraw(OPENED.id, "CA1", "pin")

    cases.act(work)

    assert set(cases.act(lambda tx: tx.evidence(OPENED.id))) == set(kept)


def issued(url: str) -> dict[str, str]:
    """Give every account that is in the files a PIN; by their subscription numbers."""
    engine, account = create_engine(url), case_tables.account.c
    with engine.begin() as connection:
        ids = {row.number: row.id for row in connection.execute(select(account.number, account.id))}
        rows = [{"account": one, "hashed": "x", "way": "letter", "issued_at_us": 1} for one in ids.values()]
        connection.execute(insert(case_tables.pin), rows)
    engine.dispose()
    return ids


def with_pin(url: str, ids: dict[str, str]) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        left = set(connection.execute(select(case_tables.pin.c.account)).scalars())
    engine.dispose()
    return {number for number, account in ids.items() if account in left}


def test_a_pin_ends_when_the_administrator_or_a_contact_changes_in_an_import(url: str) -> None:
    files = [filed(n) for n in range(5)]
    database = open_database(url)
    accounts = SqlAccounts(database)
    accounts.apply(accounts.prepare(files, at=FIRST))
    ids = issued(url)
    same, company, administrator, fewer, gone = files
    changed = [
        same,
        replace(company, company="Another name"),
        replace(administrator, primary_administrator="Somebody else"),
        replace(fewer, contacts=fewer.contacts[:1]),
    ]

    accounts.apply(accounts.prepare(changed, at=LATER), allowed_contact_changes=5)

    database.close()
    assert with_pin(url, ids) == {same.number, company.number}
    assert gone.number not in with_pin(url, ids)


def test_an_import_that_is_not_done_ends_no_pin(url: str) -> None:
    database = open_database(url)
    accounts = SqlAccounts(database)
    accounts.apply(accounts.prepare([filed(n) for n in range(3)], at=FIRST))
    ids = issued(url)

    accounts.prepare([replace(filed(n), primary_administrator="Somebody else") for n in range(3)], at=LATER)

    database.close()
    assert with_pin(url, ids) == set(ids)


def test_who_is_forgotten_leaves_no_pin(cases: SqlCases, url: str) -> None:
    accounts = SqlAccounts(cases._database)
    accounts.apply(accounts.prepare([filed(1), filed(2)], at=FIRST))
    ids = issued(url)

    assert forget(cases, filed(1).number, hashed=str, at=AT)

    assert with_pin(url, ids) == {filed(2).number}


def test_tries_go_after_a_day_and_pins_stay(cases: SqlCases, url: str) -> None:
    cases.act(partial(_keep, PIN))
    for turn, at in ((1, AT - DAY), (2, AT - DAY + timedelta(microseconds=1))):
        cases.act(partial(claim, replace(TURN, turn=turn), PinTry(at=at, may_try=True)))

    gone = purge(cases, Retention(), at=AT)

    engine = create_engine(url)
    with engine.connect() as connection:
        left = list(connection.execute(select(case_tables.pin_try.c.at_us)).scalars())
        pins = connection.execute(select(func.count()).select_from(case_tables.pin)).scalar_one()
    engine.dispose()
    assert gone == {"PIN tries": 1}
    assert left == [us_of(AT - DAY + timedelta(microseconds=1))]
    assert pins == 1
