"""Guessing over many accounts is told to the people who run the line, and not once a call."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr.domain.recovery.limits import DAY_S
from ivr.domain.recovery.policy import Limit
from tests.security.line import WRONG, GuardedLine, guarded_line

FIRST = {"line_failures": Limit(count=3, seconds=DAY_S)}
SURGE = {"surge_floor": 3}


def guess(line: GuardedLine, times: int) -> None:
    """Call so often at one moment, from another number and for another account each time, and err once."""
    at = line.clock.now()
    for _ in range(times):
        line.clock.at = at
        handset = line.handset(caller=f"+1415555{line.calls:04}")
        handset.type(f"99{line.calls:04}")
        if not handset.is_over and handset.waits_for_entry:
            handset.type(WRONG)
        if not handset.is_over:
            handset.hang_up()


def limits_told(logs: list[MutableMapping[str, Any]]) -> list[str]:
    told = [one for one in logs if one["event"] == "verification_closed_for_all"]
    assert {one["log_level"] for one in told} <= {"warning"}
    return [one["limit"] for one in told]


@pytest.mark.parametrize(("policy", "limit"), [(FIRST, "line_failures"), (SURGE, "surge")])
def test_a_limit_that_closes_verification_for_all_is_told_at_the_first_caller_turned_away(
    policy: dict[str, Limit | int], limit: str
) -> None:
    with guarded_line(policy=policy) as line, capture_logs() as logs:
        guess(line, 3)
        before = limits_told(logs)
        guess(line, 1)

    assert before == []
    assert limits_told(logs) == [limit]


def test_a_budget_of_codes_that_is_spent_is_told_too() -> None:
    with guarded_line(policy={"day_sends": Limit(count=1, seconds=DAY_S)}) as line, capture_logs() as logs:
        for number in ("204117", "204118"):
            before = limits_told(logs)
            handset = line.handset(caller=f"+1415555{line.calls:04}")
            handset.type(number)
            handset.hang_up()

    assert before == []
    assert limits_told(logs) == ["day_sends"]


def test_however_many_are_turned_away_it_is_told_once_a_minute() -> None:
    with guarded_line(policy=FIRST) as line, capture_logs() as logs:
        guess(line, 7)
        in_the_first_minute = limits_told(logs)
        line.clock.advance(61)
        guess(line, 3)

    assert in_the_first_minute == ["line_failures"]
    assert limits_told(logs) == ["line_failures", "line_failures"]


def test_a_number_that_is_turned_away_for_its_own_failures_alarms_nobody() -> None:
    with (
        guarded_line(policy={"caller_failures": Limit(count=1, seconds=DAY_S)}) as line,
        capture_logs() as logs,
    ):
        for _ in range(3):
            handset = line.handset()
            handset.type("204117")
            if handset.waits_for_entry:
                handset.type(WRONG)
            if not handset.is_over:
                handset.hang_up()

    assert limits_told(logs) == []
    assert '"outcome":"limit"' in "".join(line.audited())
