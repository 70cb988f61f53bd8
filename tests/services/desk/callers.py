"""Callers, calls and agents around one office: what anybody can do there, by the use cases of the line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Case, Goal
from ivr.domain.recovery.codes import confirming_key, match_code, one_time_code
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import (
    CaseView,
    CheckEntry,
    Confirm,
    Deed,
    Identify,
    Look,
    SayPrimary,
    Step,
)
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.verification import UNAVAILABLE, Verification
from ivr.services.case_ports import Answered, CaseWork, StaleCase
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.ports import TurnKey
from tests.adapters.accounts.filing import file_of, line_of_cells, on, read
from tests.domain.recovery.ready import AT
from tests.services.desk.office import KEY, Office
from tests.services.desk.primary_said import say_primary

ACCOUNTS = {
    "204117": ("+14155550123", "ann@northwind.example"),
    "204118": ("+14155550124", "bea@southwind.example"),
    "204119": ("+14155550125", "cyd@eastwind.example"),
}
POLICY = Policy()
STRANGER = E164("+14155550199")


@dataclass(kw_only=True)
class Call:
    """One call. by: the subscription whose owner calls; None for a stranger, who has nobody's codes."""

    id: str
    by: str | None
    turns: int = 0


@dataclass(kw_only=True)
class Callers:
    """at: the time by every clock."""

    office: Office
    at: datetime = AT
    calls: list[Call] = field(default_factory=list)
    given: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    @property
    def verification(self) -> Verification:
        return Verification(
            cases=self.office.cases,
            directory=self.office.desk.directory,
            key=KEY,
            fresh=lambda: f"{self.given():032x}",
            hashed=lambda number: f"hash of {number}",
        )

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def dial(self, by: str | None = None) -> Call:
        call = Call(id=f"CA{len(self.calls):032x}", by=by)
        self.calls.append(call)
        return call

    def identify(self, call: Call, typed: str, *, goal: Goal = "change") -> CaseView | None:
        """Say yes to being the primary administrator, as whoever comes so far did, and name an account."""
        call.turns += 1
        say_primary(self.office.database, call.id, turn=call.turns, at=self.at)
        number = STRANGER if call.by is None else E164(ACCOUNTS[call.by][0])
        return self.do(
            call,
            Identify(typed=Secret(typed), caller=number, is_number_doubtful=False, goal=goal, language="en"),
        )

    def say_primary(self, call: Call, *, is_primary: bool) -> CaseView | None:
        """Answer once more, in a call that has a case."""
        return self.do(call, SayPrimary(is_primary=is_primary, then=Look()))

    def type_code(self, call: Call, step: Step) -> CaseView | None:
        """Type what came to the caller's own telephone or mailbox; whoever got nothing types at random."""
        case = self.case(call)
        contact = None if case is None else {"phone": case.phone, "mailbox": case.mailbox}[step]
        entry = "000000"
        if case is not None and contact is not None and self.is_owner(call, case):
            sent = self.office.cases.act(lambda tx: tx.code(case.id, call.id, contact))
            if sent is not None:
                entry = one_time_code(
                    KEY, case=case.id, call=call.id, contact=contact, salt=sent.salt
                ).reveal()
        return self.do(
            call, CheckEntry(step=step, entry=Secret(entry), caller=self.number_of(call), is_open=True)
        )

    def verify(self, call: Call, typed: str, *, goal: Goal = "change") -> None:
        self.identify(call, typed, goal=goal)
        self.type_code(call, "phone")
        self.type_code(call, "mailbox")

    def confirm(self, call: Call) -> CaseView | None:
        """Press the key that the warning names: everybody who hears it can."""
        case = self.case(call)
        key = "9" if case is None else confirming_key(KEY, case=case.id, call=call.id)
        return self.do(call, Confirm(key=key, warning_hash="f" * 64))

    def do(self, call: Call, deed: Deed) -> CaseView | None:
        """Take one turn of the call; None where nobody can be verified now."""
        call.turns += 1
        views: list[CaseView] = []

        def answer(_: CaseWork, view: CaseView) -> Answered:
            views.append(view)
            return Answered(reply=b"", effects=())

        key = TurnKey(call=CallId(call.id), leg=LegId(call.id), turn=call.turns)
        self.show_life()
        try:
            self.verification.once(key, deed, POLICY, at=self.at, answer=answer)
        except UNAVAILABLE as fault:
            if not isinstance(fault, StaleCase):
                raise
            return None
        return views[-1] if views else None

    def show_life(self) -> None:
        """Let the sender's process be alive, without which nobody is verified."""
        SqlOutbox(
            self.office.database, key=KEY, anchor=Anchor(self.office.anchor), domain="tests.example"
        ).show_life(self.at)

    def put_through(self, call: Call) -> None:
        """Let an agent take the call."""
        self.office.talk(call.id, at=self.at, turn=50 + call.turns)

    def hang_up(self, call: Call) -> None:
        self.office.hang_up(call.id, at=self.at)

    def case(self, call: Call) -> Case | None:
        return self.office.cases.act(lambda tx: tx.case_of(call.id))

    def is_owner(self, call: Call, case: Case) -> bool:
        found = None if call.by is None else self.office.desk.directory.find(call.by)
        return found is not None and case.account == found.id

    def number_of(self, call: Call) -> E164:
        return STRANGER if call.by is None else E164(ACCOUNTS[call.by][0])

    def whispered(self, call: Call) -> str:
        case = self.case(call)
        return "000" if case is None else match_code(KEY, case=case.id, call=call.id)


def open_accounts(office: Office) -> None:
    """Put three accounts on file, each with a telephone and a mailbox that count."""
    lines = [
        line_of_cells(subscription_number=number, phone=phone, mailbox=mailbox)
        for number, (phone, mailbox) in ACCOUNTS.items()
    ]
    rows, findings = read(file_of(*lines))
    assert [one for one in findings if one.severity == "error"] == []
    accounts = SqlAccounts(office.database)
    accounts.apply(accounts.prepare(rows, at=on(2026, 11, 1)))


def is_refused(move: Callable[[], object]) -> bool:
    """Whether a move of an agent is refused, or nothing is there that it could be made on."""
    try:
        move()
    except (MoveBlocked, StaleCase):
        return True
    return False
