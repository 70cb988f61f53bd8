"""What became of texts, in the database: the outbox's rows know."""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.undelivered_texts import INSTEAD_OF, Undelivered

_OUTBOX: Final = case_tables.outbox
_HANDED_OVER: Final = ("attempting", "accepted", "in_doubt")
_NOT_ARRIVED: Final = ("refused", "undelivered")


class SqlTexts:
    """What `recovery.undelivered.Texts` promises, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def end(self, message: str, *, error: int | None, at: datetime) -> bool:
        own = _OUTBOX.c
        # What the carrier tells may be here before its answer to the request that handed the text over.
        named = (own.id == message) & (own.channel == "text") & own.state.in_(_HANDED_OVER)
        ended = (
            update(_OUTBOX)
            .where(named)
            .values(
                state="undelivered", reply_code=error, ended_at_us=us_of(at), lease=None, leased_until_us=None
            )
        )
        return bool(self._connection.execute(ended).rowcount)

    def undelivered(self, case: CaseId) -> tuple[Undelivered, ...]:
        own = _OUTBOX.c
        query = (
            select(_OUTBOX).where(own.case_id == case, own.contact.is_not(None)).order_by(own.created_at_us)
        )
        rows = self._connection.execute(query).all()
        called = {json.loads(row.details).get(INSTEAD_OF) for row in rows if row.channel == "call"}
        return tuple(
            Undelivered(
                at=at_of(row.ended_at_us),
                error=row.reply_code,
                is_code=row.purpose == "code",
                is_called=row.id in called,
            )
            for row in rows
            if row.channel == "text" and row.state in _NOT_ARRIVED and row.ended_at_us is not None
        )

    def is_over(self, call: str) -> bool:
        ended = select(call_tables.call.c.ended_at_us).where(call_tables.call.c.id == call)
        return self._connection.execute(ended).scalar() is not None
