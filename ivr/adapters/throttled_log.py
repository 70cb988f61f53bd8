"""Log lines that strangers can cause: a few a minute for each reason, and then a count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog

MOST: Final = 5
WITHIN: Final = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Window:
    since: datetime
    count: int = 0

    @property
    def left_out(self) -> int:
        return max(0, self.count - MOST)

    def is_over(self, at: datetime) -> bool:
        return not timedelta(0) <= at - self.since < WITHIN


@dataclass(slots=True)
class Rarely:
    """One for a process. left_out: how many lines of this reason were not written since the last one.

    What was left out is told with the next line of any reason of its event.
    """

    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def tell(self, event: str, reason: str, *, at: datetime, **fields: str | int | None) -> None:
        """Write the line, unless there were enough of it. reason: one of a few, for *event*."""
        with self._lock:
            others = tuple(self._counted(event, reason, at))
            window = self._windows.get((event, reason))
            left_out = 0
            if window is None or window.is_over(at):
                left_out = 0 if window is None else window.left_out
                window = self._windows[event, reason] = _Window(since=at)
            window.count += 1
            is_told = window.count <= MOST
        for other, count in others:
            _log.warning(event, reason=other, left_out=count)
        if is_told:
            _log.warning(event, reason=reason, left_out=left_out, **fields)

    def _counted(self, event: str, reason: str, at: datetime) -> Iterator[tuple[str, int]]:
        """Take what was left out for other reasons whose minute is over."""
        for key, window in tuple(self._windows.items()):
            if key[0] == event and key[1] != reason and window.is_over(at):
                del self._windows[key]
                if window.left_out:
                    yield key[1], window.left_out
