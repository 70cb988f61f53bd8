"""Whether the audit's chain is as long as it was: its head in the database, its lines in the anchor. Pure.

The chain alone does not show that its end was cut off. So the database keeps a head, the last record's number
and seal with a proof, and the anchor has a line for every record. Whoever cuts the one, the other, or both is
found: a record of the head that is missing, or a record without a line.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ivr.domain.recovery.audit_chain import Checkpoint, Sealed, first_fault
from ivr.domain.redaction import Secret

Label = Literal["audit head", "anchor start"]
"""What a mark is for, so that neither passes for the other, nor for any record's seal."""
HEAD: Final[Label] = "audit head"
START: Final[Label] = "anchor start"
NO_FILE: Final = (
    "the anchor's file is not there, so nobody can tell whether the chain's end is cut off: see that "
    "IVR_AUDIT_ANCHOR names it, put it back from a copy, or begin another with `ivr audit anchor`"
)
_REMEDY: Final = "put the anchor back from a copy, or begin another with `ivr audit anchor`"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorMark:
    """A record that is vouched for: its number, its seal, and a proof that only our key makes."""

    seq: int
    seal: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLines:
    """What the anchor holds. starts: where it begins, the records before it having gone from it.

    meant: a line for each record that was about to be stored. stored: each act's last record, once it was.
    """

    starts: tuple[AnchorMark, ...] = ()
    meant: frozenset[tuple[int, str]] = frozenset()
    stored: frozenset[tuple[int, str]] = frozenset()


def mark_at(key: Secret, label: Label, record: Sealed | AnchorMark) -> AnchorMark:
    proof = _proof(key, label, record.seq, record.seal)
    return AnchorMark(seq=record.seq, seal=record.seal, proof=proof)


def _proof(key: Secret, label: Label, seq: int, seal: str) -> str:
    return hmac.new(key.reveal().encode(), f"{label}\n{seq}\n{seal}".encode(), "sha256").hexdigest()


def is_ours(key: Secret, label: Label, mark: AnchorMark) -> bool:
    proof = _proof(key, label, mark.seq, mark.seal)
    return hmac.compare_digest(mark.proof.encode(), proof.encode())


def whole_fault(
    key: Secret,
    records: Iterable[Sealed],
    *,
    head: AnchorMark | None,
    lines: AnchorLines,
    checkpoint: Checkpoint | None = None,
) -> str | None:
    """Find what is wrong with the chain, its head or its anchor, as one sentence; None where all three hold.

    head: read before the lines, and these before the records, so that what is stored meanwhile is no fault.
    """
    for mark in lines.starts:
        if not is_ours(key, START, mark):
            return f"the anchor's start at record {mark.seq} was changed, or was never ours: {_REMEDY}"
    anchors = lines.stored | {(mark.seq, mark.seal) for mark in lines.starts}
    seen = _Seen(lines, head)
    fault = first_fault(key, seen.through(records), anchors=anchors, checkpoint=checkpoint)
    if fault is None and head is not None and not is_ours(key, HEAD, head):
        return f"the chain's head at record {head.seq} was changed, or was never ours"
    return fault or seen.fault(checkpoint)


class _Seen:
    """Holds each record against head and lines as it goes by."""

    def __init__(self, lines: AnchorLines, head: AnchorMark | None) -> None:
        self._lines = lines.meant | lines.stored
        self._start = max((mark.seq for mark in lines.starts), default=0)
        self._head = head
        self._last: tuple[int, str] | None = None
        self._at_head: str | None = None
        self._without_line: int | None = None

    def through(self, records: Iterable[Sealed]) -> Iterator[Sealed]:
        head = 0 if self._head is None else self._head.seq
        for record in records:
            self._last = (record.seq, record.seal)
            if record.seq == head:
                self._at_head = record.seal
            is_due = self._start < record.seq <= head
            if is_due and self._without_line is None and self._last not in self._lines:
                self._without_line = record.seq
            yield record

    def fault(self, checkpoint: Checkpoint | None) -> str | None:
        """Say what is wrong, once all went by and the chain itself holds."""
        last = self._last or (None if checkpoint is None else (checkpoint.seq, checkpoint.seal))
        head = self._head
        if head is None:
            return None if last is None else "the chain has no head, so its end may be cut off"
        if last is None or last[0] < head.seq:
            end = 0 if last is None else last[0]
            return f"the chain ends at record {end}, and its head is record {head.seq}: its end is cut off"
        if (last[1] if last[0] == head.seq else self._at_head) != head.seal:
            return f"record {head.seq} is not the one that is the chain's head"
        if self._without_line is not None:
            return f"the anchor has no line of record {self._without_line}: {_REMEDY}"
        return None
