"""How long a reset waits for the login of a subaccount, and a case for anything to be proved for it."""

from datetime import datetime, timedelta

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.policy import Policy


def waits_until(case: Case, policy: Policy) -> datetime | None:
    """Say when a case that waits for a login lapses; None for one that waits for none.

    It waits for the login since the reset was done; once a subaccount has logged in it waits as long again,
    for its release.
    """
    if case.state != "RESET_DONE" or case.reset_done_at is None:
        return None
    return (case.subaccount_login_at or case.reset_done_at) + timedelta(seconds=policy.login_wait_s)


def has_lapsed(case: Case, policy: Policy, *, at: datetime) -> bool:
    """Whether the case waited for too long; so it is over, whoever comes to write that down."""
    until = waits_until(case, policy)
    return until is not None and at >= until


def is_reminded(case: Case, policy: Policy, *, at: datetime) -> bool:
    """Whether half the time is over, nobody logged in, and no reminder was sent yet."""
    if case.state != "RESET_DONE" or case.reset_done_at is None:
        return False
    half = timedelta(seconds=policy.login_wait_s / 2)
    return case.subaccount_login_at is None and case.reminded_at is None and at >= case.reset_done_at + half


def is_bare(case: Case, *, is_proved: bool) -> bool:
    """Whether a case is a bare claim: nothing proved, nobody at work on it, nobody's word awaited.

    Any stranger opens one by naming an account. is_proved: whether it has any evidence, of any call.
    """
    is_awaited = case.tam_asked_at is not None and case.tam_answered_at is None
    return case.state in ("OPENED", "CLAIMED") and not is_proved and case.agent is None and not is_awaited
