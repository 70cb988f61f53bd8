"""Finished replies of turns that depend on nothing but the place and the key."""

from dataclasses import dataclass
from typing import Protocol

from ivr.domain.dialogue.turn import Turn

MOST_KEPT = 20_000


class Reply(Protocol):
    """A finished document, but for the number of the turn that its addresses lead to."""

    def at(self, turn: int) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedReply:
    turn: Turn
    reply: Reply


class Memo:
    """Bounded: when it is full it starts again, since a menu is walked along the same few ways."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: dict[tuple[str, str], CachedReply] = {}
        self._most = most

    def get(self, key: tuple[str, str]) -> CachedReply | None:
        """key: the place without its turn, and what was pressed there ("" for nothing)."""
        return self._kept.get(key)

    def put(self, key: tuple[str, str], kept: CachedReply) -> None:
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = kept
