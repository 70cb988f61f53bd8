"""Guesses by the thousand, from one telephone or from thousands: which are checked, and what comes of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from tests.security.attack import attack, number_of
from tests.sizes import fuzzed

ACCOUNTS = 300
SECONDS_APART = (1, 2, 5)
TO_HOURS_APART = (2, 61, 301, 901, 3601)
_SIZES = [
    pytest.param(guesses, numbers, marks=marks)
    for guesses, marks in ((200, []), (fuzzed(10_000), [pytest.mark.fuzz]))
    for numbers in (1, 100, 10_000)
]


def most_within(moments: Iterable[datetime], span: timedelta) -> int:
    """Count the most that lie in any span of that length."""
    kept, most, first = sorted(moments), 0, 0
    for last, end in enumerate(kept):
        while kept[first] <= end - span:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize(("guesses", "numbers"), _SIZES)
def test_of_guesses_at_one_account_ten_a_day_and_twenty_in_a_row_are_checked(
    guesses: int, numbers: int
) -> None:
    with attack(accounts=1, numbers=numbers, gaps=TO_HOURS_APART, seed=guesses + numbers) as attacked:
        attacked.go_on([number_of(0)], guesses)

        checked = [at for at, _ in attacked.checked]
        assert 0 < len(checked) <= 20
        assert most_within(checked, timedelta(days=1)) <= 10
        assert most_within(checked, timedelta(hours=1)) <= 5
        assert attacked.most == 0


@pytest.mark.parametrize(("seconds_apart", "guesses", "checked"), [(901, 70, 10), (3 * 3600, 100, 20)])
def test_whoever_waits_out_every_pause_has_ten_tries_in_a_day_or_twenty_in_all(
    seconds_apart: int, guesses: int, checked: int
) -> None:
    with attack(accounts=1, numbers=100, gaps=(seconds_apart,), seed=1, steps=("app",)) as attacked:
        attacked.go_on([number_of(0)], guesses)

        assert len(attacked.checked) == checked


@pytest.mark.parametrize(("guesses", "numbers"), _SIZES)
def test_of_guesses_at_many_accounts_fifty_in_ten_minutes_are_judged_and_none_verifies(
    guesses: int, numbers: int
) -> None:
    accounts = [number_of(index) for index in range(ACCOUNTS)]
    with attack(accounts=ACCOUNTS, numbers=numbers, gaps=SECONDS_APART, seed=guesses + numbers) as attacked:
        attacked.go_on(accounts, guesses)

        assert 0 < most_within(attacked.judged, timedelta(minutes=10)) <= 50
        for account in {number for _, number in attacked.checked}:
            at_this = [at for at, number in attacked.checked if number == account]
            assert most_within(at_this, timedelta(days=1)) <= 10
        assert attacked.most < 2


def test_the_fiftieth_failure_of_ten_minutes_is_judged_and_no_later_one() -> None:
    accounts = [number_of(index) for index in range(ACCOUNTS)]
    with attack(accounts=ACCOUNTS, numbers=10_000, gaps=(1,), seed=7) as attacked:
        attacked.go_on(accounts, 200)

        assert len(attacked.judged) == 50
