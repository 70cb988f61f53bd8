"""Calls that we place about held cases, in the database: one row a try, and one open try a case."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Row, Table, Text, func, select, text
from sqlalchemy import insert as insert_row
from sqlalchemy import update as update_row

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.callback import CallBack
from ivr.domain.recovery.case import CaseId

_OPEN = text("ended_at_us IS NULL")

call_back = Table(
    "call_back",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("agent", Text, nullable=False),
    Column("due_at_us", BigInteger, nullable=False),
    Column("placed_at_us", BigInteger),
    Column("call", Text),
    Column("answered_at_us", BigInteger),
    Column("ended_at_us", BigInteger),
    Column("outcome", Text),
    Index("call_back_try", "case_id", "n", unique=True),
    Index("call_back_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)


class SqlCallBacks:
    """What `case_ports.CallBacks` promises, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: CallBack) -> CallBack:
        """Keep a new try, with the number that it has among the case's."""
        kept = call_back.c
        last = self._connection.execute(select(func.max(kept.n)).where(kept.case_id == new.case)).scalar()
        numbered = replace(new, n=(last or 0) + 1)
        self._connection.execute(insert_row(call_back).values(**_cells_of(numbered)))
        return numbered

    def save(self, changed: CallBack) -> None:
        own = call_back.c.id == changed.id
        self._connection.execute(update_row(call_back).where(own).values(**_cells_of(changed)))

    def find(self, name: str) -> CallBack | None:
        row = self._connection.execute(select(call_back).where(call_back.c.id == name)).first()
        return None if row is None else _call_back_of(row)

    def of(self, case: CaseId) -> tuple[CallBack, ...]:
        query = select(call_back).where(call_back.c.case_id == case).order_by(call_back.c.n)
        return tuple(_call_back_of(row) for row in self._connection.execute(query))

    def end_open(self, case: CaseId, *, at: datetime) -> None:
        is_open = (call_back.c.case_id == case) & call_back.c.ended_at_us.is_(None)
        ended = update_row(call_back).where(is_open).values(ended_at_us=us_of(at), outcome="lost")
        self._connection.execute(ended)


def _cells_of(one: CallBack) -> dict[str, str | int | None]:
    return {
        "id": one.id,
        "case_id": one.case,
        "n": one.n,
        "agent": one.agent,
        "due_at_us": us_of(one.due_at),
        "placed_at_us": _us(one.placed_at),
        "call": one.call,
        "answered_at_us": _us(one.answered_at),
        "ended_at_us": _us(one.ended_at),
        "outcome": one.outcome,
    }


def _call_back_of(row: Row[Any]) -> CallBack:
    return CallBack(
        id=row.id,
        case=CaseId(row.case_id),
        n=row.n,
        agent=row.agent,
        due_at=at_of(row.due_at_us),
        placed_at=_at(row.placed_at_us),
        call=row.call,
        answered_at=_at(row.answered_at_us),
        ended_at=_at(row.ended_at_us),
        outcome=row.outcome,
    )


def _us(at: datetime | None) -> int | None:
    return None if at is None else us_of(at)


def _at(us: int | None) -> datetime | None:
    return None if us is None else at_of(us)
