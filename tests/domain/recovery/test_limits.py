from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.limits import DAY_S, Moments, allows, given_back, must_wait, noted, within
from ivr.domain.recovery.policy import Limit, Policy, Wait

US = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POLICY = Policy()

# Both edges of 2026 where each zone has them: clocks that go forward, and back.
EDGES = [
    ("America/New_York", "2026-03-08T01:55"),
    ("America/New_York", "2026-11-01T01:55"),
    ("America/Los_Angeles", "2026-03-08T01:55"),
    ("America/Los_Angeles", "2026-11-01T01:55"),
    ("Europe/Berlin", "2026-03-29T01:55"),
    ("Europe/Berlin", "2026-10-25T02:55"),
    ("Europe/London", "2026-03-29T00:55"),
    ("Europe/London", "2026-10-25T01:55"),
    ("Australia/Sydney", "2026-10-04T01:55"),
    ("Australia/Sydney", "2026-04-05T02:55"),
    ("Australia/Lord_Howe", "2026-10-04T01:55"),
    ("Australia/Lord_Howe", "2026-04-05T01:55"),
]

gaps = st.lists(st.integers(0, 40 * 60 * US), min_size=1, max_size=60)


def us_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def admitted(steps: list[int], limits: tuple[Limit, ...]) -> Moments:
    """Ask for one more after each gap, and give all that were allowed."""
    at_us = 0
    moments: Moments = ()
    told: Moments = ()
    for step in steps:
        at_us += step
        if allows(moments, limits, at_us=at_us):
            moments = noted(moments, at_us=at_us)
            told = (*told, at_us)
    return told


def most_within(moments: Moments, seconds: int) -> int:
    """The most that lie in any window of so many seconds."""
    return max(
        (sum(start <= moment < start + seconds * US for moment in moments) for start in moments), default=0
    )


@given(gaps, st.sampled_from([POLICY.account_failures, POLICY.contact_sends, (POLICY.caller_failures,)]))
def test_never_more_than_the_count_lie_within_any_window(steps: list[int], limits: tuple[Limit, ...]) -> None:
    told = admitted(steps, limits)

    assert told
    assert [limit for limit in limits if most_within(told, limit.seconds) > limit.count] == []


@given(gaps)
def test_whatever_every_limit_leaves_room_for_is_allowed(steps: list[int]) -> None:
    limit = Limit(count=3, seconds=1800)
    told: Moments = ()
    at_us = 0
    for step in steps:
        at_us += step
        recent = [moment for moment in told if moment > at_us - 1800 * US]
        is_allowed = allows(told, (limit,), at_us=at_us)
        assert is_allowed == (len(recent) < 3)
        if is_allowed:
            told = noted(told, at_us=at_us)


def test_a_moment_counts_to_the_last_microsecond_of_its_window() -> None:
    assert within((0,), at_us=60 * US - 1, seconds=60) == 1
    assert within((0,), at_us=60 * US, seconds=60) == 0


def test_a_moment_from_a_clock_that_was_ahead_counts_and_so_gives_nobody_a_try() -> None:
    ahead = (3600 * US,)

    assert within(ahead, at_us=0, seconds=60) == 1
    assert not allows(ahead, (Limit(count=1, seconds=60),), at_us=0)
    assert must_wait(ahead, (Wait(failures=1, seconds=60),), at_us=0)


@pytest.mark.parametrize(
    ("failures", "pause_s"),
    [(3, 60), (4, 60), (5, 300), (6, 300), (7, 900), (9, 900), (10, 3600), (15, 3600)],
)
def test_more_failures_within_a_day_mean_a_longer_pause(failures: int, pause_s: int) -> None:
    moments = tuple(number * US for number in range(failures))
    ends_us = moments[-1] + pause_s * US

    told = [must_wait(moments, POLICY.account_waits, at_us=ends_us + shift) for shift in (-1, 0)]

    assert told == [True, False]


def test_two_failures_are_no_reason_to_wait() -> None:
    assert not must_wait((0, US), POLICY.account_waits, at_us=US)


def test_nobody_who_never_failed_waits() -> None:
    assert not must_wait((), POLICY.account_waits, at_us=0)


@pytest.mark.parametrize(("zone", "local"), EDGES)
@pytest.mark.parametrize("clock_s", [-3600, 0, 3600])
def test_pauses_and_windows_last_as_long_where_clocks_are_put_forward_or_back(
    zone: str, local: str, clock_s: int
) -> None:
    edge = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last = edge + timedelta(seconds=clock_s)
    failures = tuple(us_of(last) - number for number in range(6, -1, -1))

    def shown(seconds: float) -> int:
        # As a person there reads the clock, and back.
        return us_of((last + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone)))

    waits = [must_wait(failures, POLICY.account_waits, at_us=shown(after)) for after in (899, 900)]
    room = [allows(failures, (Limit(count=1, seconds=3600),), at_us=shown(after)) for after in (3599, 3600)]

    assert waits == [True, False]
    assert room == [False, True]


def test_what_no_limit_looks_back_to_is_forgotten() -> None:
    assert noted((0, 1), at_us=DAY_S * US) == (1, DAY_S * US)


def test_a_counter_that_is_kept_for_longer_forgets_later() -> None:
    assert noted((0,), at_us=DAY_S * US, keep_s=2 * DAY_S) == (0, DAY_S * US)


@given(st.lists(st.integers(0, 100), max_size=10).map(lambda kept: tuple(sorted(kept))), st.integers(0, 100))
def test_what_was_reserved_and_given_back_leaves_no_trace(moments: Moments, at_us: int) -> None:
    assert sorted(given_back(noted(moments, at_us=at_us), at_us=at_us)) == sorted(moments)


def test_giving_back_what_was_never_reserved_takes_nothing() -> None:
    assert given_back((1, 2), at_us=3) == (1, 2)


def test_two_that_were_reserved_in_one_microsecond_are_given_back_one_by_one() -> None:
    assert given_back((5, 5), at_us=5) == (5,)
