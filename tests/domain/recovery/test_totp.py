"""Which half minute the digits of an app are of."""

from datetime import UTC, datetime

import pytest

from ivr.domain.recovery.totp import STEP_S, step_of
from ivr.domain.redaction import Secret

SEED = Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
TWICE, DIGITS = 59_061_240, Secret("963181")
"""A step whose digits the step after it has as well: one in a million has."""


def at(step: int, second: int = 0) -> datetime:
    return datetime.fromtimestamp(step * STEP_S + second, tz=UTC)


@pytest.mark.parametrize("step", [TWICE, TWICE + 1])
@pytest.mark.parametrize("second", [0, STEP_S - 1])
def test_of_two_steps_with_the_same_digits_the_nearest_is_used_up(step: int, second: int) -> None:
    assert step_of(SEED, DIGITS, at=at(step, second)) == step


@pytest.mark.parametrize(
    ("step", "found"),
    [(TWICE - 2, None), (TWICE - 1, TWICE), (TWICE + 2, TWICE + 1), (TWICE + 3, None)],
)
def test_a_clock_may_be_one_step_off_and_no_more(step: int, found: int | None) -> None:
    assert step_of(SEED, DIGITS, at=at(step)) == found


def test_what_no_app_shows_is_no_step() -> None:
    assert step_of(SEED, Secret("\uff1763181"), at=at(TWICE)) is None
    assert step_of(SEED, Secret(""), at=at(TWICE)) is None
