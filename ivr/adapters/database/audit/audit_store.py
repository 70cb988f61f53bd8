"""The audit: a chain of records in the database with a head, and its seals in a file elsewhere."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.rules.guard_tables import audit_head
from ivr.domain.recovery.audit_anchor import HEAD, NO_FILE, AnchorLines, AnchorMark, mark_at, whole_fault
from ivr.domain.recovery.audit_chain import Checkpoint, Fields, Sealed, sealed
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable

_LAST: Final = select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(1)
_PAGE: Final = 1000
_SEAL_DIGITS: Final = 64
_MEANT: Final = "?"
_START: Final = "@"


class Anchor:
    """A file with a line for each record: its number and its seal. Put it on another disk.

    Marked lines, one a record, are written before the act is stored, so that nothing is stored that this disk
    will not take; a plain line of the last record follows once it is stored. Only plain ones must be found in
    the chain: a process that was killed between the two leaves marked lines, and maybe no records. A record
    must have one or the other. A line of its start says that all records up to that one went from the file.
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

    def intend(self, *records: Sealed) -> None:
        """Write the seals of what is about to be stored. Raises AuditUnavailable, and then it may not be."""
        try:
            self._write(*(f"{_MEANT} {record.seq} {record.seal}" for record in records))
        except OSError as fault:
            raise self._refused(fault) from fault

    def keep(self, last: Sealed) -> None:
        """Write the seal of what is stored. A disk that refuses it is told of by the next `check`."""
        # Raising would say that nothing was done; it is, and on record, and the next act's line covers it.
        with suppress(OSError):
            self._write(f"{last.seq} {last.seal}")

    def kept(self) -> Iterator[tuple[int, str]]:
        """Read every record that was stored and anchored; a line torn by a dead process is passed over."""
        for mark, seq, seal, _ in self._lines():
            if not mark:
                yield seq, seal

    def lines(self) -> AnchorLines:
        starts: list[AnchorMark] = []
        meant: set[tuple[int, str]] = set()
        stored: set[tuple[int, str]] = set()
        for mark, seq, seal, proof in self._lines():
            if mark == _START:
                starts.append(AnchorMark(seq=seq, seal=seal, proof=proof))
            else:
                (meant if mark else stored).add((seq, seal))
        return AnchorLines(starts=tuple(starts), meant=frozenset(meant), stored=frozenset(stored))

    def begin_at(self, start: AnchorMark, *, keeps_old: bool = False) -> None:
        """Begin the file again at *start*, with the lines of what came after it. Raises AuditUnavailable.

        No process may be about to write meanwhile: whoever calls this holds the chain. keeps_old: leaves what
        was there, all of it, beside the new file, which then has no line but its start.
        """
        path = self._path.resolve()
        beside = path.with_name(f"{path.name}.new")
        try:
            with beside.open("w", encoding="ascii") as new:
                new.write(f"\n{_START} {start.seq} {start.seal} {start.proof}\n")
                if not keeps_old:
                    new.writelines(self._lines_behind(start.seq))
                new.flush()
                os.fsync(new.fileno())
            if path.exists():
                _make_alike(path, beside)
            if keeps_old and path.exists():
                os.link(path, path.with_name(f"{path.name}.before-{start.seq}"))
            beside.replace(path)
            _sync(path.parent)
        except OSError as fault:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise AuditUnavailable(
                f"the audit's anchor was not begun again ({fault.strerror}), and is as it was: see {path}"
            ) from fault

    def _lines_behind(self, start: int) -> Iterator[str]:
        for mark, seq, seal, _ in self._lines():
            if seq > start:
                yield f"{mark} {seq} {seal}\n".lstrip()

    def _lines(self) -> Iterator[tuple[str, int, str, str]]:
        """Read mark, number, seal, and the proof of a start; whatever is not a whole line is passed over."""
        if not self.exists:
            return
        with self._path.open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                words = line.split()
                mark = words.pop(0) if words and words[0] in (_MEANT, _START) else ""
                proof = words.pop() if mark == _START and len(words) == 3 else ""  # noqa: PLR2004 -- number, seal, proof
                if len(words) == 2 and words[0].isdecimal() and len(words[1]) == _SEAL_DIGITS:  # noqa: PLR2004 -- number, seal
                    yield mark, int(words[0]), words[1], proof

    def _write(self, *lines: str) -> None:
        with self._path.open("ab") as file:
            # The first break ends a line that another process died in, which would swallow this one.
            file.write("".join(f"\n{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())

    def _refused(self, fault: OSError) -> AuditUnavailable:
        return AuditUnavailable(f"the audit's anchor cannot be written ({fault.strerror}): see {self._path}")


def _make_alike(old: Path, new: Path) -> None:
    """Give *new* the owner and the mode of *old*, so that whoever could write the one can write the other."""
    shutil.copymode(old, new)
    was, now = old.stat(), new.stat()
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        os.chown(new, was.st_uid, was.st_gid)


def _sync(folder: Path) -> None:
    """Have the disk keep a new name in *folder*: else a loss of power could bring the old file back."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def last_record(connection: Connection) -> Sealed | None:
    last = connection.execute(_LAST).first()
    return None if last is None else Sealed(seq=last.seq, body=last.body, seal=last.seal)


def append(connection: Connection, key: Secret, fields: Fields, *, last: Sealed | None) -> Sealed:
    """Add one record behind the last. Two transactions that do so at once cannot both be stored."""
    record = sealed(key, last, fields)
    row = {"seq": record.seq, "body": record.body, "seal": record.seal}
    connection.execute(insert(tables.audit), row)
    return record


def keep_head(connection: Connection, key: Secret, last: Sealed) -> None:
    """Have the database say which record is the last one: for the transaction that stores it."""
    row = asdict(mark_at(key, HEAD, last))
    if not connection.execute(audit_head.update().values(**row)).rowcount:
        connection.execute(insert(audit_head).values(id=1, **row))


def head_in(connection: Connection) -> AnchorMark | None:
    row = connection.execute(select(audit_head)).first()
    return None if row is None else AnchorMark(seq=row.seq, seal=row.seal, proof=row.proof)


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
    while True:
        # In this order: what is stored meanwhile is then in the chain, and behind the head that was read.
        head, checkpoint = head_in(connection), checkpoint_in(connection)
        if head is not None and not anchor.exists:
            return NO_FILE
        fault = whole_fault(key, records(connection), head=head, lines=anchor.lines(), checkpoint=checkpoint)
        # Where another process let records go meanwhile, they are missing behind the checkpoint of before;
        # and what stored the first record of all gave the chain its head.
        is_still = checkpoint_in(connection) == checkpoint and (head or head_in(connection)) == head
        if fault is None or is_still:
            return fault
