"""A case that may be changed, one that may be released, and every way to spoil them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ivr.domain.recovery.case import OVER, Case, CaseId, CaseNumber, State
from ivr.domain.recovery.policy import Policy

AT: Final = datetime(2026, 11, 24, 18, 0, 0, tzinfo=UTC)
POLICY: Final = Policy()
Facts = Mapping[str, Any]


def ago(seconds: float) -> datetime:
    return AT - timedelta(seconds=seconds)


OPENED: Final = Case(
    id=CaseId("c" * 32),
    number=CaseNumber("900000001"),
    state="OPENED",
    version=1,
    opened_at=ago(600),
    call="CA1",
    goal="unsure",
    language="en",
)
TO_CHANGE: Final = replace(
    OPENED,
    state="CONFIRMED",
    account="a" * 32,
    primary_claimed=True,
    primary_at=ago(600),
    path="change",
    l2_at=ago(300),
    l2_call="CA1",
    confirmed_at=ago(240),
    confirmed_call="CA1",
    warning_hash="f" * 64,
    disclaimer_queued_at=ago(240),
    disclaimer_accepted_at=ago(200),
    subaccounts=0,
    subaccounts_checked_at=ago(60),
    subaccounts_checked_by="agent-1",
    agent="agent-1",
    claimed_at=ago(150),
    claimed_call="CA1",
    spoke_at=ago(100),
    spoke_call="CA1",
    # Also before the act: whoever holds the case is who may act.
    acted_by="agent-1",
)
APPROVED: Final = replace(TO_CHANGE, approval_required=True, approver="agent-2", approved_at=ago(30))
TO_RESET: Final = replace(
    TO_CHANGE,
    state="VERIFIED",
    path="reset",
    confirmed_at=None,
    confirmed_call=None,
    warning_hash=None,
    disclaimer_queued_at=None,
    disclaimer_accepted_at=None,
    subaccounts=1,
)
TO_RELEASE: Final = replace(
    TO_RESET,
    state="RESET_DONE",
    reset_requested_at=ago(50),
    reset_done_at=ago(40),
    subaccount_login_at=ago(10),
    subaccount_login_by="agent-3",
)

DONE: Final = replace(TO_RELEASE, subaccount_login_at=None, subaccount_login_by=None)
ASKED: Final = replace(DONE, state="RESET_REQUESTED", reset_done_at=None)
_STANDING: Final[Mapping[str, Case]] = {
    "RESET_REQUESTED": ASKED,
    "RESET_DONE": DONE,
    "RELEASED": replace(TO_RELEASE, released_at=AT, released_by="agent-1"),
    "CHANGED": replace(TO_CHANGE, changed_at=AT),
    "CLOSED": replace(TO_CHANGE, changed_at=AT),
}


def at_state(state: State) -> Case:
    """Give a case in the state, with the facts that the database asks of it."""
    standing = replace(_STANDING.get(state, TO_CHANGE), state=state, held_at=AT)
    return replace(standing, over_at=AT) if state in OVER else standing


SPOILED: Final[Mapping[str, tuple[Facts, ...]]] = {
    "primary": ({"primary_claimed": False}, {"account": None}),
    "level": (
        {"l2_at": ago(240 + 901)},
        {"l2_at": None},
        {"l2_at": ago(239)},
    ),
    "subaccounts": (
        {"subaccounts": 1},
        {"subaccounts": None},
        {"subaccounts_checked_at": None},
        {"subaccounts_checked_at": ago(901)},
        {"subaccounts_checked_at": ago(-1)},
    ),
    "disclaimer": (
        {"disclaimer_accepted_at": None},
        {"disclaimer_queued_at": None},
        {"disclaimer_failed_at": ago(200)},
        {"disclaimer_failed_at": ago(100)},
        {"disclaimer_accepted_at": ago(86_401)},
        {"disclaimer_accepted_at": ago(-1)},
    ),
    "acknowledgement": ({"warning_hash": None}, {"confirmed_call": "CA2"}),
    "representative": (
        {"spoke_at": None},
        {"agent": None},
        {"spoke_at": ago(151)},
        {"claimed_at": None},
        {"spoke_call": None},
        {"spoke_call": "CA2"},
    ),
    "approval": (
        {"approver": "agent-1"},
        {"approver": None},
        {"approved_at": None},
        {"approved_at": ago(241)},
        {"approver": " agent-1 "},
        {"approver": "Agent-1"},
        {"approver": " "},
    ),
    "open": (
        {"state": "REFUSED", "over_at": ago(20)},
        {"state": "LAPSED", "over_at": ago(20)},
        {"state": "CANCELLED", "over_at": ago(20)},
    ),
}
"""For each gate of a change, facts of which each alone shuts that gate and no other."""
GATES: Final = tuple(SPOILED)


def spoil(case: Case, gates: tuple[str, ...]) -> Case:
    """Shut these gates, each in the first of its ways."""
    for gate in gates:
        case = replace(case, **SPOILED[gate][0])
    return case
