"""What is known of a call when it is over."""

from typing import cast

from sqlalchemy import Connection, func, select

from ivr.adapters.database.calls.call_tables import call, journal, leg, transfer, voicemail
from ivr.adapters.database.timestamps import at_of
from ivr.domain.dialogue.call_disposition import CallSummary, LastTurn
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.turn import Judgement
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language


def read_summary(connection: Connection, call_id: CallId) -> CallSummary | None:
    is_live = select(call.c.id).where(call.c.id == call_id, call.c.ended_at_us.is_(None))
    if connection.execute(is_live).first() is None:
        return None
    longest = select(func.max(voicemail.c.seconds)).where(voicemail.c.call == call_id)
    return CallSummary(
        bridged=_was_bridged(connection, call_id),
        message_s=connection.execute(longest).scalar() or 0,
        last=_last_turn(connection, call_id),
    )


def _was_bridged(connection: Connection, call_id: CallId) -> bool:
    # An accepted leg counts until its dial's end says otherwise, because that news may still be on its way.
    of_call = (transfer.c.call == call_id) & (transfer.c.moment == "ended")
    bridged = select(transfer.c.call).where(of_call, transfer.c.outcome == "bridged")
    later = select(transfer.c.call).where(
        of_call, transfer.c.line == leg.c.line, transfer.c.at_us >= leg.c.accepted_at_us
    )
    accepted = select(leg.c.id).where(leg.c.call == call_id, ~later.exists())
    return any(connection.execute(query.limit(1)).first() is not None for query in (bridged, accepted))


def _last_turn(connection: Connection, call_id: CallId) -> LastTurn | None:
    columns = (journal.c.version, journal.c.node, journal.c.language, journal.c.judged, journal.c.at_us)
    own = (journal.c.call == call_id) & (journal.c.leg == call_id)
    row = connection.execute(select(*columns).where(own).order_by(journal.c.turn.desc()).limit(1)).first()
    if row is None:
        return None
    version, node, language, judged, at_us = row
    return LastTurn(
        version=MenuVersion(version),
        node=NodeId(node),
        language=Language(language),
        judged=cast("Judgement", judged),
        at=at_of(at_us),
    )
