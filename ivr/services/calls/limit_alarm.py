"""A warning in the log where a limit that callers share is reached: somebody should look."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final, Literal

import structlog

_log = structlog.get_logger(__name__)
_AGAIN_AFTER_S: Final = 60

LineLimit = Literal["line_failures", "surge", "day_sends"]
"""What closed verification for everybody: too many failures in ten minutes; far more than are usual at this
hour of the day; a day's budget of codes that is spent."""
Budget = Literal["prefix_sends", "contact_sends", "caller_sends", "withheld_sends", "withheld_failures"]
"""What is spent for some: codes to one range of numbers, to one contact, for one telephone that calls, for
all who withhold their numbers; wrong entries of those."""
_FOR_ALL: Final[frozenset[LineLimit | Budget]] = frozenset({"line_failures", "surge", "day_sends"})


@dataclass(slots=True)
class Alarm:
    """One for a process: however many callers are turned away, each limit is told of once a minute."""

    _told: dict[LineLimit | Budget, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def sound(self, limit: LineLimit | Budget, *, at: datetime) -> None:
        with self._lock:
            told = self._told.get(limit)
            if told is not None and 0 <= (at - told).total_seconds() < _AGAIN_AFTER_S:
                return
            self._told[limit] = at
        name = "verification_closed_for_all" if limit in _FOR_ALL else "verification_budget_spent"
        _log.warning(name, limit=limit)
