"""Cases that were kept overnight: once their line is open, the phone on file is called, and then mailed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.agents.calling_back import begin_round, begin_try
from ivr.case_ports import Cases, CaseWork, Outgoing, StaleCase
from ivr.menu.line import Line, line_now
from ivr.menu.tree import MenuTree, Transfer
from ivr.recovery.call_back import BY_ITSELF, TRIES, UNANSWERED, CallBack
from ivr.recovery.case import Case, CaseId, Goal
from ivr.recovery.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """lines: by what callers ask for, the line that such a case waits for. fresh: gives 32 hex digits."""

    cases: Cases
    policy: Policy
    lines: Mapping[Goal, Line]
    fresh: Callable[[], str]

    def tend(self, at: datetime) -> int:
        """Begin the calls whose time has come, and mail where the last one brought nobody; count both.

        Each is one transaction. Raises StoreUnavailable, AuditUnavailable.
        """
        if self.policy.call_back != "at_opening":
            return 0
        waiting = self.cases.act(lambda tx: [case.id for case in tx.cases() if self._waits(case, at)])
        return sum(self._tended(case, at) for case in waiting)

    def _waits(self, case: Case, at: datetime) -> bool:
        """Whether the case was kept because its line was closed, which is open now."""
        line = self.lines.get(case.goal)
        if case.state != "HELD" or case.held_at is None or case.phone is None or line is None:
            return False
        is_kept = (at - case.held_at).total_seconds() <= self.policy.held_s
        return is_kept and line_now(line, at).is_open and not line_now(line, case.held_at).is_open

    def _tended(self, case: CaseId, at: datetime) -> bool:
        def work(tx: CaseWork) -> bool:
            now = tx.case(case)
            return now is not None and self._waits(now, at) and self._go_on(tx, now, at)

        try:
            return self.cases.act(work)
        except StaleCase:
            # Whoever was there first is on it; if not, the next round comes to it.
            return False

    def _go_on(self, tx: CaseWork, case: Case, at: datetime) -> bool:
        tries = [one for one in tx.call_backs.of(case.id) if case.held_at and one.due_at >= case.held_at]
        # An agent who called has taken it in hand, and whoever answered knows the way.
        if any(one.agent != BY_ITSELF or one.answered_at for one in tries):
            return False
        if tries and (tries[-1].outcome == "mailed" or not _is_next_due(tries[-1], at)):
            return False
        if len(tries) == TRIES:
            self._mail(tx, case, at)
            return True
        if not tries and not begin_round(tx, case, at=at):
            return False
        begin_try(tx, case, by=BY_ITSELF, name=self.fresh(), at=at)
        self._record(tx, case, "call-back", at)
        return True

    def _mail(self, tx: CaseWork, case: Case, at: datetime) -> None:
        """Say that we tried, once: the row that ends the round is kept with the mail."""
        name, line = self.fresh(), self.lines[case.goal]
        done = CallBack(id=name, case=case.id, n=0, agent=BY_ITSELF, due_at=at, ended_at=at, outcome="mailed")
        tx.call_backs.end_open(case.id, at=at)
        tx.call_backs.add(done)
        message = Outgoing(
            id=name,
            channel="mail",
            purpose="not_reached",
            case=case.id,
            call=case.call,
            contact=case.mailbox,
            language=case.language,
            details={"hours": f"{line.hours.expression} ({line.hours.zone.key})"},
        )
        tx.queue(message, at=at)
        self._record(tx, case, "not_reached", at)

    def _record(self, tx: CaseWork, case: Case, outcome: str, at: datetime) -> None:
        named = {"case": case.id, "account": case.account, "call": case.call, "actor": "system"}
        tx.record("call_back", {**named, "outcome": outcome}, at=at)


def _is_next_due(last: CallBack, at: datetime) -> bool:
    return at >= last.due_at + UNANSWERED and not last.is_live(at)


def lines_of(tree: MenuTree) -> dict[Goal, Line]:
    """Give the line that is rung for each thing that callers ask to be verified for."""
    nodes = [node for node in tree.nodes.values() if isinstance(node, Transfer)]
    return {node.recovery: tree.lines[node.line] for node in nodes if node.recovery is not None}
