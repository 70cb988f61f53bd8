"""Live pages: a stream tells a page that what it shows has changed. It is read from the database each time.

So any process can serve any page, and what a page missed while it was away is found by the mark that it
last saw. 500 open pages hold back nobody's call: the line that answers calls is another process.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import Final

from ivr.agents.queue import Waiting
from ivr.case_ports import AuditUnavailable
from ivr.ports import StoreUnavailable

MOST_STREAMS: Final = 50
"""Each holds a thread of this process; whoever comes later polls."""
POLL_S: Final = 5
_BEATS: Final = 60
_QUIET_BEATS: Final = 15
_RETRY_MS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows. mark: tells two states of it apart. cells: what the page is sent, as JSON."""

    mark: str
    cells: dict[str, str | int]


@dataclass(slots=True, kw_only=True)
class Streams:
    """Streams open in this process. beats: a stream ends after so many pauses, and its page comes again.

    That way a member who was signed out is told nothing more within a minute.
    """

    most: int = MOST_STREAMS
    beats: int = _BEATS
    pause: Callable[[], None] = lambda: time.sleep(1)
    _open: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def open(self) -> int:
        return self._open

    def enter(self) -> bool:
        """Whether there is room for one more; whoever entered leaves."""
        with self._lock:
            if self._open >= self.most:
                return False
            self._open += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._open -= 1

    def events(self, show: Callable[[], Shown], *, seen: str) -> Iterator[bytes]:
        """Send what is shown as often as it changes. seen: the mark of what the page shows already."""
        yield f"retry: {_RETRY_MS}\n\n".encode()
        for beat in range(self.beats):
            try:
                shown = show()
            except (StoreUnavailable, AuditUnavailable):
                # The page comes again by itself, and finds what it missed.
                return
            if shown.mark != seen:
                seen = shown.mark
                yield written(shown)
            elif beat % _QUIET_BEATS == 0:
                # A page that is gone is noticed only when something is written to it.
                yield b": quiet\n\n"
            self.pause()


@dataclass(slots=True, kw_only=True)
class Glances:
    """The queue as it was read last, for_s ago at most: fifty pages that ask each second read it once."""

    for_s: float = 1.0
    _read_at: float = -inf
    _rows: tuple[Waiting, ...] = ()
    _lock: Lock = field(default_factory=Lock)

    def look(self, read: Callable[[], tuple[Waiting, ...]]) -> tuple[Waiting, ...]:
        """Read anew what is older; whoever comes meanwhile waits for it."""
        with self._lock:
            now = time.monotonic()
            if now - self._read_at >= self.for_s:
                self._rows = read()
                self._read_at = now
            return self._rows


def written(shown: Shown) -> bytes:
    """Write one event; JSON has no line breaks, which would end it."""
    return f"id: {shown.mark}\nevent: shown\ndata: {json.dumps(shown.cells)}\n\n".encode()
