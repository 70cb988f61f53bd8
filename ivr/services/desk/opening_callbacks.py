"""Cases that were kept overnight: once their line is open, the phone on file is called, and then mailed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.domain.menus.line import Line
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.domain.recovery.callback import BY_ITSELF, CallBack
from ivr.domain.recovery.case import Case, CaseId, Goal
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Cases, CaseWork, Outgoing, StaleCase
from ivr.services.desk.card.callback_attempts import Coming, coming
from ivr.services.desk.moves.call_back import begin_round, begin_try, hold


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
        due = self.cases.act(lambda tx: [case.id for case in tx.cases() if self._due(tx, case, at)])
        return sum(self._tended(case, at) for case in due)

    def next_at(self, at: datetime) -> datetime | None:
        """Say when the next call, or mail, is due; None where none is. Raises as `tend` does."""
        found = self.cases.act(lambda tx: [self._coming(tx, case, at) for case in tx.cases()])
        return min((one.at for one in found if one is not None), default=None)

    def _coming(self, tx: CaseWork, case: Case, at: datetime) -> Coming | None:
        if case.state != "HELD":
            return None
        tries, line = tx.call_backs.of(case.id), self.lines.get(case.goal)
        return coming(case, tries, policy=self.policy, line=line, at=at)

    def _due(self, tx: CaseWork, case: Case, at: datetime) -> Coming | None:
        found = self._coming(tx, case, at)
        return None if found is None or found.at > at else found

    def _tended(self, case: CaseId, at: datetime) -> bool:
        def work(tx: CaseWork) -> bool:
            seen = tx.case(case)
            if seen is None:
                return False
            hold(tx, seen)
            now = tx.case(case)
            return now is not None and self._go_on(tx, now, at)

        try:
            return self.cases.act(work)
        except StaleCase:
            # Whoever was there first is on it; if not, the next round comes to it.
            return False

    def _go_on(self, tx: CaseWork, case: Case, at: datetime) -> bool:
        due = self._due(tx, case, at)
        if due is None:
            return False
        if due.what == "mail":
            self._mail(tx, case, at)
            return True
        if due.is_first and not begin_round(tx, case, at=at):
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


def lines_of(tree: MenuTree) -> dict[Goal, Line]:
    """Give the line that is rung for each thing that callers ask to be verified for."""
    nodes = [node for node in tree.nodes.values() if isinstance(node, Transfer)]
    return {node.recovery: tree.lines[node.line] for node in nodes if node.recovery is not None}
