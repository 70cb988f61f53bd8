"""A finished reply: bytes, but for the turn number that every address in it ends with."""

from dataclasses import dataclass
from typing import Final

from ivr.adapters.twilio.urls import TURN_HOLE

MAX_BYTES: Final = 64_000
"""A longer reply is not played (error 11750). The rule says "64 kB"; this is the smaller reading of it."""

_TURNS: Final = tuple(b"%02d" % turn for turn in range(100))
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?><Response>'
_FOOT: Final = "</Response>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDocument:
    """pieces: the text around the holes, at least one. It holds for every turn, so it may be kept."""

    pieces: tuple[bytes, ...]

    def at(self, turn: int) -> bytes:
        if turn < 0:
            raise ValueError("a call has no turn before its first")
        return _TURNS[turn].join(self.pieces)


def document_of(verbs: str) -> ReplyDocument:
    """Close the verbs into a document. Raises ValueError where it is more than the carrier takes."""
    pieces = tuple(f"{_HEAD}{verbs}{_FOOT}".encode().split(TURN_HOLE.encode()))
    size = sum(map(len, pieces)) + len(_TURNS[0]) * (len(pieces) - 1)
    if size > MAX_BYTES:
        raise ValueError(
            f"a reply of {size} bytes is more than the {MAX_BYTES} that the carrier takes: say less at once"
        )
    return ReplyDocument(pieces=pieces)
