"""An agent's moves, and what each still lacks: the card shows by it what the desk refuses by it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from ivr.domain.recovery.case import MOVES, Case
from ivr.domain.recovery.deadlines import has_lapsed
from ivr.domain.recovery.factors import VOUCH_S
from ivr.domain.recovery.gates import Gate, change_gates, missing, release_gates, reset_gates
from ivr.domain.recovery.policy import Policy
from ivr.services.desk.card.current_call import CallNow, Standing, is_verified
from ivr.services.desk.card.member_names import NO_NAMES, Names, marked, with_members_marked

Move = Literal[
    "claim",
    "spoke",
    "keypad",
    "subaccounts",
    "reset",
    "reset-done",
    "login",
    "release",
    "released",
    "approve",
    "change",
    "changed",
    "hold",
    "restore",
    "call-back",
    "ask-tam",
    "ask-unlock",
    "unlock",
    "name-mailbox",
    "confirm-mailbox",
    "refuse",
    "close",
]
MOVE_NAMES: Final[tuple[Move, ...]] = get_args(Move)

_BY_A_SECOND: Final[frozenset[Move]] = frozenset({"login", "approve"})
_BY_ANYBODY: Final[frozenset[Move]] = frozenset(
    {"claim", "refuse", "release", "released", "changed", "unlock", "confirm-mailbox"}
)
_AGENT: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_BEFORE_THE_END: Final = ("CLAIMED", "VERIFIED", "HELD", "CONFIRMED", "RESET_REQUESTED", "RESET_DONE")
_WITH_THE_CALLER: Final = ("CLAIMED", "VERIFIED", "HELD", "CONFIRMED")
_OVER: Final = "open a new case: a case serves once"
_FOLLOW: Final = "follow the next step that the card names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """name: a gate's, or what else is lacking. missing: as a clause. remedy: how to get it.

    Members stand in both by their ids, in braces: `sentences_of` calls them by name.
    """

    name: str
    missing: str
    remedy: str


_Rule = Callable[[Case, Policy, datetime, CallNow], tuple[Lack, ...]]


def sentences_of(missing: str, remedy: str, names: Names = NO_NAMES) -> str:
    """Make two sentences of what is missing and how to get it. names: how members are called in them."""
    return " ".join(sentence(names.filled(clause)) for clause in (missing, remedy))


def sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


_CALLS_AGAIN: Final = "who calls again is put through: claim the case by the digits of that call"
_COMES_BACK: Final = "who is at the keypad comes back by itself; who has hung up calls again"
_NO_DIGITS: Final = Lack(name="call", missing="the case was claimed by no call's digits", remedy=_CALLS_AGAIN)
_NOT_IN_TALK: Final[Mapping[Standing, Lack]] = {
    "nowhere": Lack(name="call", missing="no agent has this caller on the line", remedy=_CALLS_AGAIN),
    "rings": Lack(name="call", missing="the call rings, and nobody has taken it", remedy="take the call"),
    "left": Lack(name="call", missing="the caller is with no agent now", remedy=_COMES_BACK),
    "ended": Lack(name="call", missing="the caller has hung up", remedy=_CALLS_AGAIN),
}


class MoveBlocked(Exception):  # noqa: N818 -- it names what happened to the move
    """Nothing was done. lacks: everything that is missing, each with its remedy."""

    def __init__(self, move: Move, lacks: tuple[Lack, ...]) -> None:
        self.move = move
        self.lacks = lacks
        super().__init__(self.told())

    def told(self, names: Names = NO_NAMES) -> str:
        """Say it in sentences. names: how members are called in them."""
        sentences = (sentences_of(lack.missing, lack.remedy, names) for lack in self.lacks)
        return "\n".join((f'"{self.move}" is refused, and nothing was done.', *sentences))


def lacks_of(
    move: Move, case: Case, policy: Policy, *, at: datetime, now: CallNow, agent: str | None = None
) -> tuple[Lack, ...]:
    """Name what a move lacks now; nothing where it may be made.

    agent: who would make it; None leaves open who, as a card does that anybody may read. now: the call that
    it is about.
    """
    case, agent = with_members_marked(case), None if agent is None else marked(agent)
    return (*_by_whom(move, case, agent), *_RULES[move](case, policy, at, now))


def agent_lacks(agent: str) -> tuple[Lack, ...]:
    """Refuse a name that two spellings could make two people of."""
    if _AGENT.fullmatch(agent):
        return ()
    remedy = "use small letters, digits and hyphens, such as ana or ben-2"
    return (Lack(name="agent", missing="an agent is not named like this", remedy=remedy),)


def taken(by: str) -> Lack:
    remedy = "ask for it, then name in your claim whom you take it from"
    return Lack(name="claim", missing=f"the case is claimed by {marked(by)}", remedy=remedy)


def _by_whom(move: Move, case: Case, agent: str | None) -> Iterator[Lack]:
    if move == "claim" and agent is None and case.agent is not None:
        yield taken(case.agent)
    if agent is not None:
        yield from _by_another(move, case, agent)
    if move in _BY_ANYBODY:
        return
    if case.agent is None:
        yield Lack(name="claim", missing="nobody has claimed the case", remedy="claim it first")
    elif agent is None:
        return
    elif move in _BY_A_SECOND and agent == case.agent:
        what = f"the case is claimed by {agent}, who cannot be the second representative too"
        yield Lack(name="second", missing=what, remedy="ask a colleague to look, and to record it")
    elif move not in _BY_A_SECOND and agent != case.agent and not (move == "close" and may_end(case, agent)):
        what = f"the case is claimed by {case.agent}, not by {agent}"
        yield Lack(name="claim", missing=what, remedy="ask for it, and claim it from there")


def may_end(case: Case, agent: str) -> bool:
    """Whether the case is the agent's to close: whoever released it has done its act."""
    return agent == case.agent or (case.state == "RELEASED" and agent == case.released_by)


def _by_another(move: Move, case: Case, agent: str) -> Iterator[Lack]:
    """Refuse what somebody has no part in who did something else about the case before."""
    if agent == case.tam and move != "refuse":
        what = f"the account manager, {agent}, was asked about the caller, and so does not act on the case"
        yield Lack(name="tam", missing=what, remedy="a colleague goes on with it")
    first = {"unlock": case.unlock_asked_by, "confirm-mailbox": case.other_asked_by}.get(move)
    if first == agent:
        what = f"{agent} asked for it, and cannot be the second representative too"
        yield Lack(name="second", missing=what, remedy="ask a colleague to look, and to do it")
    if move == "release" and agent == case.subaccount_login_by:
        what = f"{agent} recorded the login, and cannot release by it too"
        yield Lack(name="second", missing=what, remedy="ask a colleague to look, and to release")


def _of(gates: tuple[Gate, ...]) -> tuple[Lack, ...]:
    return tuple(Lack(name=gate.name, missing=gate.missing, remedy=gate.remedy) for gate in missing(gates))


def _standing(case: Case, states: tuple[str, ...]) -> tuple[Lack, ...]:
    if case.state in states:
        return ()
    what = f"the case is {case.state}, not {' or '.join(states)}"
    return (Lack(name="open", missing=what, remedy=_OVER if case.is_over else _FOLLOW),)


def _open(case: Case) -> tuple[Lack, ...]:
    if case.is_over:
        return (Lack(name="open", missing=f"the case is over: {case.state}", remedy=_OVER),)
    return ()


def _claim(case: Case, _policy: Policy, _at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    if case.state != "CHANGED":
        return _open(case)
    what = "the change was allowed in the name of whoever holds the case, and stays in it"
    return (Lack(name="open", missing=what, remedy="record what became of it: any agent of the line may"),)


def _in(*states: str) -> _Rule:
    return lambda case, _policy, _at, _now: _standing(case, states)


def _spoke(case: Case, _policy: Policy, _at: datetime, now: CallNow) -> tuple[Lack, ...]:
    return (*(_open(case) or _standing(case, _WITH_THE_CALLER)), *_in_talk(case, now))


def _in_talk(case: Case, now: CallNow) -> tuple[Lack, ...]:
    """Ask for the caller on the line, in the call by whose digits the case was claimed."""
    if case.agent is None:
        return ()
    if case.claimed_call is None:
        return (_NO_DIGITS,)
    return () if now.standing == "talks" else (_NOT_IN_TALK[now.standing],)


def _keypad(case: Case, policy: Policy, at: datetime, now: CallNow) -> tuple[Lack, ...]:
    """Lock it where the keypad has nothing to bring: all is said, proved and confirmed there."""
    found = (*_standing(case, _WITH_THE_CALLER), *_in_talk(case, now))
    if found:
        return found
    gates = {gate.name: gate for gate in change_gates(case, policy, at=at)}
    warned = case.path != "change" or (gates["level"].is_met and gates["acknowledgement"].is_met)
    is_done = is_verified(case, policy, at=at, call=now.call) or case.confirmed_call == now.call
    if warned and is_done and case.primary_claimed:
        what = "the caller is verified, and nothing is to be done by keypad"
        return (Lack(name="level", missing=what, remedy=_FOLLOW),)
    if now.wrong >= policy.wrong_per_call:
        what = "the caller has been wrong too often in this call"
        remedy = "the caller calls again, and types the case number"
        return (Lack(name="tries", missing=what, remedy=remedy),)
    return ()


def _change(case: Case, policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    return _of(change_gates(case, policy, at=at))


def _reset(case: Case, policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    return _of(reset_gates(case, policy, at=at))


def _release(case: Case, policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    return (*_of(release_gates(case)), *_in_time(case, policy, at))


def _login(case: Case, policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = (*_standing(case, ("RESET_DONE",)), *_in_time(case, policy, at))
    if case.subaccount_login_at is None:
        return found
    # The first one stays, since the release may rest on it; another would take its evidence away.
    remedy = "release by it; or refuse the case, if it was no login that counts"
    return (*found, Lack(name="login", missing="a login is recorded already", remedy=remedy))


def _in_time(case: Case, policy: Policy, at: datetime) -> tuple[Lack, ...]:
    if not has_lapsed(case, policy, at=at):
        return ()
    what = f"the case has waited for {policy.login_wait_s // 3600} hours, and lapses"
    return (Lack(name="lapsed", missing=what, remedy=_OVER),)


def _approve(case: Case, policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    if not case.approval_required:
        what = "no second representative is asked for here"
        return (Lack(name="approval", missing=what, remedy="the case goes on without"),)
    given = Lack(name="approval", missing=f"{case.approver} has approved it already", remedy=_FOLLOW)
    is_given = any(gate.name == "approval" and gate.is_met for gate in change_gates(case, policy, at=at))
    return _standing(case, ("CONFIRMED",)) or ((given,) if is_given else ())


def _hold(case: Case, policy: Policy, at: datetime, now: CallNow) -> tuple[Lack, ...]:
    """Keep only what is verified now: else what has run out would serve again with one code."""
    remedy = "send the caller through the verification again"
    return _standing(case, ("VERIFIED",)) or _verified_now(case, policy, at, now, remedy)


def _restore(case: Case, policy: Policy, at: datetime, now: CallNow) -> tuple[Lack, ...]:
    """Undo a hold while the caller is still verified; afterwards only the caller's own fresh code does."""
    remedy = "the caller types the case number on the telephone, and a fresh code: that restores it"
    return (*_standing(case, ("HELD",)), *_verified_now(case, policy, at, now, remedy))


def _verified_now(case: Case, policy: Policy, at: datetime, now: CallNow, remedy: str) -> tuple[Lack, ...]:
    what = "the caller is not verified by two factors now, in this call"
    is_so = is_verified(case, policy, at=at, call=now.call)
    return () if is_so else (Lack(name="level", missing=what, remedy=remedy),)


def _call_back(case: Case, _policy: Policy, _at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = _standing(case, ("HELD",))
    if case.phone is not None:
        return found
    remedy = "the caller calls us, and types the case number"
    return (*found, Lack(name="phone", missing="no phone is on file to be called", remedy=remedy))


def _ask_tam(case: Case, policy: Policy, at: datetime, now: CallNow) -> tuple[Lack, ...]:
    is_lost = case.mailbox_lost_at is not None
    found = _standing(case, _BEFORE_THE_END if is_lost else ("CLAIMED", "VERIFIED", "HELD"))
    if case.account is None:
        what = "no account matched, so nobody manages it"
        return (*found, Lack(name="account", missing=what, remedy="the caller names it on a new case"))
    if is_verified(case, policy, at=at, call=now.call) and not is_lost:
        what = "the caller is verified by two factors now"
        return (*found, Lack(name="tam", missing=what, remedy=_FOLLOW))
    if case.other_named_at is not None:
        what = "another mailbox was named by what the account manager said"
        return (*found, Lack(name="tam", missing=what, remedy=_FOLLOW))
    if case.tam is None or case.tam_answer == "cannot_say" or _has_run_out(case, at):
        return found
    what = f"the account manager, {case.tam}, was asked already"
    return (*found, Lack(name="tam", missing=what, remedy="wait for the answer; it stands on the card"))


def _has_run_out(case: Case, at: datetime) -> bool:
    asked_at = case.tam_asked_at
    return asked_at is not None and (at - asked_at).total_seconds() > VOUCH_S


def _ask_unlock(case: Case, _policy: Policy, _at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = _open(case)
    if case.account is None:
        what = "no account matched, so none is closed"
        return (*found, Lack(name="account", missing=what, remedy="the caller names it on a new case"))
    if case.unlock_asked_by is None or case.unlocked_at is not None:
        return found
    what = f"{case.unlock_asked_by} has asked for it already"
    return (*found, Lack(name="asked", missing=what, remedy="a colleague looks at it, and opens the account"))


def _unlock(case: Case, _policy: Policy, _at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = _open(case)
    if case.unlock_asked_by is not None and case.unlocked_at is None:
        return found
    what = "nobody has asked for the account to be opened again"
    return (*found, Lack(name="asked", missing=what, remedy="whoever holds the case asks, with a reason"))


def _name_mailbox(case: Case, _policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = _can_have_another(case, at)
    if case.other_mailbox is None:
        return found
    what = f"{case.other_asked_by} has named one already"
    return (*found, Lack(name="asked", missing=what, remedy="a colleague looks at it, and confirms it"))


def _confirm_mailbox(case: Case, _policy: Policy, at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    found = _can_have_another(case, at)
    if case.other_mailbox is not None and case.other_named_at is None:
        return found
    what = "no other mailbox waits to be confirmed"
    return (*found, Lack(name="asked", missing=what, remedy="whoever holds the case names one"))


def _can_have_another(case: Case, at: datetime) -> tuple[Lack, ...]:
    if case.mailbox_lost_at is None:
        what = "the caller has not said, by key, that the mailbox on file cannot be opened"
        return (Lack(name="mailbox", missing=what, remedy="send the caller to the keypad to say so"),)
    found = _standing(case, _BEFORE_THE_END)
    if case.tam_answer == "yes" and not _has_run_out(case, at):
        return found
    what = "the account manager has not said yes to this caller within a day"
    return (*found, Lack(name="vouch", missing=what, remedy="ask the account manager"))


def _refuse(case: Case, _policy: Policy, _at: datetime, _now: CallNow) -> tuple[Lack, ...]:
    if "REFUSED" in MOVES[case.state]:
        return ()
    what = f"the case is {case.state}, which nothing can take back"
    return (Lack(name="open", missing=what, remedy=_OVER if case.is_over else "close it"),)


_RULES: Final[Mapping[Move, _Rule]] = {
    "claim": _claim,
    "spoke": _spoke,
    "keypad": _keypad,
    "subaccounts": _in("VERIFIED", "CONFIRMED"),
    "reset": _reset,
    "reset-done": _in("RESET_REQUESTED"),
    "login": _login,
    "release": _release,
    "released": _in("RELEASED"),
    "approve": _approve,
    "change": _change,
    "changed": _in("CHANGED"),
    "hold": _hold,
    "restore": _restore,
    "call-back": _call_back,
    "ask-tam": _ask_tam,
    "ask-unlock": _ask_unlock,
    "unlock": _unlock,
    "name-mailbox": _name_mailbox,
    "confirm-mailbox": _confirm_mailbox,
    "refuse": _refuse,
    "close": _in("RELEASED", "CHANGED"),
}
