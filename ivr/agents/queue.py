"""The queue: which cases wait, on which lines, and for how long. It names nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.agents.acts import Owed, kept_acts, owed
from ivr.agents.card import Proved
from ivr.case_ports import Cases, CaseWork, PutThrough
from ivr.recovery.case import Case, CaseNumber, Goal, Path, State, path_of
from ivr.recovery.policy import Policy
from ivr.recovery.waiting import waits_until

_RINGS_FOR: Final = timedelta(minutes=10)
"""No call rings for longer: a carrier that never told how the ringing ended would be heard for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row. since: when the call was put through, or else when the case was opened.

    verified_until: None where level 2 was never reached. lines: whose case it is. rings: until somebody
    takes it. login_at: when a subaccount logged in since the reset. waits_until: when a case that waits for
    that lapses. owed: what it was allowed, and nobody has recorded yet what became of.
    rung: how its call was put through, while that rings.
    """

    number: CaseNumber
    state: State
    goal: Goal
    path: Path
    since: datetime
    proved: tuple[Proved, ...]
    verified_until: datetime | None
    agent: str | None
    lines: tuple[str, ...]
    rings: bool
    login_at: datetime | None = None
    waits_until: datetime | None = None
    owed: Owed | None = None
    rung: PutThrough | None = None

    @property
    def is_held(self) -> bool:
        return self.state == "HELD"


def queue_of(
    cases: Cases, policy: Policy, *, first_lines: Iterable[str], at: datetime
) -> tuple[Waiting, ...]:
    """List the cases that agents have to do with: those that ring, then held ones, then the oldest.

    first_lines: where callers are put through once they are verified: theirs is a case that was put through
    nowhere yet. Raises StoreUnavailable.
    """
    first = tuple(first_lines)

    def read(tx: CaseWork) -> tuple[Waiting, ...]:
        rows = (_waiting(tx, case, policy, first, at) for case in tx.cases())
        return tuple(row for row in rows if row is not None)

    return tuple(sorted(cases.act(read), key=lambda row: (not row.rings, not row.is_held, row.since)))


def lines_of(tx: CaseWork, case: Case, first_lines: Iterable[str]) -> tuple[str, ...]:
    """Name the lines whose case it is."""
    put = tx.desk.put_through(case.id)
    return tuple(first_lines) if put is None else put.lines


def _waiting(
    tx: CaseWork, case: Case, policy: Policy, first: tuple[str, ...], at: datetime
) -> Waiting | None:
    put = tx.desk.put_through(case.id)
    if put is None and not _concerns(case, policy, at):
        return None
    rings = put is not None and _rings(put, case, at)
    level_s = timedelta(seconds=policy.verified_s)
    return Waiting(
        number=case.number,
        state=case.state,
        goal=case.goal,
        path=case.path or path_of(case.goal, case.on_file),
        since=case.opened_at if put is None else put.at,
        proved=tuple(Proved(factor=one.factor, at=one.at) for one in tx.evidence(case.id)),
        verified_until=None if case.l2_at is None else case.l2_at + level_s,
        agent=case.agent,
        lines=first if put is None else put.lines,
        rings=rings,
        rung=put if rings else None,
        login_at=case.subaccount_login_at,
        waits_until=waits_until(case, policy),
        owed=owed(case.state, kept_acts(tx, case)) if case.state in ("CHANGED", "RELEASED") else None,
    )


def _concerns(case: Case, policy: Policy, at: datetime) -> bool:
    """Whether anybody has to do with a case that was put through nowhere; many callers only hang up."""
    is_fresh = (at - case.opened_at).total_seconds() <= policy.chain_s
    return is_fresh or case.agent is not None or case.state not in ("OPENED", "CLAIMED")


def _rings(put: PutThrough, case: Case, at: datetime) -> bool:
    """Whether nobody took the call yet: not by key, and not by claiming the case since it rings."""
    is_claimed = case.claimed_at is not None and case.claimed_at >= put.at
    if put.taken_at is not None or put.has_ended or is_claimed:
        return False
    return at - put.at <= _RINGS_FOR
