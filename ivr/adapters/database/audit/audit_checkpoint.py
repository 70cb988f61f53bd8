"""The audit's start goes when it is too old: the chain is verified first, and a sealed checkpoint stays.

The anchor is begun again at the record up to which the chain was verified, and so does not grow for ever.
"""

from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection, delete, select

from ivr.adapters.database.audit.audit_store import Anchor, checkpoint_in, head_in, records, verify
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SqlCases, SqlCaseWork
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.audit_anchor import START, AnchorLines, AnchorMark, mark_at, whole_fault
from ivr.domain.recovery.audit_chain import SHORTENED, Checkpoint, checkpoint_at, last_to_go
from ivr.domain.redaction import Secret

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


def rotate(cases: SqlCases, key: Secret, anchor: Anchor) -> None:
    """Verify the audit, and begin its anchor again at the head that was verified; later lines stay in it.

    Raises AuditBroken, and then the anchor stays; StoreUnavailable; AuditUnavailable where the file cannot be
    exchanged, which costs nothing but its size.
    """
    head, fault = cases.transaction(
        lambda connection, _: (head_in(connection), verify(connection, key, anchor))
    )
    if fault is not None:
        raise AuditBroken(f"the audit does not hold: {fault}")
    if head is not None:
        cases.transaction(lambda connection, tx: _begin_again(connection, tx, key, anchor, head))


def _begin_again(
    connection: Connection, tx: SqlCaseWork, key: Secret, anchor: Anchor, head: AnchorMark
) -> None:
    # While the chain is held nobody writes what is about to be stored, so no line is lost with the old file.
    tx.hold_chain()
    seal = connection.execute(select(tables.audit.c.seal).where(tables.audit.c.seq == head.seq)).scalar()
    checkpoint = checkpoint_in(connection)
    has_gone = seal is None and checkpoint is not None and checkpoint.seq >= head.seq
    if seal != head.seal and not has_gone:
        raise AuditBroken(f"the audit does not hold: record {head.seq} was there a moment ago")
    anchor.begin_at(mark_at(key, START, head))


def begin_anchor(cases: SqlCases, key: Secret, anchor: Anchor, *, by: str, at: datetime) -> int:
    """Begin another anchor at the chain's head, where the old one is lost or no longer fits; give its number.

    What is wrong now goes on record, and the old file stays beside the new one. Raises AuditBroken where the
    chain itself does not hold: no anchor mends that. Raises AuditUnavailable and StoreUnavailable.
    """

    def work(connection: Connection, tx: SqlCaseWork) -> int:
        tx.hold_chain()
        head, found = head_in(connection), verify(connection, key, anchor)
        lines = AnchorLines(starts=() if head is None else (mark_at(key, START, head),))
        checkpoint = checkpoint_in(connection)
        fault = whole_fault(key, records(connection), head=head, lines=lines, checkpoint=checkpoint)
        if fault is not None or head is None:
            raise AuditBroken(f"the audit does not hold: {fault}" if fault else "the audit has no record yet")
        anchor.begin_at(mark_at(key, START, head), keeps_old=True)
        tx.record("anchor_begun", {"actor": by, "at_record": head.seq, "found": found}, at=at)
        return head.seq

    return cases.transaction(work)


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
