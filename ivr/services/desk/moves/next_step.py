"""What an agent does next, and says meanwhile. The words hold no more than the FAQ's rule allows.

A step names a move only where that move can be made now, by who reads it; else it says what is waited for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case, State
from ivr.domain.recovery.gates import Gate, change_gates, missing, reset_gates
from ivr.domain.recovery.policy import Policy
from ivr.services.desk.card.current_call import CallNow, is_verified
from ivr.services.desk.card.member_names import marked
from ivr.services.desk.moves.moves import Move, lacks_of, sentences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """step: what to do, as one instruction, for `Names.filled`. words: what to say to the caller.

    move: the one that the step asks for; None where it asks for none.
    """

    step: str
    words: str
    move: Move | None = None


_NOT_PRIMARY: Final = NextStep(
    move="refuse",
    step="Send the caller to the Primary administrator, then refuse the case.",
    words="Only the Primary administrator of your subscription can have the password reset. Please contact "
    "that person: Support cannot edit any user or subaccount that was created within a subscription.",
)
_MISTYPED: Final = replace(
    _NOT_PRIMARY,
    step="If that was a wrong key, send the caller to the keypad, which asks again. If not, send the caller "
    "to the Primary administrator, then refuse the case.",
)
_CLAIM: Final = NextStep(
    move="claim",
    step="Claim the case, with the three digits that were whispered to you.",
    words="Thank you for waiting. I am opening your case.",
)
_SPEAK: Final = NextStep(
    move="spoke",
    step="Speak with the caller, then record that you have.",
    words="I have your case in front of me. Please tell me what happened, but never a code or a password.",
)
_VERIFY: Final = NextStep(
    move="keypad",
    step="Send the caller through the verification again, by keypad.",
    words="Before anything can change, our system must verify you, by two codes that you type on your "
    "telephone. Nobody here ever asks you to say them.",
)
_SHUT: Final = NextStep(
    move="ask-unlock",
    step="Ask for the account to be opened again: too many wrong entries closed it to verification by phone. "
    "A colleague looks at it and opens it; then the caller calls anew, and names the account.",
    words="I cannot verify you in this call, so nothing can change now. Please call again later, and type "
    "your subscription number.",
)
_HELD: Final = NextStep(
    move="call-back",
    step="Call the caller back. Or the caller calls, and types the case number and a fresh code.",
    words="You were verified earlier, and your case was kept. One fresh code, typed on your telephone, takes "
    "it up again. Nobody here ever asks you to say it.",
)
_LOOK: Final = NextStep(
    move="subaccounts",
    step="Look in the product whether a subaccount exists, and record how many.",
    words="One moment, please: I am looking at your subscription.",
)
_ASK_FOR_RESET: Final = NextStep(
    move="reset",
    step="Ask for the reset.",
    words="Another user account exists in your subscription, so I can reset your password. Nothing is lost. "
    "The login credentials are sent over only once a subaccount of your subscription has logged in.",
)
_WARN: Final = NextStep(
    move="keypad",
    step="Send the caller to hear the warning, and to confirm it by key.",
    words="There is no other user account in your subscription, so the only way is a full password change. "
    "You would lose access to your saved scan reports and vulnerability data, since they are encrypted with "
    "your password. Our system will tell you so again, and ask you to confirm by key. We also send it by "
    "e-mail, before anything is changed. If a colleague has a login, tell me now: a reset is then possible.",
)
_RESET_NOW: Final = NextStep(
    move="reset-done",
    step="Reset the password in the product, then record that it is done.",
    words="I am resetting your password now. The credentials stay here until a subaccount has logged in.",
)
_WAIT_FOR_LOGIN: Final = NextStep(
    step="Wait for the login of a subaccount; a colleague of yours looks in the product, and records when.",
    words="Please ask a colleague to log in with a subaccount that already existed. A scheduled login or one "
    "by a program does not count. You need not hold the line.",
)
_RELEASE: Final = NextStep(
    move="release",
    step="Release the credentials.",
    words="A subaccount of your subscription has logged in. Thank you: I can release the credentials.",
)
_SEND_LINK: Final = NextStep(
    move="released",
    step="Have the product send its own link to set a password, and record that here.",
    words="You get a link to set a new password yourself. Nobody here knows your password, or chooses it.",
)
_CHANGE: Final = NextStep(
    move="change",
    step="Record the change here; only then make it in the product.",
    words="Everything is there now. I am starting the full password change, as you confirmed.",
)
_CHANGE_NOW: Final = NextStep(
    move="changed",
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
_WAITING_WORDS: Final = (
    "Not everything is there yet that must be before a full password change. Your data stays as it is until "
    "then. You need not hold the line."
)


_SHUT_WAITS: Final = NextStep(
    step="Wait for a colleague to open the account again; then the caller calls anew, and names the account.",
    words=_SHUT.words,
)
_CLAIM_ALONE: Final = replace(
    _CLAIM,
    step="Claim the case. No digits are needed: its caller is not on the line.",
    words="I am opening your case. One moment, please.",
)
_CLAIM_ANEW: Final = replace(
    _CLAIM,
    step="Claim the case again, with the three digits of the call that is here now: it proves its own.",
)
_NOT_HERE: Final = NextStep(
    step="Wait: the caller is at the keypad, or in the menu, and comes to an agent from there.",
    words="Nothing: the caller is not with you.",
)
_HUNG_UP: Final = NextStep(
    step="Say how it went. The caller has hung up; who calls again is put through, and you claim the case by "
    "the digits of that call.",
    words="Nothing: the caller has hung up.",
)
_RINGS: Final = NextStep(
    step="Take the call that rings; then record that you have spoken with the caller.",
    words=_SPEAK.words,
)
_CALLS_AGAIN: Final = NextStep(
    step="Ask the caller to call again, and to type the case number: no more can be tried in this call.",
    words="I cannot verify you in this call, so nothing can change now. Please call again, and type your "
    "case number.",
)
_REFUSE_RESET: Final = NextStep(
    move="refuse",
    step="A subaccount exists, so nothing may be changed: refuse the case; the caller verifies again.",
    words=_ASK_FOR_RESET.words,
)
_APPROVE: Final = NextStep(
    move="approve",
    step="Look at the case as the second representative, and approve it.",
    words="Nothing: you do not speak with this caller.",
)
_LOGIN: Final = NextStep(
    move="login",
    step="Look in the product, as the second representative, whether a subaccount has logged in since the "
    "reset; record when.",
    words="Nothing: you do not speak with this caller.",
)
_BY_A_SECOND: Final[tuple[NextStep, ...]] = (
    _APPROVE,
    _LOGIN,
    NextStep(
        move="unlock",
        step="Look at the case as the second representative, and open the account again.",
        words="Nothing: you do not speak with this caller.",
    ),
    NextStep(
        move="confirm-mailbox",
        step="Look at the case as the second representative, and confirm the other mailbox.",
        words="Nothing: you do not speak with this caller.",
    ),
    _RELEASE,
    _SEND_LINK,
    NextStep(
        move="changed",
        step="Look in the product what became of the change, and record it; its permit is with whoever holds "
        "the case.",
        words="Nothing: you do not speak with this caller.",
    ),
)
"""What somebody may do about a colleague's case."""
_BY_STATE: Final[Mapping[State, NextStep]] = {
    "RESET_REQUESTED": _RESET_NOW,
    "RELEASED": _SEND_LINK,
    "CHANGED": _CHANGE_NOW,
}


def next_step(
    case: Case, policy: Policy, *, at: datetime, now: CallNow, agent: str | None = None, is_shut: bool = False
) -> NextStep:
    """Choose the one next step of a case, as it stands at *at*.

    agent: who reads it; None for whoever holds the case. now: the call that it is about. is_shut: whether
    its account is closed.
    """
    return _Choice(
        case=case, policy=policy, at=at, now=now, agent=agent or case.agent, is_shut=is_shut
    ).step()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    case: Case
    policy: Policy
    at: datetime
    now: CallNow
    agent: str | None
    is_shut: bool

    def step(self) -> NextStep:
        case = self.case
        if case.is_over:
            return _OVER
        if case.agent is None:
            return self._unclaimed()
        if case.agent != self.agent:
            return self._of_a_colleague(case.agent)
        if not case.primary_claimed and self._can("refuse"):
            return _MISTYPED if self._can("keypad") else _NOT_PRIMARY
        return self._acted() if case.is_acted else self._with_the_caller()

    def _can(self, move: Move) -> bool:
        if move in ("ask-unlock", "unlock") and not self.is_shut:
            return False
        return not lacks_of(move, self.case, self.policy, at=self.at, now=self.now, agent=self.agent)

    def _unclaimed(self) -> NextStep:
        if not self._can("claim"):
            return self._by_anybody() or _NOT_HERE
        if self.now.standing in ("talks", "rings"):
            return _CLAIM
        return _NOT_HERE if self.now.needs_digits else _CLAIM_ALONE

    def _of_a_colleague(self, who: str) -> NextStep:
        found = self._by_anybody()
        if found is not None:
            return found
        what = f"Nothing: {marked(who)} has this case. To go on with it, ask for it, and take it over."
        return NextStep(step=what, words="Nothing: a colleague speaks with this caller.")

    def _by_anybody(self) -> NextStep | None:
        return next((step for step in _BY_A_SECOND if step.move is not None and self._can(step.move)), None)

    def _acted(self) -> NextStep:
        """Go on with what was asked for in the product: it needs no caller."""
        if self.case.state == "RESET_DONE":
            return _RELEASE if self._can("release") else _WAIT_FOR_LOGIN
        return _BY_STATE[self.case.state]

    def _with_the_caller(self) -> NextStep:
        """Go on with the caller on the line; what needs none goes on without."""
        case, now = self.case, self.now
        if now.is_another_here and now.standing not in ("talks", "rings"):
            return _CLAIM_ANEW
        if case.spoke_at is None and now.standing == "rings":
            return _RINGS
        if case.spoke_at is None and self._can("spoke"):
            return _SPEAK
        if case.state == "VERIFIED":
            return self._verified()
        return self._confirmed() if case.state == "CONFIRMED" else self._to_prove()

    def _verified(self) -> NextStep:
        case, policy, at = self.case, self.policy, self.at
        if case.spoke_at is None or not is_verified(case, policy, at=at, call=self.now.call):
            return self._to_prove()
        if self._can("reset"):
            return _ASK_FOR_RESET
        gates = change_gates(case, policy, at=at)
        has_looked = all(gate.is_met for gate in gates if gate.name == "subaccounts")
        if not has_looked and not self._lacks_but_the_look(reset_gates(case, policy, at=at)):
            return _LOOK
        return self._by_keypad(_WARN) if has_looked else self._to_prove()

    def _lacks_but_the_look(self, gates: tuple[Gate, ...]) -> bool:
        return any(gate.name != "subaccounts" for gate in missing(gates))

    def _confirmed(self) -> NextStep:
        if self._can("change"):
            return _CHANGE
        if self.case.subaccounts:
            return _REFUSE_RESET
        lacking = missing(change_gates(self.case, self.policy, at=self.at))
        first = next((gate for gate in lacking if gate.name != "subaccounts"), None)
        if first is None:
            return _LOOK
        if first.name in ("level", "acknowledgement", "representative"):
            return self._by_keypad(_VERIFY)
        return NextStep(step=sentences_of(first.missing, first.remedy), words=_WAITING_WORDS)

    def _to_prove(self) -> NextStep:
        if self.case.state == "HELD" and self.now.standing != "talks" and self._can("call-back"):
            return _HELD
        return self._by_keypad(_VERIFY)

    def _by_keypad(self, step: NextStep) -> NextStep:
        """Send the caller there, where that is possible now; else say what is instead."""
        if self._can("keypad") and not (self.is_shut and step is _VERIFY):
            return step
        if self.now.standing in ("ended", "nowhere") or self.case.claimed_call is None:
            return _HUNG_UP if not self.now.needs_digits else _NOT_HERE
        if self.now.standing == "left":
            return _NOT_HERE
        if self.is_shut:
            return _SHUT if self._can("ask-unlock") else _SHUT_WAITS
        return _CALLS_AGAIN
