"""Calls from the same number that ring people, or talk with them, at one moment."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, exists, func, or_, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.events import CallId
from ivr.services.ports import Beside

RINGS_FOR: Final = timedelta(minutes=10)
"""No call rings for longer, and none talks for longer than TALKS_FOR: a carrier that never told of an end
would have it counted for ever."""
TALKS_FOR: Final = timedelta(hours=4)


def read_beside(connection: Connection, call: CallId, at: datetime) -> Beside | None:
    """Count them; None where the call's own beginning is not stored."""
    mine, others = call_tables.call.c, call_tables.call.alias("other")
    other = others.c
    row = connection.execute(select(mine.caller, mine.begun_at_us).where(mine.id == call)).first()
    if row is None or row.begun_at_us is None:
        return None
    placed, later = call_tables.transfer.alias("placed").c, call_tables.transfer.alias("later").c
    is_last = ~exists().where(
        later.call == placed.call,
        or_(later.turn > placed.turn, and_(later.turn == placed.turn, later.part > placed.part)),
    )
    is_taken = exists().where(
        call_tables.leg.c.call == placed.call, call_tables.leg.c.accepted_at_us >= placed.at_us
    )
    is_with_people = exists().where(
        placed.call == other.id,
        placed.moment == "placed",
        is_last,
        or_(placed.at_us > us_of(at - RINGS_FOR), is_taken),
    )
    query = (
        select(func.count())
        .select_from(others)
        .where(
            other.id != call,
            other.caller.is_(None) if row.caller is None else other.caller == row.caller,
            other.begun_at_us > us_of(at - TALKS_FOR),
            other.ended_at_us.is_(None),
            is_with_people,
        )
    )
    return Beside(is_withheld=row.caller is None, calls=int(connection.execute(query).scalar_one()))
