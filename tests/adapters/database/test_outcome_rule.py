"""No case closes, straight at the database, before it is recorded what became of what it allowed."""

from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Table, insert, update
from sqlalchemy.exc import IntegrityError

from ivr.adapters.database.cases.case_row import cells_of
from ivr.adapters.database.cases.case_tables import recovery_case
from ivr.adapters.database.cases.permit_store import by_hand, permit, product_told
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, ago

CHANGED: Final = replace(TO_CHANGE, state="CHANGED", changed_at=AT)
RELEASED: Final = replace(TO_RELEASE, state="RELEASED", released_at=AT, released_by="agent-1")
CLOSED: Final = {"state": "CLOSED", "over_at_us": us_of(AT)}
OTHER: Final = CaseId("d" * 32)
"""Another case in the same state."""
Row = tuple[Table, dict[str, Any]]


def permitted(*, is_used: bool, case: str = CHANGED.id) -> Row:
    used_at = us_of(AT) if is_used else None
    times = {"issued_at_us": us_of(AT), "expires_at_us": us_of(ago(-3600)), "used_at_us": used_at}
    return permit, {"case_id": case, "account": CHANGED.account, "mac": f"m{case}", **times}


def recorded(act: str, *, is_done: bool, case: str = CHANGED.id) -> Row:
    when = {"happened_at_us": us_of(AT), "zone_minutes": 0, "at_us": us_of(AT)}
    fate = {"act": act, "done": int(is_done), "reference": "", "agent": "agent-1"}
    return by_hand, {"id": f"h{act}{case}", "case_id": case, **fate, **when}


def told(what: str, *, case: str = CHANGED.id) -> Row:
    said = {"source": f"s{what}{case}", "digest": "d", "what": what, "reference": "R"}
    return product_told, {**said, "case_id": case, "happened_at_us": us_of(AT), "at_us": us_of(AT)}


def closes(connection: Connection, case: Case, *rows: Row) -> bool:
    """Whether the database lets the case be closed beside these rows; nothing of it is kept."""
    point = connection.begin_nested()
    try:
        for one in (case, replace(case, id=OTHER, number=CaseNumber("900000002"))):
            connection.execute(insert(recovery_case).values(**cells_of(one)))
        for table, cells in rows:
            connection.execute(insert(table).values(**cells))
        connection.execute(update(recovery_case).where(recovery_case.c.id == case.id).values(**CLOSED))
    except IntegrityError as refused:
        if "closes once it is recorded" not in str(refused):
            raise
        return False
    finally:
        point.rollback()
    return True


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (permitted(is_used=False),),
        (permitted(is_used=False), recorded("reset", is_done=True), recorded("release", is_done=True)),
        (permitted(is_used=False), told("released"), told("reset_done")),
        (permitted(is_used=False), permitted(is_used=True, case=OTHER)),
        (recorded("change", is_done=True, case=OTHER),),
    ],
    ids=["nothing", "open permit", "other acts", "other events", "another's permit", "another's record"],
)
def test_an_allowed_change_with_nothing_recorded_is_not_closed(
    connection: Connection, rows: tuple[Row, ...]
) -> None:
    assert not closes(connection, CHANGED, *rows)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (recorded("change", is_done=True), recorded("reset", is_done=True)),
        (told("reset_done"), told("subaccount_login"), told("change_done")),
        (recorded("release", is_done=True, case=OTHER), told("released", case=OTHER)),
    ],
    ids=["nothing", "other acts", "other events", "another's"],
)
def test_an_allowed_release_with_nothing_recorded_is_not_closed(
    connection: Connection, rows: tuple[Row, ...]
) -> None:
    assert not closes(connection, RELEASED, *rows)


@pytest.mark.parametrize(
    ("case", "row"),
    [
        (CHANGED, permitted(is_used=True)),
        (CHANGED, recorded("change", is_done=True)),
        (CHANGED, recorded("change", is_done=False)),
        (RELEASED, told("released")),
        (RELEASED, recorded("release", is_done=True)),
        (RELEASED, recorded("release", is_done=False)),
    ],
    ids=["permit used", "changed", "not changed", "product released", "released", "not released"],
)
def test_a_case_whose_outcome_is_recorded_is_closed(connection: Connection, case: Case, row: Row) -> None:
    assert closes(connection, case, row)
