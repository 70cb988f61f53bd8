"""A store in memory that keeps calls beside the cases too, where the desk reads who has whom on the line."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ivr.adapters.database.calls.fact_rows import Fact, begun, turn_taken
from ivr.adapters.database.calls.fact_rows import ended as ended_rows
from ivr.adapters.database.calls.statements import store_fact
from ivr.adapters.database.engine import Database
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.effects import Effect
from ivr.services.ports import CallBegun, CallEnded, StoreUnavailable, TurnKey


@dataclass
class MemoryBesideCases(MemoryStore):
    """database: of the cases; None where there are none."""

    database: Database | None = None

    def _store(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes | None) -> None:
        super()._store(key, effects, at=at, reply=reply)
        self._keep(turn_taken(key, effects, at_us=us_of(at), document=None) if effects else ())

    def begin(self, call: CallBegun) -> None:
        super().begin(call)
        self._keep(begun(call))

    def close(self, ended: CallEnded) -> None:
        super().close(ended)
        self._keep(ended_rows(ended))

    def _keep(self, fact: Fact) -> None:
        database = self.database
        if fact and database is not None:
            # A ledger raises nothing; what a broken database does not keep, the rehearsal still has.
            with suppress(StoreUnavailable):
                database.try_now(lambda connection: store_fact(connection, fact))
