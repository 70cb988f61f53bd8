"""What is usual at an hour of the day is known for a week: a busy hour closes no busy line."""

from datetime import timedelta
from pathlib import Path

from ivr.domain.recovery.limits import DAY_S
from tests.adapters.database.case_kept import opened
from tests.adapters.database.test_surge_kept import may_try
from tests.domain.recovery.ready import AT, POLICY

USUAL = 12
"""Failures in this hour of each day: five times as many are more than the floor."""


def test_failures_of_the_week_before_leave_room_for_five_times_as_many(url: str, tmp_path: Path) -> None:
    start = AT.replace(minute=0, second=0, microsecond=0)
    with opened(url, tmp_path / "audit.anchor") as cases:
        for day in range(7):
            for number in range(USUAL):
                at = start + timedelta(seconds=DAY_S * day + 240 * number)
                assert may_try(cases, 100 * day + number, at, is_right=False)

        today = start + timedelta(days=7)
        tries = [
            may_try(cases, 1000 + number, today + timedelta(seconds=59 * number), is_right=False)
            for number in range(POLICY.surge_times * USUAL + 1)
        ]

        assert POLICY.surge_times * USUAL > POLICY.surge_floor
        assert tries == [True] * POLICY.surge_times * USUAL + [False]
