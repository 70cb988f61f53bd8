"""A warning in the log where guessing has closed verification for everybody: somebody should look."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final, Literal

import structlog

_log = structlog.get_logger(__name__)
_AGAIN_AFTER_S: Final = 60

LineLimit = Literal["line_failures", "surge", "day_sends"]
"""What closed it: too many failures in ten minutes; far more than are usual at this hour of the day; a day's
budget of codes that is spent."""


@dataclass(slots=True)
class Alarm:
    """One for a process: however many callers are turned away, each limit is told of once a minute."""

    _told: dict[LineLimit, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def sound(self, limit: LineLimit, *, at: datetime) -> None:
        with self._lock:
            told = self._told.get(limit)
            if told is not None and 0 <= (at - told).total_seconds() < _AGAIN_AFTER_S:
                return
            self._told[limit] = at
        _log.warning("verification_closed_for_all", limit=limit)
