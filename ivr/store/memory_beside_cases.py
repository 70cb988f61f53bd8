"""A store in memory that keeps calls beside the cases too, where the desk reads who has whom on the line."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ivr.dialogue.effect import Effect
from ivr.ports import CallBegun, CallEnded, StoreUnavailable, TurnKey
from ivr.store.database import Database
from ivr.store.instant import us_of
from ivr.store.memory import MemoryStore
from ivr.store.row import Fact, begun, turn_taken
from ivr.store.row import ended as ended_rows
from ivr.store.statement import store_fact


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
