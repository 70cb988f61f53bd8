from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.entrypoints.worker.retry_waits import CODE_WAITS_S, WAITS_S, wait_after


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (25, 60)])
def test_the_waits_grow_to_an_hour_and_stay_there(attempts: int, minutes: int) -> None:
    assert wait_after(attempts, chance=0.5) == timedelta(minutes=minutes)


@given(
    attempts=st.integers(1, 40),
    chance=st.floats(0, 1, exclude_max=True),
    waits_s=st.sampled_from([WAITS_S, CODE_WAITS_S]),
)
def test_chance_spreads_a_wait_by_a_fifth_at_most(
    attempts: int, chance: float, waits_s: tuple[int, ...]
) -> None:
    usual = waits_s[min(attempts, len(waits_s)) - 1]

    seconds = wait_after(attempts, chance=chance, waits_s=waits_s).total_seconds()

    assert 0.8 * usual - 1e-6 <= seconds <= 1.2 * usual + 1e-6


def test_chance_reaches_both_ends() -> None:
    assert wait_after(1, chance=0) == timedelta(seconds=48)
    assert wait_after(1, chance=1) == timedelta(seconds=72)
