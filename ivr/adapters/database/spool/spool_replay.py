"""Brings what was spooled into the database, once it can be written again."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from threading import Lock

from sqlalchemy import Connection, update

from ivr.adapters.database.calls.call_tables import call
from ivr.adapters.database.calls.fact_rows import Fact
from ivr.adapters.database.calls.statements import store_fact
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database, RowRefused
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.database.spool.spool_file import Spooled
from ivr.adapters.database.spool.spool_lines import read_line
from ivr.services.ports import StoreUnavailable

_AT_ONCE = 500
"""Facts in one transaction: callers' own wait for the lock meanwhile."""


class Replay:
    """Stores every spooled fact once, however often it is killed while it does."""

    def __init__(self, database: Database, spool: Spool, *, breaker: Breaker) -> None:
        self.set_aside = 0
        self.has_inherited = not spool.is_empty
        self._database = database
        self._spool = spool
        self._breaker = breaker
        self._lock = Lock()

    def run_if_due(self) -> bool:
        """Run where something waits or fails, not sooner than the breaker says; True to be asked again."""
        if self._breaker.is_open:
            return not (self._breaker.is_due and self.run())
        if self._spool.has_mine or self.has_inherited:
            return not self.run()
        return False

    def run(self) -> bool:
        """Try the database, and store what waits. False where it still fails; never raises."""
        with self._lock:
            try:
                self._database.try_now(_take_the_lock)
                for file in self._spool.take():
                    self._store(file)
            except StoreUnavailable:
                return False
            self.has_inherited = False
            return True

    def hold(self) -> None:
        self._lock.acquire()

    def release(self) -> None:
        self._lock.release()

    def forget(self) -> None:
        self._lock = Lock()

    def _store(self, file: Spooled) -> None:
        try:
            lines = file.lines()
            while chunk := list(islice(lines, _AT_ONCE)):
                self._store_lines(file, chunk)
        except (OSError, StoreUnavailable) as fault:
            file.leave()
            if isinstance(fault, StoreUnavailable):
                raise
            return
        file.remove()

    def _store_lines(self, file: Spooled, lines: list[bytes]) -> None:
        facts = [(line, read_line(line)) for line in lines]
        unread = [line for line, fact in facts if fact is None]
        try:
            self._database.try_now(partial(_store_all, [fact for _, fact in facts if fact is not None]))
        except RowRefused:
            unread += list(self._store_each(facts))
        self._spool.dropped += file.keep_aside(unread)
        self.set_aside += len(unread)

    def _store_each(self, facts: list[tuple[bytes, Fact | None]]) -> Iterator[bytes]:
        """Store one by one, so that a fact that is refused takes no other with it; give the refused."""
        for line, fact in facts:
            if fact is None:
                continue
            try:
                self._database.try_now(partial(_store_all, [fact]))
            except RowRefused:
                yield line


def _store_all(facts: list[Fact], connection: Connection) -> None:
    for fact in facts:
        store_fact(connection, fact)


def _take_the_lock(connection: Connection) -> None:
    """Write, but change nothing: reading would succeed where only writing fails."""
    connection.execute(update(call).where(call.c.id == "").values(effect_n=call.c.effect_n))
