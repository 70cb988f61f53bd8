"""The statements that store facts: each may run twice, and in any order, with the same end."""

from datetime import timedelta
from functools import cache
from typing import Literal

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.dialogue.disposition import Disposition
from ivr.ports import TurnKey
from ivr.store import tables
from ivr.store.late import LATE, earned, outranked
from ivr.store.row import Cells, Fact, Row

_Insert = postgresql.Insert | sqlite.Insert

_LATE_US = LATE // timedelta(microseconds=1)


def insert_into(table: Table, dialect: str) -> _Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def insert_new(table: Table, dialect: str) -> _Insert:
    return insert_into(table, dialect).on_conflict_do_nothing()


def fill_call(cells: Cells, dialect: str) -> _Insert:
    """Write one chapter of a call's row, its beginning, its end or its highest turn, unless it is there."""
    chapter = insert_into(tables.call, dialect).values(**cells)
    unknown = (
        tables.call.c.begun_at_us.is_(None)
        if "begun_at_us" in cells
        else tables.call.c.ended_at_us.is_(None)
        if "ended_at_us" in cells
        else tables.call.c.effect_n < chapter.excluded.effect_n
    )
    return chapter.on_conflict_do_update(
        index_elements=["id"],
        set_={name: chapter.excluded[name] for name in cells if name != "id"},
        where=unknown,
    )


def claim_turn(call: str, turn: int, at_us: int, dialect: str) -> _Insert:
    """Raise the call's highest turn to this one; not where it is as high, or the call long over."""
    chapter = insert_into(tables.call, dialect).values(id=call, effect_n=turn)
    stored = tables.call.c
    return chapter.on_conflict_do_update(
        index_elements=["id"],
        set_={"effect_n": chapter.excluded.effect_n},
        where=(stored.effect_n < chapter.excluded.effect_n)
        & (stored.ended_at_us.is_(None) | (stored.ended_at_us > at_us - _LATE_US)),
    )


def changed(connection: Connection, statement: _Insert) -> bool:
    result = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return result.rowcount > 0


def store_fact(connection: Connection, fact: Fact) -> Literal["stored", "known"]:
    """Store the rows, unless the reply that leads them is there: then they are as well."""
    for row in fact:
        if not store_row(connection, row) and row.table == "reply":
            return "known"
    return "stored"


def store_row(connection: Connection, row: Row) -> bool:
    dialect = connection.dialect.name
    if row.table == "call":
        is_new = changed(connection, fill_call(row.cells, dialect))
        if is_new and row.cells.get("disposition") is not None:
            _hold_to_what_is_stored(connection, str(row.cells["id"]))
        return is_new
    table = tables.metadata.tables[row.table]
    is_new = changed(connection, insert_new(table, dialect).values(**row.cells))
    if is_new:
        _raise_disposition(connection, row)
    return is_new


def stored_document(connection: Connection, key: TurnKey) -> bytes | None:
    reply = tables.reply.c
    own = (reply.call == key.call) & (reply.leg == key.leg) & (reply.turn == key.turn)
    document = connection.execute(select(reply.document).where(own)).scalar()
    return document if isinstance(document, bytes) else None


def _raise_disposition(connection: Connection, row: Row) -> None:
    outcome, seconds = row.cells.get("outcome"), row.cells.get("seconds")
    disposition = earned(
        outcome=outcome if isinstance(outcome, str) else None,
        message_s=seconds if isinstance(seconds, int) else 0,
    )
    _raise_to(connection, str(row.cells.get("call")), disposition)


def _hold_to_what_is_stored(connection: Connection, call: str) -> None:
    """Raise the end that was just stored by facts that came after it was judged."""
    ended, kept = tables.transfer.c, tables.voicemail.c
    bridged = select(ended.outcome).where(ended.call == call, ended.outcome == "bridged").limit(1)
    longest = select(func.max(kept.seconds)).where(kept.call == call)
    disposition = earned(
        outcome=connection.execute(bridged).scalar(), message_s=connection.execute(longest).scalar() or 0
    )
    _raise_to(connection, call, disposition)


def _raise_to(connection: Connection, call: str, disposition: Disposition | None) -> None:
    if disposition is None:
        return
    stored = tables.call.c
    weaker = stored.disposition.in_(outranked(disposition))
    connection.execute(update(tables.call).where(stored.id == call, weaker).values(disposition=disposition))
