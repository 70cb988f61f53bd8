"""The queue: which cases wait, on which lines, and for how long. It names nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.domain.recovery.case import Case, CaseNumber, Goal, Path, State, path_of
from ivr.domain.recovery.deadlines import is_bare, waits_until
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Cases, CaseWork
from ivr.services.desk.card.card import Proved, Standing, proved_of, standing_of_case
from ivr.services.desk.card.current_call import CallNow, call_among, standing_of
from ivr.services.desk.product.product_acts import Owed, kept_acts, owed
from ivr.services.desk_ports import CallAtDesk, PlacedTransfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row. since: when the call was put through, or else when the case was opened.

    now: the call that the row is about. standing: what was proved in it, and whether that counts. lines:
    whose case it is. rings: until somebody takes it. login_at: when a subaccount logged in since the reset.
    waits_until: when a case that waits for that lapses. is_bare: see `deadlines`; never while it rings,
    since somebody's telephone does. owed: what it was allowed, and nobody has recorded yet what became of.
    rung: how its call was put through, while that rings.
    """

    number: CaseNumber
    state: State
    goal: Goal
    path: Path
    since: datetime
    proved: tuple[Proved, ...]
    now: CallNow
    standing: Standing
    agent: str | None
    lines: tuple[str, ...]
    rings: bool
    login_at: datetime | None = None
    waits_until: datetime | None = None
    is_bare: bool = False
    owed: Owed | None = None
    rung: PlacedTransfer | None = None

    @property
    def is_held(self) -> bool:
        return self.state == "HELD"


def queue_of(
    cases: Cases, policy: Policy, *, first_lines: Iterable[str], at: datetime
) -> tuple[Waiting, ...]:
    """List the cases for agents: those that ring, then held ones, then the oldest, bare claims last.

    first_lines: where callers are put through once they are verified: theirs is a case that was put through
    nowhere yet. Raises StoreUnavailable.
    """
    first = tuple(first_lines)

    def read(tx: CaseWork) -> tuple[Waiting, ...]:
        return _rows(tx, tx.cases(), policy, first, at)

    def order(row: Waiting) -> tuple[bool, bool, bool, datetime]:
        return not row.rings, row.is_bare, not row.is_held, row.since

    return tuple(sorted(cases.act(read), key=order))


def over_of(
    cases: Cases, policy: Policy, *, part: str, first_lines: Iterable[str], at: datetime
) -> tuple[Waiting, ...]:
    """List the cases that are over and have *part* in their number, the last one first. None rings."""
    first = tuple(first_lines)

    def read(tx: CaseWork) -> tuple[Waiting, ...]:
        rows = _rows(tx, tx.desk.over(part), policy, first, at)
        return tuple(replace(row, rings=False, rung=None) for row in rows)

    return cases.act(read)


def lines_of(tx: CaseWork, case: Case, first_lines: Iterable[str]) -> tuple[str, ...]:
    """Name the lines whose case it is."""
    return _lines_of(tx.desk.calls(case.id)) or tuple(first_lines)


def _lines_of(calls: Iterable[CallAtDesk]) -> tuple[str, ...]:
    """List the lines that calls were put through to, the last one first."""
    return tuple(dict.fromkeys(line for one in calls if one.put is not None for line in one.put.lines))


def _rows(
    tx: CaseWork, cases: Sequence[Case], policy: Policy, first: tuple[str, ...], at: datetime
) -> tuple[Waiting, ...]:
    ids = [case.id for case in cases]
    calls, proofs = tx.desk.calls_of_each(ids), tx.evidence_of_each(ids)
    rows = (
        _waiting(tx, case, calls.get(case.id, ()), proofs.get(case.id, ()), policy=policy, first=first, at=at)
        for case in cases
    )
    return tuple(row for row in rows if row is not None)


def _waiting(
    tx: CaseWork,
    case: Case,
    calls: tuple[CallAtDesk, ...],
    proved: tuple[Evidence, ...],
    *,
    policy: Policy,
    first: tuple[str, ...],
    at: datetime,
) -> Waiting | None:
    put = calls[0].put if calls else None
    if put is None and not _concerns(case, policy, at):
        return None
    now = call_among(calls, case, policy, at=at)
    ringing = next((one.put for one in calls if _rings(one, case, at)), None)
    return Waiting(
        number=case.number,
        state=case.state,
        goal=case.goal,
        path=case.path or path_of(case.goal, case.on_file),
        since=case.opened_at if put is None else put.at,
        proved=tuple(proved_of(one, now) for one in proved),
        now=now,
        standing=standing_of_case(case, policy, at=at, now=now),
        agent=case.agent,
        lines=_lines_of(calls) or first,
        rings=ringing is not None,
        rung=ringing,
        login_at=case.subaccount_login_at,
        waits_until=waits_until(case, policy),
        is_bare=ringing is None and is_bare(case, is_proved=bool(proved)),
        owed=owed(case.state, kept_acts(tx, case)) if case.state in ("CHANGED", "RELEASED") else None,
    )


def _concerns(case: Case, policy: Policy, at: datetime) -> bool:
    """Whether anybody has to do with a case that was put through nowhere; many callers only hang up."""
    is_fresh = (at - case.opened_at).total_seconds() <= policy.chain_s
    return is_fresh or case.agent is not None or case.state not in ("OPENED", "CLAIMED")


def _rings(one: CallAtDesk, case: Case, at: datetime) -> bool:
    """Whether nobody took the call yet: not by key, and not by claiming the case by it since it rings."""
    is_own = case.claimed_call == one.joined.call and case.claimed_at is not None and one.put is not None
    is_claimed = (
        is_own and case.claimed_at is not None and one.put is not None and case.claimed_at >= one.put.at
    )
    return standing_of(one, at=at) == "rings" and not is_claimed
