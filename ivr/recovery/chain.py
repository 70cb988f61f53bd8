"""The audit's chain: each record is sealed together with the seal before it. Pure.

A record that is changed, taken out, put in or moved breaks the chain. Records cut off at the end do not, nor
does a chain that went on from an older copy of itself, so each act's last seal is also kept elsewhere (the
anchors).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.mask import Secret

FIRST_SEAL: Final = "0" * 64
Fields = Mapping[str, str | int | bool | None]


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


def first_fault(
    key: Secret, records: Iterable[Sealed], *, anchors: Iterable[tuple[int, str]] = ()
) -> str | None:
    """Find what is wrong with the chain, as one sentence; None where it holds.

    anchors: numbers and seals of records as kept elsewhere, in any order; the chain must hold every one.
    """
    anchored: dict[int, set[str]] = {}
    for number, kept in anchors:
        anchored.setdefault(number, set()).add(kept)
    expected, before = 1, FIRST_SEAL
    for record in records:
        if record.seq != expected:
            return f"record {expected} is missing: {record.seq} stands in its place"
        if not hmac.compare_digest(record.seal.encode(), seal(key, before, record.body).encode()):
            return f"record {record.seq} was changed, or does not belong behind record {record.seq - 1}"
        if anchored.get(record.seq, set()) - {record.seal}:
            return f"record {record.seq} is not the one that was anchored"
        expected, before = expected + 1, record.seal
    last, highest = expected - 1, max(anchored, default=0)
    if highest > last:
        return f"the chain ends at record {last}, and record {highest} was anchored: its end is cut off"
    return None
