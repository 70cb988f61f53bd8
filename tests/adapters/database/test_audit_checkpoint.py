"""The audit's start goes after 24 months, and what is left of it is verified from there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from ivr.adapters.database.audit.audit_checkpoint import KEPT_S, AuditBroken, shorten
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case
from ivr.services.case_ports import AuditUnavailable
from tests.adapters.database.case_kept import KEY, fault_of, on_record, opened, put, unguard
from tests.domain.recovery.ready import AT, OPENED, ago

OLD = KEPT_S + 1
TICK = timedelta(microseconds=1)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "audit.anchor"


@pytest.fixture
def cases(url: str, anchor: Path) -> Iterator[SqlCases]:
    with opened(url, anchor) as cases:
        yield cases


def note(cases: SqlCases, *moments: datetime, case: Case | None = None) -> None:
    fields = {"case": None if case is None else case.id}
    for at in moments:
        cases.act(lambda tx, at=at: tx.record("case", fields, at=at))  # type: ignore[misc]  # bound now


def let_go(cases: SqlCases, anchor: Path, *, at: datetime = AT) -> int:
    return shorten(cases, KEY, Anchor(anchor), at=at)


def run(url: str, statement: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def numbers(url: str) -> list[int]:
    return [record.seq for record in on_record(url)]


def test_what_is_older_than_24_months_goes_and_the_rest_still_holds(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    cut = AT - timedelta(seconds=KEPT_S)
    note(cases, ago(2 * OLD), cut, cut + TICK, ago(5))

    gone = let_go(cases, anchor)

    assert gone == 2
    assert numbers(url) == [3, 4, 5]
    assert '"kind":"retention"' in on_record(url)[-1].body
    assert '"up_to":2' in on_record(url)[-1].body
    assert fault_of(url, anchor) is None


def test_a_second_time_nothing_goes_and_nothing_is_put_on_record(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    note(cases, ago(OLD), ago(5))

    first, second = let_go(cases, anchor), let_go(cases, anchor)

    assert (first, second) == (1, 0)
    assert numbers(url) == [2, 3]


def test_a_chain_that_is_old_from_end_to_end_is_left_with_the_record_of_that(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    note(cases, ago(OLD + 1), ago(OLD))

    let_go(cases, anchor)
    note(cases, AT)

    assert numbers(url) == [3, 4]
    assert fault_of(url, anchor) is None


def test_a_checkpoint_moves_on_year_after_year(cases: SqlCases, url: str, anchor: Path) -> None:
    for year in range(5):
        at = AT + timedelta(days=366 * year)
        note(cases, at)
        let_go(cases, anchor, at=at)
        assert fault_of(url, anchor) is None

    assert numbers(url)[0] > 2


def test_records_go_in_several_steps_where_there_are_many(
    cases: SqlCases, url: str, anchor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.adapters.database.audit.audit_checkpoint._AT_ONCE", 2)
    note(cases, *(ago(OLD + number) for number in range(5)))

    gone = let_go(cases, anchor)

    assert gone == 5
    assert numbers(url) == [6, 7, 8]
    assert fault_of(url, anchor) is None


@pytest.mark.parametrize(("state", "gone"), [("OPENED", 1), ("REFUSED", 3)])
def test_from_the_first_record_about_a_case_that_is_not_over_all_stay(
    cases: SqlCases, url: str, anchor: Path, state: str, gone: int
) -> None:
    over_at = None if state == "OPENED" else ago(OLD)
    put(url, _case(state, over_at))
    note(cases, ago(OLD))
    note(cases, ago(OLD), case=OPENED)
    note(cases, ago(OLD))

    assert let_go(cases, anchor) == gone
    assert fault_of(url, anchor) is None


def _case(state: str, over_at: datetime | None) -> Case:
    return replace(OPENED, state=state, opened_at=ago(2 * OLD), over_at=over_at)  # type: ignore[arg-type]


def test_an_audit_that_does_not_hold_loses_nothing(cases: SqlCases, url: str, anchor: Path) -> None:
    note(cases, ago(OLD), ago(OLD), ago(5))
    unguard(url)
    run(url, "UPDATE audit SET body = REPLACE(body, 'case', 'CASE') WHERE seq = 2")

    with pytest.raises(AuditBroken, match="the audit does not hold: record 2 was changed"):
        let_go(cases, anchor)

    assert numbers(url) == [1, 2, 3]


def test_what_cannot_go_on_record_does_not_go(cases: SqlCases, url: str, anchor: Path) -> None:
    note(cases, ago(OLD), ago(5))

    with opened(url, Path("/dev/full")) as refusing, pytest.raises(AuditUnavailable):
        let_go(refusing, anchor)

    assert numbers(url) == [1, 2]
    assert fault_of(url, anchor) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_checkpoint SET seq = seq - 1",
        "UPDATE audit_checkpoint SET seq = seq + 1",
        "UPDATE audit_checkpoint SET at_us = at_us + 1",
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
    ],
)
def test_a_hand_at_the_chains_start_is_found(cases: SqlCases, url: str, anchor: Path, tampering: str) -> None:
    note(cases, ago(OLD), ago(OLD), ago(5))
    let_go(cases, anchor)

    unguard(url)
    run(url, tampering)

    assert fault_of(url, anchor) is not None


def test_a_checkpoint_that_was_put_back_together_with_its_records_is_found(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    note(cases, ago(OLD), ago(KEPT_S - 5), ago(5))
    let_go(cases, anchor)
    run(url, "CREATE TABLE older AS SELECT * FROM audit")
    run(url, "CREATE TABLE older_checkpoint AS SELECT * FROM audit_checkpoint")
    let_go(cases, anchor, at=AT + timedelta(seconds=10))

    unguard(url)
    run(url, "INSERT INTO audit SELECT * FROM older WHERE seq NOT IN (SELECT seq FROM audit)")
    run(url, "DELETE FROM audit_checkpoint")
    run(url, "INSERT INTO audit_checkpoint SELECT * FROM older_checkpoint")

    assert numbers(url) == [2, 3, 4, 5]
    assert fault_of(url, anchor) == (
        "it is on record that the records up to 2 were let go, and the checkpoint stands at 1"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = 'x' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "UPDATE audit_checkpoint SET seq = seq - 1",
        "UPDATE audit_checkpoint SET proof = 'x'",
        "DELETE FROM audit_checkpoint",
        "INSERT INTO audit_checkpoint VALUES (1, 9, 's', 0, 'p')",
        "INSERT INTO audit_checkpoint VALUES (2, 9, 's', 0, 'p')",
    ],
)
def test_the_database_refuses_to_change_records_or_to_let_them_go_behind_the_checkpoint(
    cases: SqlCases, url: str, anchor: Path, statement: str
) -> None:
    note(cases, ago(OLD), ago(OLD), ago(5))
    let_go(cases, anchor)

    with pytest.raises(IntegrityError):
        run(url, statement)

    assert numbers(url) == [3, 4]
    assert fault_of(url, anchor) is None


def test_sqlite_replaces_no_record_and_no_checkpoint(sqlite_url: str, anchor: Path) -> None:
    with opened(sqlite_url, anchor) as cases:
        note(cases, ago(OLD), ago(5))
        let_go(cases, anchor)

    with pytest.raises(IntegrityError):
        run(sqlite_url, "INSERT OR REPLACE INTO audit VALUES (2, 'x', 'y')")
    with pytest.raises(IntegrityError):
        run(sqlite_url, "INSERT OR REPLACE INTO audit_checkpoint VALUES (1, 9, 's', 0, 'p')")


def test_postgresql_empties_neither_the_audit_nor_the_checkpoint(postgresql_url: str, anchor: Path) -> None:
    with opened(postgresql_url, anchor) as cases:
        note(cases, ago(OLD), ago(5))
        let_go(cases, anchor)

    for table in ("audit", "audit_checkpoint"):
        with pytest.raises(IntegrityError):
            run(postgresql_url, f"TRUNCATE {table}")


def test_the_hour_that_clocks_put_back_neither_keeps_a_record_nor_lets_one_go(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    first = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=0)
    second = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=1)
    kept = timedelta(seconds=KEPT_S)
    note(cases, first.astimezone(UTC) - kept, second.astimezone(UTC) - kept)

    in_the_first = let_go(cases, anchor, at=first)
    in_the_second = let_go(cases, anchor, at=second)

    assert (in_the_first, in_the_second) == (1, 1)
    assert fault_of(url, anchor) is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    days=st.lists(st.lists(st.integers(0, 800), max_size=4), min_size=1, max_size=4),
)
def test_however_purges_and_acts_follow_each_other_the_chain_holds_and_nothing_young_goes(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, days: list[list[int]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "calls.db").write_bytes(empty_database.read_bytes())
    url, anchor = f"sqlite:///{home / 'calls.db'}", home / "audit.anchor"
    now = AT
    with opened(url, anchor) as cases:
        for ages in days:
            note(cases, *(now - timedelta(days=age) for age in ages))
            oldest = us_of(now - timedelta(seconds=KEPT_S))
            young = [record for record in on_record(url) if json.loads(record.body)["at_us"] > oldest]
            let_go(cases, anchor, at=now)
            left = on_record(url)
            assert [record for record in young if record not in left] == []
            assert all(after.seq == before.seq + 1 for before, after in pairwise(left))
            assert fault_of(url, anchor) is None
            now += timedelta(days=100)
