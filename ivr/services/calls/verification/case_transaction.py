"""One transaction over one call's case: what every act in it is done with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from ivr.domain.phone import E164
from ivr.domain.recovery.case import Case, CaseCall, State, check_move
from ivr.domain.recovery.codes import confirming_key, match_code
from ivr.domain.recovery.factors import Evidence, Level, counting, level_of
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.primary_answer import last_said
from ivr.domain.recovery.verification_commands import CaseView, Entered, Next
from ivr.domain.redaction import Secret
from ivr.services.calls.limit_alarm import Alarm
from ivr.services.calls.verification.attempt_limits import Counting
from ivr.services.case_ports import CaseWork, Channel, Notice, Outgoing, Purpose
from ivr.services.notices import notices

NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})
_MANY_LEFT: Final = 2
_FULL_LEVEL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """fresh: gives 32 random hexadecimal digits. hashed: the keyed hash of a number.

    caller: the number that calls; None where it is withheld. where: the place in the menu, as it is put on
    record.
    """

    tx: CaseWork
    policy: Policy
    key: Secret
    call: str
    at: datetime
    fresh: Callable[[], str]
    hashed: Callable[[str], str]
    caller: E164 | None = None
    alarm: Alarm = field(default_factory=Alarm)
    where: Mapping[str, str] = field(default_factory=lambda: NOWHERE)

    def case(self) -> Case | None:
        return self.tx.case_of(self.call)

    def joined(self, case: Case) -> CaseCall:
        """Give what is kept of this call as one about the case."""
        return self.tx.joined(case.id, self.call) or CaseCall(case=case.id, call=self.call, at=self.at)

    def answered(self, case: Case) -> CaseCall:
        """Give the same with what its caller said last of being the primary administrator."""
        return last_said(self.joined(case), self.tx.answers(self.call))

    def is_out_of_tries(self, case: Case) -> bool:
        return self.joined(case).wrong >= self.policy.wrong_per_call

    def counter(self, account: str) -> Counting:
        hashed = None if self.caller is None else self.hashed(self.caller)
        return Counting(
            tx=self.tx, policy=self.policy, at=self.at, account=account, caller=hashed, alarm=self.alarm
        )

    def counter_of(self, case: Case) -> Counting:
        """Count for the case's account; a call that typed a right saved code of it is counted apart."""
        proved = self.tx.evidence(case.id)
        is_apart = any(one.factor == "saved_code" and one.call == self.call for one in proved)
        counter = self.counter(case.account or case.id)
        return replace(counter, apart=self.call if is_apart else None)

    def joined_at(self, case: Case) -> datetime:
        """Tell when this call came to the case."""
        return self.joined(case).at

    def can_send(self) -> bool:
        """Whether the process that sends codes is alive: without it nobody could be verified."""
        seen_at = self.tx.sender_seen_at()
        return seen_at is not None and (self.at - seen_at).total_seconds() <= self.policy.worker_s

    def move(self, case: Case, state: State, **facts: Any) -> Case:
        """Make one move of the table, with its facts, and put it on record."""
        check_move(case.state, state)
        moved = self.tx.save(replace(case, state=state, **facts))
        self.record("case", moved, outcome=state)
        return moved

    def record(self, kind: str, case: Case | None, **fields: str | bool | None) -> None:
        about = (None, None) if case is None else (case.id, case.account)
        named = {"case": about[0], "account": about[1], "call": self.call, "actor": "caller"}
        self.tx.record(kind, {**named, **self.where, **fields}, at=self.at)

    def record_factor(self, case: Case, factor: Entered, outcome: str) -> None:
        """Put on record what came of an entry, for which contact, and whether more may be tried."""
        left = self.policy.wrong_per_call - self.joined(case).wrong
        contact = {"phone": case.phone, "mailbox": case.mailbox}.get(factor)
        bucket = f"{_MANY_LEFT} or more" if left >= _MANY_LEFT else str(max(left, 0))
        self.record("factor", case, factor=factor, contact=contact, outcome=outcome, attempts_left=bucket)

    def queue(
        self,
        case: Case,
        contact: str | None,
        *,
        purpose: Purpose,
        channel: Channel,
    ) -> None:
        """Hand a message to the sender. contact: None where it is kept and goes nowhere."""
        message = Outgoing(
            id=self.fresh(),
            channel=channel,
            purpose=purpose,
            case=case.id,
            call=self.call,
            contact=contact,
            language=case.language,
            details={"number": case.number},
        )
        self.tx.queue(message, at=self.at)

    def notify(self, case: Case, event: Notice, *, but: str | None = None, at_least: int = 0) -> None:
        """Queue the notices of an event: see `notices`."""
        for notice in notices(case, event, call=self.call, fresh=self.fresh, but=but, at_least=at_least):
            self.tx.queue(notice, at=self.at)

    def evidence(self, case: Case) -> tuple[Evidence, ...]:
        """Give what counts in this call."""
        older_s = self.policy.held_s if case.state == "HELD" else self.policy.chain_s
        return counting(
            self.tx.evidence(case.id),
            call=self.call,
            at=self.at,
            older_calls_s=older_s,
            own_s=self.policy.verified_s,
        )

    def level(self, case: Case) -> Level:
        return level_of(self.evidence(case))

    def is_verified(self, case: Case) -> bool:
        """Whether level 2 was reached in this call, and not too long ago.

        A case whose act was asked for keeps the call that it rests on; of another, what it proved is told.
        """
        if case.is_acted and case.l2_call != self.call:
            return self.level(case) == _FULL_LEVEL
        return (
            case.l2_at is not None
            and case.l2_call == self.call
            and 0 <= (self.at - case.l2_at).total_seconds() <= self.policy.verified_s
            and not case.is_over
        )

    def standing(self, case: Case) -> Next:
        if case.state == "HELD" and case.l2_call == self.call:
            return "held"
        if self.is_verified(case):
            return "verified"
        return "failed" if case.is_over or self.is_out_of_tries(case) else "phone"

    def _is_confirmed(self, case: Case) -> bool:
        is_own = case.state == "CONFIRMED" and case.confirmed_call == self.call
        return is_own and self.is_verified(case)

    def view(self, case: Case, following: Next | None = None) -> CaseView:
        """Show the case to the dialogue. following: where it goes on; else where it stands."""
        asked = [
            code.last_ask_at or code.asked_at
            for name in (case.phone or f"phone of {case.id}", case.mailbox or f"mailbox of {case.id}")
            if (code := self.tx.code(case.id, self.call, name))
        ]
        said = self.answered(case)
        return CaseView(
            next=following or self.standing(case),
            number=case.number,
            level=self.level(case),
            path=case.path or "reset",
            waited_s=(self.at - max(asked)).total_seconds() if asked else 0.0,
            is_confirmed=self._is_confirmed(case),
            confirming_key=confirming_key(self.key, case=case.id, call=self.call),
            match=match_code(self.key, case=case.id, call=self.call),
            says_primary=None if said.said_at is None else said.is_primary,
        )
