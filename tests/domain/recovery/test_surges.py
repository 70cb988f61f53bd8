from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.limits import DAY_S, SURGE_S, hour_of_day, noted, surges
from ivr.domain.recovery.policy import Policy

US = 1_000_000
HOUR_US = 3600 * US
DAY_US = DAY_S * US
POLICY = Policy()
TIMES, FLOOR = POLICY.surge_times, POLICY.surge_floor
HOUR = 20_000 * 24 + 7
"""An hour since 1970: seven o'clock of some day."""


def is_surge(moments: list[int], *, at_us: int = HOUR * HOUR_US + HOUR_US - 1) -> bool:
    return surges(moments, at_us=at_us, times=TIMES, floor=FLOOR)


def failures(counts: dict[int, int]) -> list[int]:
    """Put so many failures into the same hour so many days ago."""
    return [
        HOUR * HOUR_US - ago * DAY_US + number for ago, count in counts.items() for number in range(count)
    ]


@given(st.lists(st.integers(0, 200), min_size=7, max_size=7), st.integers(0, 1100))
def test_an_hour_has_at_most_five_times_its_mean_over_seven_days_or_the_floor(
    before: list[int], now: int
) -> None:
    history = failures(dict(enumerate([now, *before])))

    is_over_mean = Fraction(now + 1) > 5 * Fraction(sum(before), 7)
    assert is_surge(history) == (now + 1 > FLOOR and is_over_mean)


@pytest.mark.parametrize(("now", "is_over"), [(99, False), (100, True)])
def test_twenty_failures_in_the_same_hour_of_each_day_leave_room_for_a_hundred(
    now: int, *, is_over: bool
) -> None:
    assert is_surge(failures({0: now, **dict.fromkeys(range(1, 8), 20)})) is is_over


@pytest.mark.parametrize(("now", "is_over"), [(49, False), (50, True)])
def test_a_line_that_never_had_a_failure_is_closed_after_the_floor_and_not_before(
    now: int, *, is_over: bool
) -> None:
    assert is_surge(failures({0: now})) is is_over


@pytest.mark.parametrize("elsewhere", [8, 9])
def test_what_lies_more_than_seven_days_back_makes_nothing_usual(elsewhere: int) -> None:
    assert is_surge(failures({0: FLOOR, elsewhere: 1000}))


@pytest.mark.parametrize("shift_us", [-HOUR_US, HOUR_US])
def test_other_hours_of_the_day_make_nothing_usual(shift_us: int) -> None:
    others = [moment + shift_us for moment in failures({1: 1000})]

    assert is_surge([*failures({0: FLOOR}), *others])


def test_the_next_hour_begins_with_nothing() -> None:
    assert not is_surge(failures({0: 1000}), at_us=(HOUR + 1) * HOUR_US)


def test_the_hour_of_the_day_is_read_in_utc() -> None:
    assert [hour_of_day(moment) for moment in (0, HOUR_US - 1, HOUR_US, DAY_US - 1)] == [0, 0, 1, 23]


@given(st.integers(0, HOUR_US - 1), st.integers(0, HOUR_US - 1))
def test_the_counter_remembers_the_same_hour_of_seven_days_ago(minute_us: int, then_us: int) -> None:
    now_us, then = HOUR * HOUR_US + minute_us, (HOUR - 7 * 24) * HOUR_US + then_us

    assert then in noted((then,), at_us=now_us, keep_s=SURGE_S)
