"""The three digits that an agent was whispered: how often somebody may be wrong about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.limits import allows, given_back, noted
from ivr.domain.recovery.policy import Limit
from ivr.services.case_ports import CaseWork
from ivr.services.desk.card.current_call import may_last, standing_of
from ivr.services.desk.moves.moves import Lack

_HOUR_S: Final = 3600
OF_A_CASE: Final = Limit(count=3, seconds=_HOUR_S)
OF_AN_AGENT: Final = Limit(count=10, seconds=_HOUR_S)
"""Over all cases: else three tries at each of a hundred would open some."""

_REMEDY: Final = "type the three digits that were whispered to you before the caller was put through"
_ANOTHER: Final = Lack(name="match", missing="these digits belong to another call", remedy=_REMEDY)
_OVER: Final = Lack(
    name="match",
    missing="the call of these digits is with no agent now",
    remedy="leave the digits empty, and claim the case without its caller; or wait for the next call",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """call: the one whose digits were typed; None where none were. lacks: why they claim nothing."""

    call: str | None = None
    lacks: tuple[Lack, ...] = ()


def matched(
    tx: CaseWork, case: Case, typed: str, *, digits_of: Callable[[str], str], agent: str, at: datetime
) -> Matched:
    """Judge what was typed. digits_of: gives what was whispered of a call.

    Each call about the case has digits of its own, and who calls with its number takes nobody else's. Each
    try is counted before it is looked at, in the transaction that refuses the claim, and given back where it
    was right.
    """
    now_us = int(at.timestamp() * 1_000_000)
    counters = (("match", f"{case.id} {agent}", OF_A_CASE), ("match_agent", agent, OF_AN_AGENT))
    held = [(scope, key, limit, tx.moments(scope, key)) for scope, key, limit in counters]
    if not all(allows(moments, (limit,), at_us=now_us) for _, _, limit, moments in held):
        remedy = "ask the caller to hold, and ask a supervisor or a colleague to take the case"
        missing = "too many digits were wrong in the last hour, so yours are not looked at"
        return Matched(lacks=(Lack(name="guesses", missing=missing, remedy=remedy),))
    tried = [(scope, key, noted(moments, at_us=now_us)) for scope, key, _, moments in held]
    calls = [one for one in tx.desk.calls(case.id) if digits_of(one.joined.call) == typed]
    is_right = bool(calls)
    for scope, key, moments in tried:
        tx.keep_moments(scope, key, given_back(moments, at_us=now_us) if is_right else moments)
    if not is_right:
        return Matched(lacks=(_ANOTHER,))
    here = [one.joined.call for one in calls if standing_of(one, at=at) in ("talks", "rings")]
    return Matched(call=here[0]) if here else Matched(lacks=(_OVER,))


def untyped(tx: CaseWork, case: Case, *, lasts_s: float, at: datetime) -> tuple[Lack, ...]:
    """Ask for the digits while a call about the case may go on. lasts_s: longer than a call of no end."""
    if not any(may_last(one, lasts_s=lasts_s, at=at) for one in tx.desk.calls(case.id)):
        return ()
    missing = "the call may still last, so the digits of that call are needed"
    return (Lack(name="match", missing=missing, remedy=_REMEDY),)
