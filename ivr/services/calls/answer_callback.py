"""The call that we placed about a held case: whoever presses the key goes on as who dials again."""

from dataclasses import dataclass, replace
from datetime import datetime

from ivr.domain.dialogue.events import CallId
from ivr.domain.recovery.callback import CallBack, Outcome, Unanswered
from ivr.domain.recovery.case import Case, CaseCall
from ivr.services.case_ports import Cases, CaseWork
from ivr.services.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """agent: who had the call placed; "" where nobody did."""

    case: Case
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """Every method raises StoreUnavailable, AuditUnavailable, StaleCase; then nothing was done."""

    cases: Cases
    clock: Clock

    def case(self, name: str, call: CallId) -> Case | None:
        """Give the case that the call was placed about; None where it was for nothing, or is over."""
        at = self.clock.now()

        def read(tx: CaseWork) -> Case | None:
            found = _waiting(tx, name, call, at)
            return None if found is None else found[1]

        return self.cases.act(read)

    def take_up(self, name: str, call: CallId) -> TakenUp | None:
        """Let the call join its case, once its key was pressed; None as in `case`. Repeated, it does nothing.

        It proves nothing: who is there is not known before a fresh code was typed.
        """
        at = self.clock.now()

        def work(tx: CaseWork) -> TakenUp | None:
            found = _waiting(tx, name, call, at)
            if found is None:
                return None
            one, case = found
            if one.answered_at is not None:
                return TakenUp(case=case, agent=one.agent)
            tx.call_backs.save(replace(one, call=call, answered_at=at))
            tx.join(case.id, call, at)
            # Whom the call is about said it by key, in the call that opened the case.
            said, said_at = case.primary_claimed, case.primary_at
            tx.keep_answer(CaseCall(case=case.id, call=call, at=at, is_primary=said, said_at=said_at))
            tx.record("case", {**_named(case, call), "outcome": "called_back"}, at=at)
            return TakenUp(case=case, agent=one.agent)

        return self.cases.act(work)

    def end(self, name: str, call: CallId, *, unanswered: Unanswered) -> bool:
        """Note that the call is over, once; tell whether its key was pressed.

        unanswered: what came instead, where it was not.
        """
        at = self.clock.now()

        def work(tx: CaseWork) -> bool:
            one = tx.call_backs.find(name)
            if one is None or one.call not in (None, call):
                return False
            is_answered = one.answered_at is not None
            if one.ended_at is None:
                outcome: Outcome = "answered" if is_answered else unanswered
                tx.call_backs.save(replace(one, call=call, ended_at=at, outcome=outcome))
                case = tx.case(one.case)
                if case is not None:
                    tx.record("call_back", {**_named(case, call), "outcome": outcome}, at=at)
            return is_answered

        return self.cases.act(work)


def _waiting(tx: CaseWork, name: str, call: CallId, at: datetime) -> tuple[CallBack, Case] | None:
    one = tx.call_backs.find(name)
    if one is None or one.call not in (None, call) or not one.is_live(at):
        return None
    case = tx.case(one.case)
    if case is None or case.is_over or (case.state != "HELD" and case.call != call):
        return None
    return one, case


def _named(case: Case, call: CallId) -> dict[str, str | None]:
    return {"case": case.id, "account": case.account, "call": call, "actor": "caller"}
