"""What an agent does next, and says meanwhile. The words hold no more than the FAQ's rule allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.agents.moves import is_verified, sentences_of
from ivr.recovery.case import OVER, Case, State
from ivr.recovery.gates import change_gates, missing, release_gates, reset_gates
from ivr.recovery.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """step: what to do, as one instruction. words: what to say to the caller."""

    step: str
    words: str


_NOT_PRIMARY: Final = NextStep(
    step="Send the caller to the Primary administrator, then refuse the case.",
    words="Only the Primary administrator of your subscription can have the password reset. Please contact "
    "that person: Support cannot edit any user or subaccount that was created within a subscription.",
)
_CLAIM: Final = NextStep(
    step="Claim the case, with the three digits that were whispered to you.",
    words="Thank you for waiting. I am opening your case.",
)
_SPEAK: Final = NextStep(
    step="Speak with the caller, then record that you have.",
    words="I have your case in front of me. Please tell me what happened, but never a code or a password.",
)
_VERIFY: Final = NextStep(
    step="Send the caller through the verification again, by keypad.",
    words="Before anything can change, our system must verify you, by two codes that you type on your "
    "telephone. Nobody here ever asks you to say them.",
)
_SHUT: Final = NextStep(
    step="Ask for the account to be opened again: too many wrong entries closed it to verification by phone. "
    "A colleague looks at it and opens it; then the caller calls anew, and names the account.",
    words="I cannot verify you in this call, so nothing can change now. Please call again later, and type "
    "your subscription number.",
)
_HELD: Final = NextStep(
    step="Call the caller back. Or the caller calls, and types the case number and a fresh code.",
    words="You were verified earlier, and your case was kept. One fresh code, typed on your telephone, takes "
    "it up again. Nobody here ever asks you to say it.",
)
_LOOK: Final = NextStep(
    step="Look in the product whether a subaccount exists, and record how many.",
    words="One moment, please: I am looking at your subscription.",
)
_ASK_FOR_RESET: Final = NextStep(
    step="Ask for the reset.",
    words="Another user account exists in your subscription, so I can reset your password. Nothing is lost. "
    "The login credentials are sent over only once a subaccount of your subscription has logged in.",
)
_WARN: Final = NextStep(
    step="Send the caller to hear the warning, and to confirm it by key.",
    words="There is no other user account in your subscription, so the only way is a full password change. "
    "You would lose access to your saved scan reports and vulnerability data, since they are encrypted with "
    "your password. Our system will tell you so again, and ask you to confirm by key. We also send it by "
    "e-mail, before anything is changed. If a colleague has a login, tell me now: a reset is then possible.",
)
_RESET_NOW: Final = NextStep(
    step="Reset the password in the product, then record that it is done.",
    words="I am resetting your password now. The credentials stay here until a subaccount has logged in.",
)
_WAIT_FOR_LOGIN: Final = NextStep(
    step="Wait for the login of a subaccount; a colleague of yours looks in the product, and records when.",
    words="Please ask a colleague to log in with a subaccount that already existed. A scheduled login or one "
    "by a program does not count. You need not hold the line.",
)
_RELEASE: Final = NextStep(
    step="Release the credentials.",
    words="A subaccount of your subscription has logged in. Thank you: I can release the credentials.",
)
_SEND_LINK: Final = NextStep(
    step="Have the product send its own link to set a password, and record that here.",
    words="You get a link to set a new password yourself. Nobody here knows your password, or chooses it.",
)
_CHANGE: Final = NextStep(
    step="Record the change here; only then make it in the product.",
    words="Everything is there now. I am starting the full password change, as you confirmed.",
)
_CHANGE_NOW: Final = NextStep(
    step="Change it in the product, under the permit: it sends its own link to set a password. Then record "
    "that here.",
    words="You get a link to set a new password yourself. Nobody here knows your password, or chooses it. "
    "Your saved scan reports and vulnerability data can no longer be opened, as you were warned.",
)
_OVER: Final = NextStep(
    step="Nothing: the case is over.",
    words="This case is over. Should you need more help with your password, please call again: our system "
    "will then verify you anew.",
)
_DONE: Final = ("RELEASED", "CHANGED")
_WAITING_WORDS: Final = (
    "Not everything is there yet that must be before a full password change. Your data stays as it is until "
    "then. You need not hold the line."
)


_BY_STATE: Final[Mapping[State, NextStep]] = {
    "HELD": _HELD,
    "RESET_REQUESTED": _RESET_NOW,
    "RELEASED": _SEND_LINK,
    "CHANGED": _CHANGE_NOW,
    **dict.fromkeys(OVER, _OVER),
}


def next_step(case: Case, policy: Policy, *, at: datetime, is_shut: bool = False) -> NextStep:
    """Choose the one next step of a case, as it stands at *at*. is_shut: whether its account is closed."""
    if case.is_over or case.state in _DONE:
        return _BY_STATE[case.state]
    if not case.primary_claimed:
        return _NOT_PRIMARY
    if case.agent is None:
        return _CLAIM
    step = _SPEAK if case.spoke_at is None else _spoken(case, policy, at=at)
    return _SHUT if is_shut and step is _VERIFY else step


def _spoken(case: Case, policy: Policy, *, at: datetime) -> NextStep:
    if case.state == "VERIFIED":
        return _verified(case, policy, at=at)
    if case.state == "CONFIRMED":
        return _confirmed(case, policy, at=at)
    if case.state == "RESET_DONE":
        return _WAIT_FOR_LOGIN if missing(release_gates(case)) else _RELEASE
    return _BY_STATE.get(case.state, _VERIFY)


def _verified(case: Case, policy: Policy, *, at: datetime) -> NextStep:
    if not is_verified(case, policy, at=at):
        return _VERIFY
    if not missing(reset_gates(case, policy, at=at)):
        return _ASK_FOR_RESET
    has_looked = all(gate.is_met for gate in change_gates(case, policy, at=at) if gate.name == "subaccounts")
    return _WARN if has_looked else _LOOK


def _confirmed(case: Case, policy: Policy, *, at: datetime) -> NextStep:
    lacking = missing(change_gates(case, policy, at=at))
    if not lacking:
        return _CHANGE
    if case.subaccounts:
        step = "A subaccount exists, so nothing may be changed: refuse the case; the caller verifies again."
        return NextStep(step=step, words=_ASK_FOR_RESET.words)
    first = next((gate for gate in lacking if gate.name != "subaccounts"), None)
    if first is None:
        return _LOOK
    return NextStep(step=sentences_of(first.missing, first.remedy), words=_WAITING_WORDS)
