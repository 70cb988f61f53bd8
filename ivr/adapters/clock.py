"""The two clocks of the house: the wall's, and one that a person sets."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class WallClock:
    """Now. starts_at: believed to be the time at which this clock was made; it runs on from there."""

    starts_at: datetime | None = None
    _made_s: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        if self.starts_at is None:
            return datetime.now(UTC)  # noqa: TID251 -- the one place that asks
        return self.starts_at.astimezone(UTC) + timedelta(seconds=time.monotonic() - self._made_s)

    def seconds(self) -> float:
        return time.perf_counter()


@dataclass(slots=True)
class ManualClock:
    """Stands still until it is moved, so that a call of minutes is played in an instant."""

    at: datetime

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def seconds(self) -> float:
        return self.at.timestamp()

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
