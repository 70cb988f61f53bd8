"""What the callers said of being the primary administrator, as turns left it."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from ivr.adapters.database.calls.call_tables import primary_answer
from ivr.adapters.database.timestamps import at_of
from ivr.domain.recovery.primary_answer import PrimaryAnswer

_OF_CALL: Final = (
    select(primary_answer)
    .where(primary_answer.c.call == bindparam("call"))
    .order_by(primary_answer.c.at_us, primary_answer.c.turn)
)


def read_answers(connection: Connection, call: str) -> tuple[PrimaryAnswer, ...]:
    """Give the answers of a call, oldest first."""
    return tuple(
        PrimaryAnswer(is_primary=bool(row.is_primary), way=row.way, at=at_of(row.at_us))
        for row in connection.execute(_OF_CALL, {"call": call})
    )
