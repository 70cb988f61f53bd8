"""The audit's start goes when it is too old: the chain is verified first, and a sealed checkpoint stays."""

from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection, delete

from ivr.mask import Secret
from ivr.recovery.chain import SHORTENED, Checkpoint, checkpoint_at, last_to_go
from ivr.store import case_tables as tables
from ivr.store.audit import Anchor, checkpoint_in, records, verify
from ivr.store.cases import SqlCases, SqlCaseWork
from ivr.store.instant import us_of

KEPT_S: Final = 731 * 86_400
"""24 months, at their longest."""
_US: Final = 1_000_000
_AT_ONCE: Final = 5000
"""Records in one transaction: callers' own wait for the chain meanwhile."""


class AuditBroken(Exception):  # noqa: N818 -- it names what is found
    """The audit does not hold, and so nothing of it goes: it would take the traces along."""


def shorten(cases: SqlCases, key: Secret, anchor: Anchor, *, at: datetime, kept_s: int = KEPT_S) -> int:
    """Let go of the records that are older than *kept_s* at *at*; give how many went. Again, none goes.

    From the first record about a case that is not over, all stay. Raises AuditBroken; StoreUnavailable and
    AuditUnavailable: what went until then is gone, with its checkpoint, and another run goes on.
    """
    fault = cases.transaction(lambda connection, _: verify(connection, key, anchor))
    if fault is not None:
        raise AuditBroken(f"the audit does not hold: {fault}")

    def work(connection: Connection, tx: SqlCaseWork) -> int:
        return _shorten_once(connection, tx, key, at=at, kept_s=kept_s)

    gone = 0
    while count := cases.transaction(work):
        gone += count
    return gone


def _shorten_once(connection: Connection, tx: SqlCaseWork, key: Secret, *, at: datetime, kept_s: int) -> int:
    tx.hold_chain()
    before = checkpoint_in(connection)
    last = last_to_go(
        islice(records(connection), _AT_ONCE),
        until_us=us_of(at) - kept_s * _US,
        needed={case.id for case in tx.cases()},
    )
    if last is None:
        return 0
    count = last.seq - (0 if before is None else before.seq)
    tx.record(SHORTENED, {"actor": "system", "up_to": last.seq, "records": count}, at=at)
    _keep_checkpoint(connection, checkpoint_at(key, last, at_us=us_of(at)))
    connection.execute(delete(tables.audit).where(tables.audit.c.seq <= last.seq))
    return count


def _keep_checkpoint(connection: Connection, checkpoint: Checkpoint) -> None:
    row = asdict(checkpoint)
    kept = tables.audit_checkpoint
    if not connection.execute(kept.update().values(**row)).rowcount:
        connection.execute(kept.insert().values(id=1, **row))
