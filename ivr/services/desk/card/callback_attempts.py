"""How often the phone on file was called about a kept case, and what the house does about it next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ivr.domain.menus.line import Line, line_now
from ivr.domain.recovery.callback import BY_ITSELF, MOST, SCOPE, TRIES, UNANSWERED, CallBack, Outcome
from ivr.domain.recovery.case import Case, Goal
from ivr.domain.recovery.limits import allows
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.undelivered_texts import Undelivered
from ivr.services.case_ports import CaseWork

Standing = Literal["waits", "rings", "talks"] | Outcome
"""How a try stands: not placed yet; placed, and nobody answered yet; the key was pressed, and the call may go
on; or how it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """at: when it was placed, or asked for. by: who asked for it; "" where nobody did."""

    at: datetime
    by: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What the house does by itself next, and from when on: a call, or the mail after the last.

    is_first: whether it has not called yet.
    """

    what: Literal["call", "mail"]
    at: datetime
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsBack:
    """tried: oldest first. coming: None where the house does nothing by itself.

    texts: those that did not arrive, for which a call may have been placed instead.
    """

    tried: tuple[Tried, ...] = ()
    coming: Coming | None = None
    texts: tuple[Undelivered, ...] = ()


NO_CALLS: Final = CallsBack()


def calls_of(
    tx: CaseWork, case: Case, policy: Policy, lines: Mapping[Goal, Line], *, at: datetime
) -> CallsBack:
    """Give the calls about a case as they stand at *at*. lines: see `Opening`."""
    tries = tx.call_backs.of(case.id)
    due = coming(case, tries, policy=policy, line=lines.get(case.goal), at=at)
    if due is not None and due.is_first:
        rounds = tx.shown_moments(SCOPE, case.account or case.id)
        due = due if allows(rounds, (MOST,), at_us=int(at.timestamp() * 1_000_000)) else None
    return CallsBack(
        tried=tuple(
            Tried(at=one.placed_at or one.due_at, by=one.agent, standing=_standing(one, at)) for one in tries
        ),
        coming=due,
        texts=tx.texts.undelivered(case.id),
    )


def coming(
    case: Case, tries: Sequence[CallBack], *, policy: Policy, line: Line | None, at: datetime
) -> Coming | None:
    """Say what the house does next about a case that was kept because its line was closed.

    Three calls, ten minutes apart and while the line is open, then a mail; nothing any more once somebody
    answered, or an agent called: that agent has taken it in hand. line: the one that the case waits for.
    """
    if policy.call_back != "at_opening" or case.state != "HELD" or case.held_at is None:
        return None
    if case.phone is None or line is None or line_now(line, case.held_at).is_open:
        return None
    since = [one for one in tries if one.due_at >= case.held_at]
    if any(one.agent != BY_ITSELF or one.answered_at or one.outcome == "mailed" for one in since):
        return None
    due_at = since[-1].due_at + UNANSWERED if since else case.held_at
    now = line_now(line, max(due_at, at))
    from_at = due_at if now.is_open else now.opens_at
    if from_at is None or (max(from_at, at) - case.held_at).total_seconds() > policy.held_s:
        return None
    return Coming(what="mail" if len(since) == TRIES else "call", at=from_at, is_first=not since)


def _standing(one: CallBack, at: datetime) -> Standing:
    if one.outcome is not None:
        return one.outcome
    if not one.is_live(at):
        return "lost" if one.answered_at is None else "answered"
    if one.answered_at is not None:
        return "talks"
    return "waits" if one.placed_at is None else "rings"
