"""The audit: a chain of records in the database, and its last seal in a file elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, insert, select

from ivr.case_ports import AuditUnavailable
from ivr.mask import Secret
from ivr.recovery.chain import Fields, Sealed, first_fault, sealed
from ivr.store import case_tables as tables

_PAGE = 1000


class Anchor:
    """A file that holds number and seal of the last record, one line an act. Put it on another disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> None:
        """Raise AuditUnavailable where nothing could be anchored: what cannot go on record is not done."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab"):
                pass
        except OSError as fault:
            raise AuditUnavailable(
                f"the audit's anchor cannot be written ({fault.strerror}): see {self._path}"
            ) from fault

    def keep(self, last: Sealed) -> None:
        """Write the last record's seal to the disk. Raises AuditUnavailable."""
        try:
            with self._path.open("ab") as file:
                file.write(f"{last.seq} {last.seal}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise AuditUnavailable(
                f"the audit's anchor was not written ({fault.strerror}): see {self._path}"
            ) from fault

    def last(self) -> tuple[int, str] | None:
        """Read the highest record that was anchored; a line torn by a dead process is passed over."""
        if not self._path.exists():
            return None
        highest: tuple[int, str] | None = None
        for line in self._path.read_text(encoding="ascii", errors="replace").splitlines():
            number, _, kept = line.partition(" ")
            if number.isdecimal() and len(kept) == _SEAL_DIGITS and int(number) >= (highest or (0,))[0]:
                highest = (int(number), kept)
        return highest


_SEAL_DIGITS = 64


def append(connection: Connection, key: Secret, fields: Fields) -> Sealed:
    """Add one record behind the last. Two transactions that do so at once cannot both be stored."""
    query = select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    previous = None if last is None else Sealed(seq=last.seq, body=last.body, seal=last.seal)
    record = sealed(key, previous, fields)
    connection.execute(insert(tables.audit).values(seq=record.seq, body=record.body, seal=record.seal))
    return record


def records(connection: Connection) -> Iterator[Sealed]:
    """Read the whole chain, from its first record."""
    query = select(tables.audit).order_by(tables.audit.c.seq).execution_options(yield_per=_PAGE)
    for row in connection.execute(query):
        yield Sealed(seq=row.seq, body=row.body, seal=row.seal)


def verify(connection: Connection, key: Secret, anchor: Anchor) -> str | None:
    """Say what is wrong with the chain, in one sentence; None where it holds."""
    return first_fault(key, records(connection), anchor=anchor.last())
