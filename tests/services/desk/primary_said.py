"""What a caller says of being the primary administrator, stored as the menu's question leaves it."""

from datetime import datetime

from ivr.adapters.database.calls.fact_rows import turn_taken
from ivr.adapters.database.calls.statements import store_fact
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.effects import PrimaryAnswered
from ivr.domain.dialogue.events import CallId, LegId
from ivr.services.ports import TurnKey


def say_primary(database: Database, call: str, *, turn: int, at: datetime, is_primary: bool = True) -> None:
    """Keep an answer by key that was given in this turn of the call."""
    key = TurnKey(call=CallId(call), leg=LegId(call), turn=turn)
    effects = (PrimaryAnswered(is_primary=is_primary, way="key"),)
    said = turn_taken(key, effects, at_us=us_of(at), document=None)
    database.try_now(lambda connection: store_fact(connection, said))
