"""Taking back what an agent has just done to a case: only what had no effect outside, and not for long."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.services.case_ports import CaseWork
from ivr.services.desk_ports import Hands, LastMove, Undoable, WrapUp

UNDO_FOR: Final = timedelta(seconds=10)

_INSTEAD: Final[Mapping[Undoable, str]] = {
    "claim": "hand the case over instead",
    "hand-over": "claim the case again, with its three digits",
    "wrap-up": "say anew how it went",
}


def remember(
    tx: CaseWork,
    move: Undoable,
    *,
    before: Case,
    after: Case,
    agent: str,
    at: datetime,
    said: WrapUp | None = None,
) -> None:
    """Keep what a move changed, in its transaction. said: of the case's call before a wrap-up."""
    hands = Hands(
        agent=before.agent,
        claimed_at=before.claimed_at,
        claimed_call=before.claimed_call,
        spoke_at=before.spoke_at,
        spoke_call=before.spoke_call,
        approver=before.approver,
        approved_at=before.approved_at,
    )
    tx.desk.keep_last_move(
        LastMove(
            case=before.id,
            move=move,
            agent=agent,
            at=at,
            version=after.version,
            hands=hands,
            wrap_up=said,
        )
    )


def undo_lacks(last: LastMove | None, case: Case, agent: str, *, at: datetime) -> str:
    """Say why an agent cannot take back what was done last, and what to do instead; "" where it can be."""
    if last is None or last.agent != agent:
        return "There is nothing of yours to be taken back here."
    if last.version != case.version:
        return f"Something else was done to the case since: {_INSTEAD[last.move]}."
    if not timedelta(0) <= at - last.at <= UNDO_FOR:
        return f"More than ten seconds have passed: {_INSTEAD[last.move]}."
    return ""


def undone(tx: CaseWork, last: LastMove, case: Case) -> Case:
    """Put everything back as it was before the move. Raises StaleCase."""
    if last.move != "wrap-up":
        return tx.save(replace(case, **asdict(last.hands)))
    if last.wrap_up is None:
        tx.desk.drop_wrap_up(case.id, case.desk_call)
    else:
        tx.desk.keep_wrap_up(case.id, case.desk_call, last.wrap_up)
    return tx.save(case)
