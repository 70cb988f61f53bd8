"""The three digits that an agent was whispered: how often somebody may be wrong about them."""

from datetime import datetime
from typing import Final

from ivr.agents.moves import Lack
from ivr.case_ports import CaseWork
from ivr.recovery.case import Case
from ivr.recovery.limits import allows, given_back, noted
from ivr.recovery.policy import Limit

_HOUR_S: Final = 3600
OF_A_CASE: Final = Limit(count=3, seconds=_HOUR_S)
OF_AN_AGENT: Final = Limit(count=10, seconds=_HOUR_S)
"""Over all cases: else three tries at each of a hundred would open some."""

_REMEDY: Final = "type the three digits that were whispered to you before the caller was put through"


def unmatched(
    tx: CaseWork, case: Case, typed: str, *, digits: str, agent: str, at: datetime
) -> tuple[Lack, ...]:
    """Judge what was typed; nothing where it is right. digits: what was whispered.

    Each try is counted before it is looked at, in the transaction that refuses the claim, and given back
    where it was right.
    """
    now_us = int(at.timestamp() * 1_000_000)
    counters = (("match", f"{case.id} {agent}", OF_A_CASE), ("match_agent", agent, OF_AN_AGENT))
    held = [(scope, key, limit, tx.moments(scope, key)) for scope, key, limit in counters]
    if not all(allows(moments, (limit,), at_us=now_us) for _, _, limit, moments in held):
        remedy = "ask the caller to hold, and ask a supervisor or a colleague to take the case"
        missing = "too many digits were wrong in the last hour, so yours are not looked at"
        return (Lack(name="guesses", missing=missing, remedy=remedy),)
    tried = [(scope, key, noted(moments, at_us=now_us)) for scope, key, _, moments in held]
    is_right = typed == digits
    for scope, key, moments in tried:
        tx.keep_moments(scope, key, given_back(moments, at_us=now_us) if is_right else moments)
    if is_right:
        return ()
    return (Lack(name="match", missing="these digits belong to another call", remedy=_REMEDY),)


def untyped(tx: CaseWork, case: Case, *, lasts_s: float, at: datetime) -> tuple[Lack, ...]:
    """Ask for the digits while the case's last call may go on; nothing once it is over. lasts_s: at most."""
    began = max((since for _, since in tx.joined_at(case.id)), default=case.opened_at)
    if (at - began).total_seconds() > lasts_s:
        return ()
    missing = "the call may still last, so the digits of that call are needed"
    return (Lack(name="match", missing=missing, remedy=_REMEDY),)
