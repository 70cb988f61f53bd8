"""What a caller says of being the primary administrator, stored as the menu's question leaves it."""

from datetime import datetime

from ivr.dialogue.effect import PrimaryAnswered
from ivr.dialogue.event import CallId, LegId
from ivr.ports import TurnKey
from ivr.store.database import Database
from ivr.store.instant import us_of
from ivr.store.row import turn_taken
from ivr.store.statement import store_fact


def say_primary(database: Database, call: str, *, turn: int, at: datetime, is_primary: bool = True) -> None:
    """Keep an answer by key that was given in this turn of the call."""
    key = TurnKey(call=CallId(call), leg=LegId(call), turn=turn)
    effects = (PrimaryAnswered(is_primary=is_primary, way="key"),)
    said = turn_taken(key, effects, at_us=us_of(at), document=None)
    database.try_now(lambda connection: store_fact(connection, said))
