"""A PIN that a caller typed: counted, compared elsewhere, and judged. A right one takes the same work as any.

Nobody is told the outcome before the next code was typed, so it must not show in what the store is asked.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.enrollment import PinTry
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.verification_commands import CLOSED, CaseView, CheckEntry
from ivr.services.calls.verification.attempt_limits import Counting
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.calls.verification.prove_identity import NOTICES, Proving
from ivr.services.ports import TurnKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A counted try. named: whose PIN is typed. hashed: what it is compared with, None for nobody's."""

    counted: PinTry
    named: str
    hashed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPin:
    """A counted try, and what came of comparing. hashed: what the entry was compared with."""

    counted: PinTry
    hashed: str | None
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTurn:
    act: Act
    turn: TurnKey

    def reserve(self) -> Reserved | None:
        """Count the try as a failure, once for each turn; None where none may be made: nothing is compared.

        In the call it stays counted even where it was right: else the entry that ends the call would tell.
        """
        act, case = self.act, self.act.case()
        if case is None or case.is_over:
            return None
        counter = self._counter(case, at=act.at)
        is_line_open = counter.line_allows()
        # Read behind the counters, which are held: of PINs that come at once, each sees those before it.
        if act.is_out_of_tries(case) or not is_line_open:
            return None
        counted = PinTry(at=act.at, may_try=counter.account_allows())
        if act.tx.enrolments.claim_pin_try(case.id, self.turn, counted):
            counter.reserve(is_checked=counted.may_try)
            act.tx.count_wrong(case.id, act.call)
        else:
            counted = act.tx.enrolments.pin_try(self.turn) or counted
        named = case.enrolled or case.id
        pin = act.tx.enrolments.pin(named)
        return Reserved(counted=counted, named=named, hashed=None if pin is None else pin.hashed)

    def judge(self, deed: CheckEntry, checked: CheckedPin | None) -> CaseView:
        """Write down what came of it, and go on to the code to the phone, as for everybody."""
        act, case = self.act, self.act.case()
        if case is None or case.is_over:
            return CLOSED
        if checked is None:
            if act.is_out_of_tries(case):
                return act.view(case, "failed")
            act.record("verification_closed", case, outcome="limit")
            return CLOSED
        pin = act.tx.enrolments.pin(case.enrolled or case.id)
        # Also where another was issued meanwhile, what was compared is no more the PIN.
        is_known = pin is not None and pin.hashed == checked.hashed
        may_try = checked.counted.may_try and "pin" in act.policy.factors
        is_right = is_known and checked.is_same and may_try
        counter = self._counter(case, at=checked.counted.at)
        counter.settle(is_right=is_right, is_checked=checked.counted.may_try)
        is_news = counter.was_paused()
        act.notify(case if is_news else replace(case, notify=""), "locked", at_least=NOTICES)
        self._prove(case, rests_on=None if pin is None else pin.rests_on, is_right=is_right)
        act.record_factor(case, "pin", "right" if is_right else "wrong")
        return Proving(act=act).after(case, deed)

    def _prove(self, case: Case, *, rests_on: str | None, is_right: bool) -> None:
        act = self.act
        is_first = not act.tx.evidence(case.id)
        if is_right:
            proof = Evidence(factor="pin", call=act.call, at=act.at, rests_on=rests_on)
            act.tx.prove(case.id, proof)
        else:
            act.tx.withdraw(case.id, act.call, "pin")
        told = case.phone if is_right and is_first and case.phone_texts else None
        act.queue(case, told, purpose="case_number", channel="text")

    def _counter(self, case: Case, *, at: datetime) -> Counting:
        return replace(self.act, at=at).counter(case.account or case.id)
