"""Everything that this room keeps, opened together."""

from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.database.calls.journal import SqlJournal
from ivr.adapters.database.calls.ledger import SqlLedger
from ivr.adapters.database.calls.voicemail_store import SqlVoicemails
from ivr.adapters.database.circuit_breaker import RETRY_S, Breaker
from ivr.adapters.database.engine import LONGEST_WAIT_S, Database
from ivr.adapters.database.fork import follow_forks
from ivr.adapters.database.menus.menu_versions import SqlMenus
from ivr.adapters.database.schema_version import SchemaState, schema_state
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.database.spool.spool_replay import Replay

_CATCH_UP_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """fault: what the database said last, while it fails. dropped: facts that a full disk cost this process.

    set_aside: spooled lines that were torn, or that the database refuses: in `*.refused` beside the spool.
    """

    is_available: bool
    fault: str | None
    is_spooled: bool
    dropped: int
    set_aside: int


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Store:
    journal: SqlJournal
    ledger: SqlLedger
    voicemails: SqlVoicemails
    menus: SqlMenus
    breaker: Breaker
    databases: tuple[Database, Database]
    spool: Spool
    replay: Replay

    def schema(self) -> SchemaState:
        return schema_state(self.databases[0].engine)

    def mend(self) -> bool:
        """Store what is spooled, now; False where the database still fails."""
        return self.replay.run()

    def flush(self, timeout_s: float) -> bool:
        return self.journal.flush(timeout_s)

    def health(self) -> StoreHealth:
        return StoreHealth(
            is_available=not self.breaker.is_open,
            fault=self.breaker.fault,
            is_spooled=not self.spool.is_empty,
            dropped=self.spool.dropped,
            set_aside=self.replay.set_aside,
        )

    def close(self, timeout_s: float = 5.0) -> None:
        """Store, or spool, all that was noted. Nothing may be handed in afterwards."""
        self.journal.close(timeout_s)
        self.spool.close()
        for database in self.databases:
            database.close()

    def hold(self) -> None:
        self.journal.hold()
        self.replay.hold()
        for database in self.databases:
            database.close()

    def release(self) -> None:
        self.replay.release()
        self.journal.release()

    def forget(self) -> None:
        for part in (self.journal, self.spool, self.replay):
            part.forget()


def open_store(
    url: str, *, spool_folder: Path, retry_s: float = RETRY_S, longest_wait_s: float = LONGEST_WAIT_S
) -> Store:
    """Open the store without touching the database: a line whose database is down answers as well.

    What dead processes left in *spool_folder* is stored behind the first turn, or by `Store.mend`. A process
    may fork while no turn is in hand. Raises StoreUnavailable where no driver for *url* is installed.
    """
    breaker = Breaker(retry_s=retry_s)
    facts = Database(url, breaker=breaker, durability="survives_power_loss", longest_wait_s=longest_wait_s)
    turns = Database(url, breaker=breaker, durability="survives_our_death", longest_wait_s=longest_wait_s)
    spool = Spool(spool_folder)
    replay = Replay(facts, spool, breaker=breaker)
    journal = SqlJournal(turns, spool, mend=replay.run_if_due)
    store = Store(
        journal=journal,
        ledger=SqlLedger(facts, spool, catch_up=lambda: journal.flush(_CATCH_UP_S), alarm=journal.wake),
        voicemails=SqlVoicemails(facts),
        menus=SqlMenus(facts),
        breaker=breaker,
        databases=(facts, turns),
        spool=spool,
        replay=replay,
    )
    follow_forks(store)
    return store
