"""What must hold before an account may change: a pure function of the case's facts. The FAQ's law is here.

Level 2, the confirming key and the talk with an agent each carry the call that they belong to, and count only
where they are of one call: a case's number, which stands in texts and mails, is no right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.policy import Policy

GateName = Literal[
    "primary",
    "level",
    "subaccounts",
    "disclaimer",
    "acknowledgement",
    "representative",
    "approval",
    "open",
    "reset_done",
    "login",
    "mailbox",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """missing: what is not there yet, "" where the gate is met. remedy: how to get it."""

    name: GateName
    missing: str = ""
    remedy: str = ""

    @property
    def is_met(self) -> bool:
        return not self.missing


def change_gates(case: Case, policy: Policy, *, at: datetime) -> tuple[Gate, ...]:
    """Judge a full password change at *at*: it is allowed only where every gate is met."""
    return (
        _primary(case),
        _level(case, policy, at=at),
        _no_subaccount(case, policy, at=at),
        _disclaimer(case, policy, at=at),
        _acknowledgement(case),
        _representative(case),
        *_approval(case),
        _open(case, "CONFIRMED", "confirmed by the caller"),
    )


def reset_gates(case: Case, policy: Policy, *, at: datetime) -> tuple[Gate, ...]:
    """Judge a request to reset the password: a subaccount must exist."""
    return (
        _primary(case),
        _verified_now(case, policy, at=at),
        _a_subaccount(case, policy, at=at),
        _representative(case),
        _open(case, "VERIFIED", "verified"),
    )


def release_gates(case: Case) -> tuple[Gate, ...]:
    """Judge the release of the credentials after a reset: a subaccount must have logged in after it."""
    return (
        _primary(case),
        _reset_done(case),
        _login(case),
        _mailbox(case),
        _open(case, "RESET_DONE", "reset"),
    )


_NO_LETTERS: Final = " \t\n{}"
"""What may stand around a name: blanks, and the braces that mark a member in a sentence."""


def is_another(one: str | None, other: str | None) -> bool:
    """Whether somebody is named, and not the other by another spelling."""
    named, known = ((name or "").strip(_NO_LETTERS).casefold() for name in (one, other))
    return named not in ("", known)


def missing(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    return tuple(gate for gate in gates if not gate.is_met)


def _gate(name: GateName, *, met: bool, missing: str, remedy: str) -> Gate:
    return Gate(name=name) if met else Gate(name=name, missing=missing, remedy=remedy)


def _primary(case: Case) -> Gate:
    return _gate(
        "primary",
        met=case.primary_claimed and case.account is not None,
        missing="the caller is not known to be the account's primary administrator",
        remedy="only the primary administrator can be helped; anyone else asks that person",
    )


def _is_confirmed(case: Case) -> bool:
    """Whether the key was pressed, in the very call in which the caller is verified."""
    return case.confirmed_at is not None and _is_one_call(case.l2_call, case.confirmed_call)


def _level(case: Case, policy: Policy, *, at: datetime) -> Gate:
    """Ask for level 2 when the key was pressed; for a key that is still to come, now."""
    if not _is_confirmed(case):
        return _verified_now(case, policy, at=at)
    is_in_time = (
        case.confirmed_at is not None
        and case.l2_at is not None
        and _between(0, case.l2_at, case.confirmed_at, policy.verified_s)
        and _between(0, case.confirmed_at, at, policy.change_s)
    )
    return _gate(
        "level",
        met=is_in_time,
        missing="the caller was not verified by two factors when confirming, or too long ago",
        remedy="send the caller through the verification again, by keypad",
    )


def _verified_now(case: Case, policy: Policy, *, at: datetime) -> Gate:
    return _gate(
        "level",
        met=case.l2_at is not None
        and case.l2_call is not None
        and _between(0, case.l2_at, at, policy.verified_s),
        missing="the caller is not verified by two factors now",
        remedy="send the caller through the verification again, by keypad",
    )


def _no_subaccount(case: Case, policy: Policy, *, at: datetime) -> Gate:
    return _gate(
        "subaccounts",
        met=_looked(case, policy, at=at) and case.subaccounts == 0,
        missing="nobody has seen in the product, just now, that the subscription has no subaccount",
        remedy="look there and record it; where one exists, a reset is the way",
    )


def _a_subaccount(case: Case, policy: Policy, *, at: datetime) -> Gate:
    return _gate(
        "subaccounts",
        met=_looked(case, policy, at=at) and (case.subaccounts or 0) > 0,
        missing="nobody has seen in the product, just now, that the subscription has a subaccount",
        remedy="look there and record it; where none exists, only a full change is possible",
    )


def _looked(case: Case, policy: Policy, *, at: datetime) -> bool:
    seen_at = case.subaccounts_checked_at
    return seen_at is not None and _between(0, seen_at, at, policy.checked_s)


def _disclaimer(case: Case, policy: Policy, *, at: datetime) -> Gate:
    accepted, failed = case.disclaimer_accepted_at, case.disclaimer_failed_at
    is_accepted = (
        case.disclaimer_queued_at is not None
        and accepted is not None
        and (failed is None or failed < accepted)
    )
    in_window = accepted is not None and _between(policy.mail_wait_s, accepted, at, policy.mail_s)
    if not _can_open(case):
        return Gate(name="disclaimer", missing=_LOST, remedy=_ANOTHER)
    if case.disclaimer_queued_at is None:
        what = "the disclaimer e-mail was not asked for"
    elif is_accepted:
        what = "the disclaimer e-mail was accepted too long ago, or too recently"
    elif failed is not None:
        what = "the disclaimer e-mail was refused, or came back"
    else:
        what = "no mail server has accepted the disclaimer e-mail yet"
    remedy = (
        "correct the mailbox on file; then the caller verifies and confirms again"
        if failed is not None and not is_accepted
        else "wait for it: the caller need not hold the line"
    )
    return _gate("disclaimer", met=is_accepted and in_window, missing=what, remedy=remedy)


_LOST: Final = "the caller cannot open the mailbox on file, so nothing that goes there counts"
_ANOTHER: Final = "ask the account manager; after a yes, name another one on file, which a colleague confirms"


def _can_open(case: Case) -> bool:
    return case.mailbox_lost_at is None or case.other_named_at is not None


def _mailbox(case: Case) -> Gate:
    return _gate("mailbox", met=_can_open(case), missing=_LOST, remedy=_ANOTHER)


def _acknowledgement(case: Case) -> Gate:
    return _gate(
        "acknowledgement",
        met=_is_confirmed(case) and case.warning_hash is not None,
        missing="the caller has not confirmed, by key, in the verified call, the warning of what is lost",
        remedy="send the caller to hear the warning again",
    )


def _representative(case: Case) -> Gate:
    """Ask for a talk after the claim, in the verified call."""
    claimed, spoke = case.claimed_at, case.spoke_at
    has_spoken = case.agent is not None and claimed is not None and spoke is not None and claimed <= spoke
    if has_spoken and not _is_one_call(case.l2_call, case.spoke_call):
        return Gate(name="representative", missing=_ANOTHER_CALL, remedy=_SPEAK_THERE)
    return _gate(
        "representative",
        met=has_spoken,
        missing="no representative has claimed the case and spoken with the caller",
        remedy="claim it, speak with the caller, and record that you have",
    )


_ANOTHER_CALL: Final = "the agent spoke with the caller in another call than the one in which this was proved"
_SPEAK_THERE: Final = "claim the case by the digits of that call, or have this caller prove it all by keypad"


def _is_one_call(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _approval(case: Case) -> Iterator[Gate]:
    if case.approval_required:
        approver, approved, confirmed = case.approver, case.approved_at, case.confirmed_at
        is_later = approved is not None and confirmed is not None and confirmed <= approved
        yield _gate(
            "approval",
            met=is_later and is_another(approver, case.agent),
            missing="no second representative has approved it",
            remedy="ask a colleague to look at the case and approve it",
        )


def _reset_done(case: Case) -> Gate:
    return _gate(
        "reset_done",
        met=case.reset_done_at is not None,
        missing="the reset is not done",
        remedy="reset the password in the product, and record it",
    )


def _login(case: Case) -> Gate:
    done, login = case.reset_done_at, case.subaccount_login_at
    return _gate(
        "login",
        met=done is not None and login is not None and login > done,
        missing="no subaccount has logged in since the reset",
        remedy="a colleague of the caller signs in with a subaccount; then record when",
    )


def _open(case: Case, state: str, words: str) -> Gate:
    return _gate(
        "open",
        met=case.state == state,
        missing=f"the case is {case.state}, not {words}",
        remedy="open a new case: a case serves once"
        if case.is_over
        else "follow the next step that the card names",
    )


def _between(least_s: int, since: datetime, until: datetime, most_s: int) -> bool:
    return least_s <= (until - since).total_seconds() <= most_s
