"""The ledger: facts that are on the disk before the caller hears of them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.calls.call_summary import read_summary
from ivr.adapters.database.calls.concurrent_calls import read_beside
from ivr.adapters.database.calls.conversations import read_taken_at
from ivr.adapters.database.calls.fact_rows import Fact, FactRow, begun, ended, transcribed, turn_taken
from ivr.adapters.database.calls.statements import claim_turn, store_fact, stored_document
from ivr.adapters.database.engine import Database
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.call_disposition import CallSummary
from ivr.domain.dialogue.effects import Effect
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.menus.line import LineId
from ivr.services.ports import Beside, CallBegun, CallEnded, StoreUnavailable, TurnKey


class SqlLedger:
    def __init__(
        self,
        database: Database,
        spool: Spool,
        *,
        catch_up: Callable[[], bool],
        alarm: Callable[[], None],
    ) -> None:
        """*catch_up* stores the journal's last rows; *alarm* is told that something was spooled."""
        self._database = database
        self._spool = spool
        self._catch_up = catch_up
        self._alarm = alarm

    def begin(self, call: CallBegun) -> None:
        self._keep(begun(call))

    def record(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime) -> None:
        self._keep(turn_taken(key, effects, at_us=us_of(at), document=None))

    def once(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes) -> bytes:
        """Keep the promise of `ports.Ledger`; a turn older than one already stored gets *reply*, unstored."""
        at_us = us_of(at)
        fact = turn_taken(key, effects, at_us=at_us, document=reply)
        try:
            stored = self._database.run(lambda connection: _once(connection, key, fact, at_us=at_us))
        except StoreUnavailable:
            highest = FactRow(table="call", cells={"id": key.call, "effect_n": key.turn})
            self._set_down((*fact, highest) if _is_callers(key) else fact)
            return reply
        return reply if stored is None else stored

    def is_accepted(self, leg: LegId) -> bool | None:
        query = select(call_tables.leg.c.id).where(call_tables.leg.c.id == leg)
        try:
            found = self._database.run(lambda connection: connection.execute(query).first())
        except StoreUnavailable:
            self._alarm()
            return None
        if found is not None:
            return True
        return False if self._spool.is_empty else None

    def taken_at(self, call: CallId, line: LineId, person: int) -> tuple[datetime, ...]:
        try:
            return self._database.run(lambda connection: read_taken_at(connection, call, line, person))
        except StoreUnavailable:
            self._alarm()
            return ()

    def beside(self, call: CallId, *, at: datetime) -> Beside | None:
        try:
            return self._database.run(lambda connection: read_beside(connection, call, at))
        except StoreUnavailable:
            self._alarm()
            return None

    def from_ourselves(self, since: datetime) -> tuple[CallId, ...] | None:
        call = call_tables.call.c
        query = (
            select(call.id)
            .where(call.flag == "own_number", call.ended_at_us.is_(None), call.begun_at_us >= us_of(since))
            .order_by(call.begun_at_us, call.id)
        )
        try:
            found = self._database.run(lambda connection: connection.execute(query).scalars().all())
        except StoreUnavailable:
            self._alarm()
            return None
        return tuple(CallId(one) for one in found)

    def summary(self, call: CallId) -> CallSummary | None:
        self._catch_up()
        try:
            return self._database.run(lambda connection: read_summary(connection, call))
        except StoreUnavailable:
            self._alarm()
            return None

    def close(self, ended_call: CallEnded) -> None:
        self._keep(ended(ended_call))

    def transcribe(self, recording: RecordingId, text: str) -> None:
        self._keep(transcribed(recording, text))

    def purge_replies(self, before: datetime) -> int:
        """Forget the replies of turns older than that; count them. Raises StoreUnavailable."""
        statement = delete(call_tables.reply).where(call_tables.reply.c.at_us < us_of(before))
        return self._database.run(lambda connection: connection.execute(statement).rowcount)

    def _keep(self, fact: Fact) -> None:
        try:
            self._database.run(lambda connection: store_fact(connection, fact))
        except StoreUnavailable:
            self._set_down(fact)

    def _set_down(self, fact: Fact) -> None:
        self._spool.append([fact], care="to_the_disk")
        self._alarm()


def _is_callers(key: TurnKey) -> bool:
    """Agents' legs count their own turns: the numbers of one leg say nothing about another's."""
    return str(key.leg) == str(key.call)


def _once(connection: Connection, key: TurnKey, fact: Fact, *, at_us: int) -> bytes | None:
    """Store the fact if its turn is new, and give the document that was stored with that turn before."""
    is_new = not _is_callers(key) or claim_turn(connection, key, at_us)
    if is_new and store_fact(connection, fact) == "stored":
        return None
    return stored_document(connection, key)
