"""The audit's chain: each record is sealed together with the seal before it. Pure.

A record that is changed, taken out, put in or moved breaks the chain. Records cut off at the end do not, nor
does a chain that went on from an older copy of itself, so each act's last seal is also kept elsewhere (the
anchors).

What is too old goes from the start, and a checkpoint stays: the seal of the last record that went, sealed
itself. The chain goes on from it, and says in a record of its own how far it was shortened.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from ivr.domain.redaction import Secret

FIRST_SEAL: Final = "0" * 64
SHORTENED: Final = "retention"
"""The kind of the record that says up to which one the chain's start was let go."""
_CHECKPOINT: Final = "audit checkpoint"
"""No record is sealed with this label, so that neither seal passes for the other."""
Fields = Mapping[str, str | int | bool | None]
_Anchored = dict[int, set[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """seq: from 1, without gaps. body: the canonical JSON that was sealed."""

    seq: int
    body: str
    seal: str


def canonical(seq: int, fields: Fields) -> str:
    """Write the fields as JSON in one way only: sorted, without blanks, ASCII."""
    return json.dumps({**fields, "seq": seq}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def seal(key: Secret, previous: str, body: str) -> str:
    """Give 64 hexadecimal digits: HMAC-SHA256 over the seal before and the body."""
    return hmac.new(key.reveal().encode(), f"{previous}\n{body}".encode(), hashlib.sha256).hexdigest()


def sealed(key: Secret, previous: Sealed | None, fields: Fields) -> Sealed:
    """Append one record behind *previous*, or make the first."""
    seq, before = (1, FIRST_SEAL) if previous is None else (previous.seq + 1, previous.seal)
    body = canonical(seq, fields)
    return Sealed(seq=seq, body=body, seal=seal(key, before, body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The last record that was let go: seq, seal. at_us: when. proof: HMAC over all three, with a label."""

    seq: int
    seal: str
    at_us: int
    proof: str


def checkpoint_at(key: Secret, last: Sealed, *, at_us: int) -> Checkpoint:
    """Make what stays of the chain up to *last*."""
    return Checkpoint(
        seq=last.seq, seal=last.seal, at_us=at_us, proof=_proof(key, last.seq, last.seal, at_us)
    )


def _proof(key: Secret, seq: int, seal: str, at_us: int) -> str:
    text = f"{_CHECKPOINT}\n{seq}\n{seal}\n{at_us}"
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


def last_to_go(records: Iterable[Sealed], *, until_us: int, needed: AbstractSet[str]) -> Sealed | None:
    """Find the last record that may be let go with all before it; None where the first one stays.

    until_us: what is younger stays. needed: ids of cases; from the first record about one of them, all stay.
    """
    last = None
    for record in records:
        fields = json.loads(record.body)
        if fields["at_us"] > until_us or fields.get("case") in needed:
            break
        last = record
    return last


def first_fault(
    key: Secret,
    records: Iterable[Sealed],
    *,
    anchors: Iterable[tuple[int, str]] = (),
    checkpoint: Checkpoint | None = None,
) -> str | None:
    """Find what is wrong with the chain, as one sentence; None where it holds.

    anchors: numbers and seals of records as kept elsewhere, in any order; the chain must hold every one that
    stands behind the checkpoint. checkpoint: what stays of a start that was let go; None where none was.
    """
    anchored: _Anchored = {}
    for number, kept in anchors:
        anchored.setdefault(number, set()).add(kept)
    expected, before = (1, FIRST_SEAL) if checkpoint is None else (checkpoint.seq + 1, checkpoint.seal)
    fault = None if checkpoint is None else _fault_of_checkpoint(key, checkpoint, anchored)
    shortened = None
    for record in records:
        fault = fault or _fault_of_record(key, record, expected, before, anchored)
        if fault is not None:
            return fault
        shortened = _shortened_to(record) or shortened
        expected, before = expected + 1, record.seal
    last, highest = expected - 1, max(anchored, default=0)
    if highest > last:
        return f"the chain ends at record {last}, and record {highest} was anchored: its end is cut off"
    return fault or _unrecorded(checkpoint, shortened)


def _fault_of_checkpoint(key: Secret, checkpoint: Checkpoint, anchored: _Anchored) -> str | None:
    proof = _proof(key, checkpoint.seq, checkpoint.seal, checkpoint.at_us)
    if not hmac.compare_digest(checkpoint.proof.encode(), proof.encode()):
        return f"the checkpoint at record {checkpoint.seq} was changed, or was never ours"
    if anchored.get(checkpoint.seq, set()) - {checkpoint.seal}:
        return f"record {checkpoint.seq}, where the checkpoint stands, is not the one that was anchored"
    return None


def _fault_of_record(
    key: Secret, record: Sealed, expected: int, before: str, anchored: _Anchored
) -> str | None:
    if record.seq != expected:
        return f"record {expected} is missing: {record.seq} stands in its place"
    if not hmac.compare_digest(record.seal.encode(), seal(key, before, record.body).encode()):
        return f"record {record.seq} was changed, or does not belong behind record {record.seq - 1}"
    if anchored.get(record.seq, set()) - {record.seal}:
        return f"record {record.seq} is not the one that was anchored"
    return None


def _shortened_to(record: Sealed) -> int | None:
    """Read up to which record the chain was shortened, where this record says so."""
    if f'"kind":"{SHORTENED}"' not in record.body:  # most: reading each as JSON would take most of the time
        return None
    fields = json.loads(record.body)
    return int(fields["up_to"]) if fields["kind"] == SHORTENED else None


def _unrecorded(checkpoint: Checkpoint | None, shortened: int | None) -> str | None:
    """Find a checkpoint that the chain does not know of, or one that was put back or taken away."""
    stands = None if checkpoint is None else checkpoint.seq
    if stands == shortened:
        return None
    if shortened is None:
        return f"nobody put on record that the records up to {stands} were let go"
    found = "there is no checkpoint" if stands is None else f"the checkpoint stands at {stands}"
    return f"it is on record that the records up to {shortened} were let go, and {found}"
