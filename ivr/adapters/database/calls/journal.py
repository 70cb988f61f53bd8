"""The journal: one row a turn, written in groups behind the callers' backs."""

from collections import deque
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Connection

from ivr.adapters.database.background_rounds import Rounds
from ivr.adapters.database.calls.call_tables import journal
from ivr.adapters.database.calls.fact_rows import Cells, FactRow, journal_cells
from ivr.adapters.database.calls.statements import insert_new
from ivr.adapters.database.engine import Database
from ivr.adapters.database.spool.spool import Spool
from ivr.services.ports import JournalRow, StoreUnavailable


class SqlJournal:
    def __init__(self, database: Database, spool: Spool, *, mend: Callable[[], bool]) -> None:
        """*mend* repairs what it can between two groups, and says whether it wants to be asked again."""
        self._database = database
        self._spool = spool
        self._mend = mend
        self._rows: deque[JournalRow] = deque()
        self._draining = Lock()
        self._rounds = Rounds(self._round, name="journal")

    def note(self, row: JournalRow) -> None:
        self._rows.append(row)
        if not self._rounds.is_awake:
            self._rounds.wake()

    def wake(self) -> None:
        """Have something mended soon."""
        self._rounds.wake()

    def flush(self, timeout_s: float) -> bool:
        """Store, or spool, every row noted before; False where the time was over first."""
        if not self._draining.acquire(timeout=timeout_s):
            return False
        try:
            self._drain()
        finally:
            self._draining.release()
        return True

    def close(self, timeout_s: float) -> None:
        self._rounds.stop(timeout_s)
        self.flush(timeout_s)

    def hold(self) -> None:
        self._draining.acquire()

    def release(self) -> None:
        self._draining.release()

    def forget(self) -> None:
        self._rows.clear()
        self._draining = Lock()
        self._rounds.forget()

    def _round(self) -> bool:
        with self._draining:
            wrote = self._drain()
        return self._mend() or wrote

    def _drain(self) -> bool:
        rows = [journal_cells(self._rows.popleft()) for _ in range(len(self._rows))]
        if not rows:
            return False
        try:
            self._database.run(lambda connection: _insert(connection, rows))
        except StoreUnavailable:
            facts = ((FactRow(table=journal.name, cells=cells),) for cells in rows)
            self._spool.append(facts, care="to_the_system")
        return True


def _insert(connection: Connection, rows: list[Cells]) -> None:
    connection.execute(insert_new(journal, connection.dialect.name), rows)
