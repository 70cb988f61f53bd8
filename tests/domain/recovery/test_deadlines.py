"""How long a reset waits for a login: to the second, and never longer for having been looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.domain.recovery.case import STATES, State
from ivr.domain.recovery.deadlines import has_lapsed, is_reminded, waits_until
from ivr.domain.recovery.policy import Policy
from tests.domain.recovery.ready import AT, POLICY, TO_RELEASE

WAITS = replace(TO_RELEASE, reset_done_at=AT, subaccount_login_at=None)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_a_reset_waits_for_three_days_and_its_release_as_long_again() -> None:
    login = AT + 50 * HOUR

    assert waits_until(WAITS, POLICY) == AT + 72 * HOUR
    assert waits_until(replace(WAITS, subaccount_login_at=login), POLICY) == login + 72 * HOUR


@pytest.mark.parametrize(("seconds", "has"), [(-1, False), (0, True), (1, True)])
def test_it_lapses_with_the_second(seconds: int, *, has: bool) -> None:
    assert has_lapsed(WAITS, POLICY, at=AT + 72 * HOUR + seconds * SECOND) is has


@pytest.mark.parametrize(("seconds", "is_time"), [(-1, False), (0, True), (1, True)])
def test_the_reminder_is_due_at_half_time(seconds: int, *, is_time: bool) -> None:
    assert is_reminded(WAITS, POLICY, at=AT + 36 * HOUR + seconds * SECOND) is is_time


def test_who_was_reminded_or_whose_colleague_logged_in_is_not_reminded() -> None:
    late = AT + 40 * HOUR

    assert not is_reminded(replace(WAITS, reminded_at=AT + 36 * HOUR), POLICY, at=late)
    assert not is_reminded(replace(WAITS, subaccount_login_at=AT + HOUR), POLICY, at=late)


@pytest.mark.parametrize("state", [state for state in STATES if state != "RESET_DONE"])
def test_no_other_case_waits(state: State) -> None:
    case, late = replace(WAITS, state=state), AT + 1000 * HOUR

    assert waits_until(case, POLICY) is None
    assert not has_lapsed(case, POLICY, at=late)
    assert not is_reminded(case, POLICY, at=late)


def test_a_company_may_wait_less() -> None:
    policy = Policy(login_wait_s=7200)

    assert has_lapsed(WAITS, policy, at=AT + 2 * HOUR)
    assert is_reminded(WAITS, policy, at=AT + HOUR)


def test_a_reset_that_nobody_dated_waits_for_nothing() -> None:
    undated = replace(WAITS, reset_done_at=None)

    assert waits_until(undated, POLICY) is None
    assert not has_lapsed(undated, POLICY, at=AT + 1000 * HOUR)
    assert not is_reminded(undated, POLICY, at=AT + 1000 * HOUR)
