"""Counters as lists of moments: whether one more is allowed, and the list after it. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from ivr.domain.recovery.policy import Limit, Wait

DAY_S: Final = 86_400
IN_A_ROW: Final = "in_a_row"
"""The counter of an account's failures since its last success."""
SURGE_S: Final = 8 * DAY_S
"""So far back `surges` looks, and the hour that it began in."""
SAME_HOUR: Final = "same_hour"
"""The scope of what `surges` looks at: a counter for each hour of the day."""
_US: Final = 1_000_000
_HOUR_US: Final = 3600 * _US
_DAYS: Final = 7

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


def hour_of_day(at_us: int) -> int:
    """Name the hour of the day in UTC, from 0 to 23."""
    return at_us // _HOUR_US % 24


def surges(moments: Iterable[int], *, at_us: int, times: int, floor: int) -> bool:
    """Whether one more in this hour, by UTC, would be over *floor* and over *times* the usual number.

    What is usual is the mean over the same hour of the seven days before; a day without any counts as none.
    """
    hour = at_us // _HOUR_US
    hours_ago = [hour - moment // _HOUR_US for moment in moments]
    now = sum(ago <= 0 for ago in hours_ago)
    before = sum(ago % 24 == 0 and 0 < ago <= 24 * _DAYS for ago in hours_ago)
    return now >= floor and (now + 1) * _DAYS > times * before


def noted(moments: Sequence[int], *, at_us: int, keep_s: int = DAY_S) -> Moments:
    """Add one now, and forget what no limit looks back to."""
    return (*(moment for moment in moments if at_us - moment < keep_s * _US), at_us)


def given_back(moments: Sequence[int], *, at_us: int) -> Moments:
    """Take back the one that was noted at *at_us*, since it was no failure after all."""
    kept = list(moments)
    if at_us in kept:
        kept.remove(at_us)
    return tuple(kept)
