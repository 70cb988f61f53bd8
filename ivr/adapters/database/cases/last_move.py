"""The last move of a case that may be taken back, as a row of its table, and back."""

import json
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.services.desk_ports import Disposition, Hands, LastMove, WrapUp

_HANDS: Final = tuple(field.name for field in fields(Hands))


def cells_of(move: LastMove) -> dict[str, Any]:
    said = move.wrap_up
    was = {name: _cell(getattr(move.hands, name)) for name in _HANDS}
    if said is not None:
        was["wrap_up"] = {
            "disposition": said.disposition,
            "agent": said.agent,
            "at": _cell(said.at),
            "follow_up": written(said.follow_up),
        }
    return {
        "case_id": move.case,
        "move": move.move,
        "agent": move.agent,
        "at_us": us_of(move.at),
        "version": move.version,
        "was": json.dumps(was, sort_keys=True),
    }


def last_move_of(row: Row[Any]) -> LastMove:
    was = json.loads(row.was)
    said = was.pop("wrap_up", None)
    return LastMove(
        case=CaseId(row.case_id),
        move=row.move,
        agent=row.agent,
        at=at_of(row.at_us),
        version=row.version,
        hands=Hands(**{name: _value(cell) for name, cell in was.items()}),
        wrap_up=None if said is None else wrap_up_of(**said),
    )


def wrap_up_of(*, disposition: str, agent: str, at: int, follow_up: str | None) -> WrapUp:
    """Make a wrap-up of its cells. at: microseconds since 1970; follow_up: "2026-11-24"."""
    day = None if follow_up is None else date.fromisoformat(follow_up)
    return WrapUp(disposition=Disposition(disposition), agent=agent, at=at_of(at), follow_up=day)


def written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _cell(value: object) -> object:
    return us_of(value) if isinstance(value, datetime) else value


def _value(cell: object) -> Any:
    return at_of(cell) if isinstance(cell, int) else cell
