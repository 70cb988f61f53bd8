"""The audit: a chain of records in the database, and its seals in a file elsewhere."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from ivr.case_ports import AuditUnavailable
from ivr.mask import Secret
from ivr.recovery.chain import Checkpoint, Fields, Sealed, first_fault, sealed
from ivr.store import case_tables as tables

_LAST: Final = select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(1)
_PAGE: Final = 1000
_SEAL_DIGITS: Final = 64
_MEANT: Final = "?"


class Anchor:
    """A file that holds number and seal of each act's last record, one line each. Put it on another disk.

    A line is written twice: marked, before the act is stored, so that nothing is stored that this disk will
    not take; and plain, once it is stored. Only plain ones must be found in the chain: a process that was
    killed between the two leaves a marked line, and maybe no record.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def check(self) -> None:
        """Raise AuditUnavailable where nothing could be anchored: what cannot go on record is not begun."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab"):
                pass
        except OSError as fault:
            raise self._refused(fault) from fault

    def intend(self, last: Sealed) -> None:
        """Write the seal of what is about to be stored. Raises AuditUnavailable, and then it may not be."""
        try:
            self._write(f"{_MEANT} {last.seq} {last.seal}")
        except OSError as fault:
            raise self._refused(fault) from fault

    def keep(self, last: Sealed) -> None:
        """Write the seal of what is stored. A disk that refuses it is told of by the next `check`."""
        # Raising would say that nothing was done; it is, and on record, and the next act's line covers it.
        with suppress(OSError):
            self._write(f"{last.seq} {last.seal}")

    def kept(self) -> Iterator[tuple[int, str]]:
        """Read every record that was stored and anchored; a line torn by a dead process is passed over."""
        if not self.exists:
            return
        with self._path.open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                number, _, seal = line.strip().partition(" ")
                if number.isdecimal() and len(seal) == _SEAL_DIGITS:
                    yield int(number), seal

    def _write(self, line: str) -> None:
        with self._path.open("ab") as file:
            # The first break ends a line that another process died in, which would swallow this one.
            file.write(f"\n{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def _refused(self, fault: OSError) -> AuditUnavailable:
        return AuditUnavailable(f"the audit's anchor cannot be written ({fault.strerror}): see {self._path}")


def append(connection: Connection, key: Secret, fields: Fields) -> Sealed:
    """Add one record behind the last. Two transactions that do so at once cannot both be stored."""
    last = connection.execute(_LAST).first()
    previous = None if last is None else Sealed(seq=last.seq, body=last.body, seal=last.seal)
    record = sealed(key, previous, fields)
    row = {"seq": record.seq, "body": record.body, "seal": record.seal}
    connection.execute(insert(tables.audit), row)
    return record


def records(connection: Connection) -> Iterator[Sealed]:
    """Read the whole chain, from its first record."""
    # By pages, not by a cursor: who finds a fault reads no further, and would leave a server's cursor open.
    following = select(tables.audit).order_by(tables.audit.c.seq).limit(_PAGE)
    page = connection.execute(following).all()
    while page:
        for row in page:
            yield Sealed(seq=row.seq, body=row.body, seal=row.seal)
        page = connection.execute(following.where(tables.audit.c.seq > page[-1].seq)).all()


def exported(connection: Connection) -> Iterator[str]:
    """Write each record as one line of JSON: what was sealed, and its seal."""
    for record in records(connection):
        yield json.dumps({**json.loads(record.body), "seal": record.seal}, sort_keys=True)


def checkpoint_in(connection: Connection) -> Checkpoint | None:
    """Read what stays of a start that was let go; None where the chain is whole."""
    row = connection.execute(select(tables.audit_checkpoint)).first()
    if row is None:
        return None
    return Checkpoint(seq=row.seq, seal=row.seal, at_us=row.at_us, proof=row.proof)


def verify(connection: Connection, key: Secret, anchor: Anchor) -> str | None:
    """Say what is wrong with the chain, in one sentence; None where it holds, from the checkpoint on."""
    # Read first: what is stored meanwhile is then in the chain, and not among these.
    anchors = tuple(anchor.kept())
    if not anchor.exists and next(records(connection), None) is not None:
        return "the anchor's file is not there, so nobody can tell whether the chain's end is cut off"
    while True:
        checkpoint = checkpoint_in(connection)
        fault = first_fault(key, records(connection), anchors=anchors, checkpoint=checkpoint)
        # Where another process let records go meanwhile, they are missing behind the checkpoint of before.
        if fault is None or checkpoint_in(connection) == checkpoint:
            return fault
