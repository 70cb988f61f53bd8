"""Keeps turns from waiting for a database that just failed."""

from collections.abc import Callable
from time import monotonic

RETRY_S = 2.0


class Breaker:
    """Open after one failure, until a trial in the background succeeds: no caller's turn is the trial.

    One is enough: what a turn leaves behind meanwhile is spooled, and nothing is lost by it.
    """

    def __init__(self, *, ticks: Callable[[], float] = monotonic, retry_s: float = RETRY_S) -> None:
        self._ticks = ticks
        self._retry_s = retry_s
        self._tried_at: float | None = None
        self.fault: str | None = None

    @property
    def is_open(self) -> bool:
        return self._tried_at is not None

    @property
    def is_due(self) -> bool:
        """Whether the next trial may be made."""
        tried_at = self._tried_at
        return tried_at is not None and self._ticks() - tried_at >= self._retry_s

    def open(self, fault: Exception) -> None:
        self.fault = f"{type(fault).__name__}: {fault.__cause__ or fault}"
        self._tried_at = self._ticks()

    def close(self) -> None:
        self._tried_at = None
        self.fault = None
