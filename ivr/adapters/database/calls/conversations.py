"""When an agent took a call, by whose telephone rang then."""

from datetime import datetime

from sqlalchemy import Connection, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.timestamps import at_of
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.line import LineId


def read_taken_at(connection: Connection, call: CallId, line: LineId, person: int) -> tuple[datetime, ...]:
    moved, leg = call_tables.transfer.c, call_tables.leg.c
    taken = select(leg.accepted_at_us).where(leg.call == call, leg.line == line)
    placed = (
        select(moved.at_us, moved.person)
        .where(moved.call == call, moved.line == line, moved.moment == "placed")
        .order_by(moved.at_us.desc(), moved.turn.desc(), moved.part.desc())
    )
    rows = connection.execute(placed).all()
    # Of those who were rung before somebody took the call, that was the last.
    rang = [next((row for row in rows if row.at_us <= at_us), None) for (at_us,) in connection.execute(taken)]
    found = {row.at_us for row in rang if row is not None and row.person == person}
    return tuple(at_of(at_us) for at_us in sorted(found, reverse=True))
