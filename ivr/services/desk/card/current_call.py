"""The call by which an agent has to do with a case, as it stands now: what it proved counts in it alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.primary_answer import PrimaryAnswer
from ivr.services.case_ports import CaseWork
from ivr.services.desk_ports import CallAtDesk

Standing = Literal["nowhere", "rings", "talks", "left", "ended"]
"""nowhere: nobody was rung for it yet. rings: until somebody takes it. talks: an agent has the caller.
left: none has, and the caller may be at the keypad or in the menu. ended: the caller has hung up."""

_RINGS_FOR: Final = timedelta(minutes=10)
"""No call rings for longer: a carrier that never told how the ringing ended would be heard for ever."""
_TALKS_FOR: Final = timedelta(hours=4)
"""A talk of which nobody was ever told the end is none after that."""
_AT_DESK: Final[tuple[Standing, ...]] = ("talks", "rings")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNow:
    """call: the carrier's name of it. wrong: entries that were wrong in it.

    is_another_here: whether another call about the case rings, or is with an agent. needs_digits: whether a
    call about the case may go on, so that nobody claims it without the digits of one. answers: all that its
    caller said of being the primary administrator, oldest first.
    """

    call: str
    standing: Standing
    wrong: int = 0
    is_another_here: bool = False
    needs_digits: bool = False
    answers: tuple[PrimaryAnswer, ...] = ()


def call_now(tx: CaseWork, case: Case, policy: Policy, *, at: datetime) -> CallNow:
    """Find the call that the desk shows of a case: the claimed one, or else one that is with the agents."""
    found = call_among(tx.desk.calls(case.id), case, policy, at=at)
    return replace(found, answers=tx.answers(found.call))


def call_among(calls: Iterable[CallAtDesk], case: Case, policy: Policy, *, at: datetime) -> CallNow:
    """Choose as `call_now` among the calls of a case."""
    found = {one.joined.call: one for one in calls}
    standings = {call: standing_of(one, at=at) for call, one in found.items()}
    here = [call for wanted in _AT_DESK for call, standing in standings.items() if standing == wanted]
    shown = case.claimed_call or (case.call if case.agent is not None else next(iter(here), case.call))
    return CallNow(
        call=shown,
        standing=standings.get(shown, "nowhere"),
        wrong=found[shown].joined.wrong if shown in found else 0,
        is_another_here=any(call != shown for call in here),
        needs_digits=any(may_last(one, lasts_s=policy.chain_s, at=at) for one in found.values()),
    )


def may_last(one: CallAtDesk, *, lasts_s: float, at: datetime) -> bool:
    """Whether a call may go on: of one that nobody told the end of, no longer than *lasts_s* seconds."""
    if one.ended_at is not None:
        return False
    is_here = standing_of(one, at=at) in _AT_DESK
    return is_here or (at - one.joined.at).total_seconds() <= lasts_s


def standing_of(one: CallAtDesk, *, at: datetime) -> Standing:
    if one.ended_at is not None:
        return "ended"
    put = one.put
    if put is None:
        return "nowhere"
    if put.has_ended:
        return "left"
    if put.taken_at is not None:
        return "talks" if at - put.taken_at <= _TALKS_FOR else "left"
    return "rings" if at - put.at <= _RINGS_FOR else "left"


def is_verified(case: Case, policy: Policy, *, at: datetime, call: str) -> bool:
    """Whether level 2 was reached in this call, and not too long ago."""
    if case.l2_at is None or case.l2_call != call:
        return False
    return 0 <= (at - case.l2_at).total_seconds() <= policy.verified_s
