"""The statements that store facts: each may run twice, and in any order, with the same end.

Each is built once and run with the values of the day: to build one costs as much as to run it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.calls.fact_rows import Fact, FactRow
from ivr.adapters.database.calls.late_events import LATE, earned, outranked
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.services.ports import TurnKey

_Insert = postgresql.Insert | sqlite.Insert

_Name = TypeVar("_Name", bound=str)
_AT_ONCE = 500
_LATE_US = LATE // timedelta(microseconds=1)
_REPLY = call_tables.reply.c
_DOCUMENT = select(_REPLY.document).where(
    _REPLY.call == bindparam("call"), _REPLY.leg == bindparam("leg"), _REPLY.turn == bindparam("turn")
)


def insert_into(table: Table, dialect: str) -> _Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def in_parts(names: Sequence[_Name]) -> Iterator[Sequence[_Name]]:
    """Cut names into lists that one statement takes."""
    return (names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE))


@cache
def insert_new(table: Table, dialect: str) -> _Insert:
    return insert_into(table, dialect).on_conflict_do_nothing()


@cache
def put_row(table: Table, dialect: str, *, names: tuple[str, ...], keys: tuple[str, ...]) -> _Insert:
    """Insert a row of the columns *names*, or write it over the one with the same *keys*."""
    row = insert_into(table, dialect)
    new = {name: row.excluded[name] for name in names if name not in keys}
    return row.on_conflict_do_update(index_elements=list(keys), set_=new)


@cache
def fill_call(names: frozenset[str], dialect: str) -> _Insert:
    """Write one chapter of a call's row, its beginning, its end or its highest turn, unless it is there.

    names: the columns that the chapter has.
    """
    chapter = insert_into(call_tables.call, dialect)
    unknown = (
        call_tables.call.c.begun_at_us.is_(None)
        if "begun_at_us" in names
        else call_tables.call.c.ended_at_us.is_(None)
        if "ended_at_us" in names
        else call_tables.call.c.effect_n < chapter.excluded.effect_n
    )
    return chapter.on_conflict_do_update(
        index_elements=["id"],
        set_={name: chapter.excluded[name] for name in sorted(names) if name != "id"},
        where=unknown,
    )


def claim_turn(connection: Connection, key: TurnKey, at_us: int) -> bool:
    """Raise the call's highest turn to this one; not where it is as high, or the call long over."""
    row = {"id": key.call, "effect_n": key.turn, "over_since_us": at_us - _LATE_US}
    return changed(connection, claimed_turn(connection.dialect.name), row)


@cache
def claimed_turn(dialect: str) -> _Insert:
    chapter = insert_into(call_tables.call, dialect)
    stored = call_tables.call.c
    return chapter.on_conflict_do_update(
        index_elements=["id"],
        set_={"effect_n": chapter.excluded.effect_n},
        where=(stored.effect_n < chapter.excluded.effect_n)
        & (stored.ended_at_us.is_(None) | (stored.ended_at_us > bindparam("over_since_us"))),
    )


def changed(connection: Connection, statement: _Insert, row: Mapping[str, Any]) -> bool:
    """Run the statement with the cells of one row, and say whether there is one row more, or another."""
    result = connection.execute(statement, row, execution_options={"preserve_rowcount": True})
    return result.rowcount > 0


def store_fact(connection: Connection, fact: Fact) -> Literal["stored", "known"]:
    """Store the rows, unless the reply that leads them is there: then they are as well."""
    for row in fact:
        if not store_row(connection, row) and row.table == "reply":
            return "known"
    return "stored"


def store_row(connection: Connection, row: FactRow) -> bool:
    dialect = connection.dialect.name
    if row.table == "call":
        is_new = changed(connection, fill_call(frozenset(row.cells), dialect), row.cells)
        if is_new and row.cells.get("disposition") is not None:
            _hold_to_what_is_stored(connection, str(row.cells["id"]))
        return is_new
    table = call_tables.metadata.tables[row.table]
    is_new = changed(connection, insert_new(table, dialect), row.cells)
    if is_new:
        _raise_disposition(connection, row)
    return is_new


def stored_document(connection: Connection, key: TurnKey) -> bytes | None:
    own = {"call": key.call, "leg": key.leg, "turn": key.turn}
    document = connection.execute(_DOCUMENT, own).scalar()
    return document if isinstance(document, bytes) else None


def _raise_disposition(connection: Connection, row: FactRow) -> None:
    outcome, seconds = row.cells.get("outcome"), row.cells.get("seconds")
    disposition = earned(
        outcome=outcome if isinstance(outcome, str) else None,
        message_s=seconds if isinstance(seconds, int) else 0,
    )
    _raise_to(connection, str(row.cells.get("call")), disposition)


def _hold_to_what_is_stored(connection: Connection, call: str) -> None:
    """Raise the end that was just stored by facts that came after it was judged."""
    ended, kept = call_tables.transfer.c, call_tables.voicemail.c
    bridged = select(ended.outcome).where(ended.call == call, ended.outcome == "bridged").limit(1)
    longest = select(func.max(kept.seconds)).where(kept.call == call)
    disposition = earned(
        outcome=connection.execute(bridged).scalar(), message_s=connection.execute(longest).scalar() or 0
    )
    _raise_to(connection, call, disposition)


def _raise_to(connection: Connection, call: str, disposition: Disposition | None) -> None:
    if disposition is None:
        return
    stored = call_tables.call.c
    weaker = stored.disposition.in_(outranked(disposition))
    connection.execute(
        update(call_tables.call).where(stored.id == call, weaker).values(disposition=disposition)
    )
