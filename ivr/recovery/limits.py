"""Counters as lists of moments: whether one more is allowed, and the list after it. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from ivr.recovery.policy import Limit, Wait

DAY_S: Final = 86_400
_US: Final = 1_000_000

Moments = tuple[int, ...]
"""Microseconds since 1970, oldest first."""


def within(moments: Iterable[int], *, at_us: int, seconds: int) -> int:
    """Count those of the last *seconds*; one from a clock that was ahead counts as well."""
    return sum(at_us - moment < seconds * _US for moment in moments)


def allows(moments: Sequence[int], limits: Iterable[Limit], *, at_us: int) -> bool:
    """Whether one more keeps every limit."""
    return all(within(moments, at_us=at_us, seconds=limit.seconds) < limit.count for limit in limits)


def must_wait(failures: Sequence[int], waits: Iterable[Wait], *, at_us: int) -> bool:
    """Whether the pause after the last failure still lasts; more failures, a longer pause."""
    if not failures:
        return False
    count = within(failures, at_us=at_us, seconds=DAY_S)
    pause_s = max((wait.seconds for wait in waits if count >= wait.failures), default=0)
    return within((max(failures),), at_us=at_us, seconds=pause_s) == 1


def noted(moments: Sequence[int], *, at_us: int, keep_s: int = DAY_S) -> Moments:
    """Add one now, and forget what no limit looks back to."""
    return (*(moment for moment in moments if at_us - moment < keep_s * _US), at_us)


def given_back(moments: Sequence[int], *, at_us: int) -> Moments:
    """Take back the one that was noted at *at_us*, since it was no failure after all."""
    kept = list(moments)
    if at_us in kept:
        kept.remove(at_us)
    return tuple(kept)
