"""What strangers must spend to keep one owner out, or everybody: a day of it, played at the real use cases.

`.venv/bin/python -m tests.security.denial` prints the table of docs/security.md.

Strangers know every account's number, each has one telephone, and any of them may withhold it. They call as
long as the owner gets in, and no longer, and no call is paid for that does nothing. Each half hour the owner
tries, from a telephone of her own, and that is undone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pyotp import TOTP
from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.bootstrap.rehearsal import RehearsedCases, Repeatable
from ivr.domain.phone import E164
from ivr.domain.recovery.codes import one_time_code
from ivr.domain.recovery.policy import Offered, Policy
from ivr.domain.recovery.verification_commands import CaseView, CheckEntry, Entered, Identify, Step
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.calls.verification.enrolled_factors import (
    app_secret,
    new_saved_codes,
    new_seed,
    saved_mac,
    sealed_seed,
)
from ivr.services.calls.verification.prove_identity import Proving
from ivr.services.case_ports import CaseWork
from tests.entrypoints.voice.service import MORNING
from tests.security.attack import attack, number_of

Has = Literal["phone and mailbox alone", "an app besides", "saved codes besides"]
Plan = Literal["ask for codes", "type wrong entries", "wrong entries everywhere", "codes everywhere"]
PLANS: Final[tuple[tuple[str, Plan, Has], ...]] = (
    ("one owner with phone and mailbox alone", "ask for codes", "phone and mailbox alone"),
    ("one owner with an app", "type wrong entries", "an app besides"),
    ("one owner with saved codes", "ask for codes", "saved codes besides"),
    ("one owner with saved codes", "type wrong entries", "saved codes besides"),
    ("everybody", "codes everywhere", "phone and mailbox alone"),
    ("everybody", "wrong entries everywhere", "phone and mailbox alone"),
)
STRANGERS: Final = (1, 10, 100)
ACCOUNTS: Final = 400
_FACTORS: Final[tuple[Offered, ...]] = ("phone", "mailbox", "app", "saved_codes")
_POLICY: Final = Policy(factors=_FACTORS, worker_s=10**9)
_ENTRIES: Final[dict[Plan, int]] = {
    "ask for codes": 1,
    "type wrong entries": 3,
    "codes everywhere": 0,
    "wrong entries everywhere": 3,
}
"""So many in each call: one wrong entry brings the mailbox's code as well."""
_OWNER: Final = E164("+12025550100")
_WRONG: Final = Secret("000000")
_TICK: Final = timedelta(minutes=30)
_DAY: Final = timedelta(days=1)
_A_DOZEN: Final = 12
_BETWEEN: Final = timedelta(seconds=61)
_SEED: Final = new_seed(Repeatable())
_SAVED: Final = new_saved_codes(Repeatable())


class _Undone(Exception):  # noqa: N818 -- it ends a transaction that is only a question
    """Carries out of a transaction what would have come of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was spent in a day, and for how much of it the owner was kept out."""

    calls: int
    entries: int
    hours: float

    @property
    def words(self) -> str:
        if self.hours == 0:
            return "does not work"
        return f"{self.hours:g} h for {self.calls} calls, {self.entries} entries"


@dataclass(slots=True, kw_only=True)
class Siege:
    """One day. strangers: each has a telephone; None among the callers is a withheld one."""

    cases: RehearsedCases
    plan: Plan
    has: Has
    strangers: int
    at: datetime = MORNING
    calls: int = 0
    entries: int = 0
    _named: int = 0
    _turn: int = 0
    _is_closed: bool = False

    def day(self) -> Spent:
        end, kept_out = self.at + _DAY, 0
        idle_until = self.at
        while self.at < end:
            began = self.at
            if not self._owner_gets_in():
                kept_out += 1
            elif began >= idle_until and not self._keep_out():
                # Nothing that they do counts now: the limits that stop them last an hour or more.
                idle_until = began + timedelta(hours=1)
            self.at = began + _TICK
        return Spent(calls=self.calls, entries=self.entries, hours=kept_out * _TICK.total_seconds() / 3600)

    def _keep_out(self) -> bool:
        """Call, one after the other, until the owner is out; False where a dozen of them can do nothing."""
        useless, is_of_use = 0, False
        while useless <= min(self.strangers, _A_DOZEN):
            self._turn = (self._turn + 1) % (self.strangers + 1)
            if not self._call(self._turn):
                useless += 1
                continue
            useless, is_of_use = 0, True
            # Dear to ask: of everybody's plans each tenth time, and whenever the line has just closed.
            is_asked = self._is_closed or self.calls % 10 == 0 or not self.plan.endswith("everywhere")
            if is_asked and not self._owner_gets_in():
                break
        return is_of_use

    def _call(self, index: int) -> bool:
        """Make one call, and undo it where it did nothing. The last of them withholds the number."""
        self._named += 1
        caller = None if index == self.strangers else E164(f"+1{3_000_000_000 + index}")
        number, is_everywhere = 0, self.plan.endswith("everywhere")
        if is_everywhere:
            # A telephone may name three accounts in a day.
            number = 1 + (self._named if caller is None else 3 * index + self._named % 3) % (ACCOUNTS - 1)
        account = self.cases.room.directory.find(number_of(number))
        assert account is not None
        watched = ("failures", "line") if is_everywhere else ("account", account.id)

        def play(connection: Connection, tx: CaseWork) -> int:
            before = _sent(connection), len(tx.moments(*watched))
            call, typed = self._act(tx, caller), 0
            view = _identified(call, self.cases, number_of(number))
            while view.next in ("phone", "mailbox") and typed < _ENTRIES[self.plan]:
                typed += 1
                call = replace(call, at=call.at + timedelta(seconds=1))
                counted = len(tx.moments(*watched))
                view = _typed(call, view, _WRONG)
                if self.plan == "type wrong entries" and len(tx.moments(*watched)) == counted:
                    typed -= 1
                    break  # Typed in a pause: who knows that types none.
            self._is_closed = view.next == "closed"
            after = _sent(connection), len(tx.moments(*watched))
            is_of_use = after[1] > before[1] if "entries" in self.plan else after[0] > before[0]
            if not is_of_use:
                raise _Undone
            return typed

        self.at += timedelta(seconds=1)
        try:
            typed = self._cases.transaction(play)
        except _Undone:
            return False
        self.calls, self.entries = self.calls + 1, self.entries + typed
        return True

    def _owner_gets_in(self) -> bool:
        def play(connection: Connection, tx: CaseWork) -> None:
            call = self._act(tx, _OWNER)
            view = _identified(call, self.cases, number_of(0))
            while view.next in ("phone", "mailbox"):
                call = replace(call, at=call.at + _BETWEEN)
                view = self._owner_types(connection, call, view)
            raise _Undone(view.next == "verified")

        try:
            self._cases.transaction(play)
        except _Undone as undone:
            return bool(undone.args[0])
        raise AssertionError("a question was done")

    def _owner_types(self, connection: Connection, call: Act, view: CaseView) -> CaseView:
        """Type what came; else what was enrolled; else anything, so as to come to the other contact."""
        case = call.case()
        assert case is not None
        proved = {one.factor for one in call.tx.evidence(case.id)}
        contact = case.phone if view.next == "phone" else case.mailbox
        kept = None if contact is None else call.tx.code(case.id, call.call, contact)
        came = kept is not None and kept.used_at is None and contact in _reached(connection, call.call)
        if self.has == "saved codes besides" and "saved_code" not in proved:
            return _typed(call, view, _SAVED[0], factor="saved_code")
        if came and kept is not None and contact is not None:
            code = one_time_code(call.key, case=case.id, call=call.call, contact=contact, salt=kept.salt)
            return _typed(call, view, code)
        if self.has == "an app besides" and "app" not in proved:
            shown = Secret(TOTP(app_secret(_SEED).reveal()).at(call.at))
            return _typed(call, view, shown, factor="app")
        return _typed(call, view, _WRONG)

    def _act(self, tx: CaseWork, caller: E164 | None) -> Act:
        room = self.cases.room
        return Act(
            tx=tx,
            policy=_POLICY,
            key=self.cases.sender.house.key,
            call=f"CA{room.fresh()}",
            at=self.at,
            fresh=room.fresh,
            hashed=lambda number: number,
            caller=caller,
        )

    @property
    def _cases(self) -> SqlCases:
        cases = self.cases.room.cases
        assert isinstance(cases, SqlCases)
        return cases


def _identified(call: Act, cases: RehearsedCases, number: str) -> CaseView:
    deed = Identify(
        typed=Secret(number), caller=call.caller, is_number_doubtful=False, goal="change", language="en"
    )
    return Proving(act=call).identify(deed, cases.room.directory.find(number))


def _typed(call: Act, view: CaseView, entry: Secret, *, factor: Entered | None = None) -> CaseView:
    step: Step = "phone" if view.next == "phone" else "mailbox"
    deed = CheckEntry(
        step=factor or step,
        entry=entry,
        caller=call.caller,
        is_open=True,
        instead_of=None if factor is None else step,
    )
    return Proving(act=call).check(deed)


def _sent(connection: Connection) -> int:
    sent = case_tables.outbox.c
    query = select(func.count()).where(sent.purpose == "code", sent.contact.is_not(None))
    return int(connection.execute(query).scalar_one())


def _reached(connection: Connection, call: str) -> set[str]:
    sent = case_tables.outbox.c
    query = select(sent.contact).where(sent.purpose == "code", sent.call == call, sent.contact.is_not(None))
    return set(connection.execute(query).scalars())


def spent(plan: Plan, has: Has, strangers: int) -> Spent:
    with attack(accounts=ACCOUNTS, numbers=1, gaps=(1,), seed=1) as attacked:
        cases = attacked.cases
        account = cases.room.directory.find(number_of(0))
        assert account is not None
        key = cases.sender.house.key
        macs = [saved_mac(key, account.id, one) for one in _SAVED]
        sealed = sealed_seed(key, _SEED, at=MORNING)
        cases.room.cases.act(lambda tx: tx.enrolments.enrol(account.id, sealed=sealed, macs=macs, at=MORNING))
        with capture_logs():
            return Siege(cases=cases, plan=plan, has=has, strangers=strangers).day()


def table(found: Callable[[Plan, Has, int], Spent] = spent) -> Iterator[str]:
    """Write the table, line by line."""
    yield "| out for how long of a day | how | strangers: " + " | ".join(map(str, STRANGERS)) + " |"
    yield "|---" * (len(STRANGERS) + 2) + "|"
    for whom, plan, has in PLANS:
        cells = [found(plan, has, count).words for count in STRANGERS]
        yield f"| {whom} | {plan} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    for line in table():
        print(line)  # noqa: T201 -- what the command is for
