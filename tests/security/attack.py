"""An attacker who guesses entries at the real use case, over its own database, while a clock walks.

Beside a guess the right entry is tried, and undone: so is told whether that guess could have been right. It
costs as much as a guess, so after the first hundreds only each tenth is asked about.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, Literal

from pyotp import TOTP
from sqlalchemy import delete, insert

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import us_of
from ivr.bootstrap.rehearsal import RehearsedCases, Repeatable
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.phone import E164
from ivr.domain.recovery.codes import one_time_code
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import CaseView, CheckEntry, Deed, Identify, Step
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.enrolled_factors import app_secret, new_seed, sealed_seed
from ivr.services.calls.verification.verification import Verification
from ivr.services.case_ports import Answered, CaseWork
from ivr.services.ports import TurnKey
from tests.entrypoints.voice.service import MORNING
from tests.security.line import guarded_line

FACTORS: Final = ("phone", "mailbox", "app")
_SEED: Final = new_seed(Repeatable())
_ALIVE_S: Final = 10**9
"""The sender of codes is alive throughout: that it is away is no part of this."""
_LONG_AGO: Final = MORNING - timedelta(days=400)
_ANSWERED: Final = Answered(reply=b"", effects=())
Guessed = Literal["phone", "app"]
_ASKED_ABOUT: Final = 500
_THEN_EACH: Final = 10
STEPS: Final[tuple[Guessed, ...]] = ("phone", "app")


class _Undone(Exception):  # noqa: N818 -- it ends a transaction that is only a question
    """Carries out of a transaction what would have come of it."""

    def __init__(self, view: CaseView) -> None:
        super().__init__(view.next)
        self.view = view


@dataclass(slots=True, kw_only=True)
class Attack:
    """Calls, and guesses three times in each, unless it is let nowhere.

    numbers: from so many telephones. gaps: seconds, one of which passes before each call and each guess.
    steps: what is guessed, one of them each time.
    judged: when an entry was judged at all. checked: when a right one would have counted, of those asked
    about, and for which account. most: the highest level that any guess reached.
    """

    cases: RehearsedCases
    numbers: int
    gaps: Sequence[int]
    dice: Random
    steps: Sequence[Guessed] = STEPS
    at: datetime = MORNING
    guesses: int = 0
    judged: list[datetime] = field(default_factory=list)
    checked: list[tuple[datetime, str]] = field(default_factory=list)
    most: int = 0
    _calls: int = 0
    _turns: int = 0

    def go_on(self, accounts: Sequence[str], guesses: int) -> None:
        """Make so many guesses, each call at one of *accounts*; a call that is let nowhere is one as well."""
        end = self.guesses + guesses
        while self.guesses < end:
            self._call(self.dice.choice(accounts), end)

    def _call(self, number: str, end: int) -> None:
        self._calls += 1
        self._turns = 0
        self._wait()
        caller = E164(f"+1{2_000_000_000 + self._calls % self.numbers}")
        typed = Identify(
            typed=Secret(number), caller=caller, is_number_doubtful=False, goal="change", language="en"
        )
        view = self._done(typed)
        if view.next == "closed":
            self.guesses += 1
            return
        while view.next not in ("failed", "closed") and self.guesses < end:
            self.guesses += 1
            self._wait()
            step = self.dice.choice(self.steps)
            is_asked = self.guesses <= _ASKED_ABOUT or self.guesses % _THEN_EACH == 0
            if is_asked and self._would_count(step, caller, number):
                self.checked.append((self.at, number))
            view = self._done(self._entry(step, f"{self.dice.randrange(10**6):06}", caller))
            self.most = max(self.most, view.level)
            if view.next != "closed":
                self.judged.append(self.at)

    def _wait(self) -> None:
        self.at += timedelta(seconds=self.dice.choice(self.gaps))

    def _would_count(self, step: Guessed, caller: E164, number: str) -> bool:
        right = self._sent(number) if step == "phone" else TOTP(app_secret(_SEED).reveal()).at(self.at)
        try:
            self._done(self._entry(step, right, caller), is_asked=True)
        except _Undone as undone:
            return undone.view.level > 0
        raise AssertionError("a question was done")

    def _sent(self, number: str) -> str:
        """Read the code that was sent to the phone in this call, as the phone shows it."""
        room, key = self.cases.room, self.cases.sender.house.key
        case = room.cases.act(lambda tx: tx.case_of(self._name))
        assert case is not None
        if case.phone is None:
            return "none was sent"
        kept = room.cases.act(lambda tx: tx.code(case.id, self._name, case.phone or ""))
        assert kept is not None, number
        code = one_time_code(key, case=case.id, call=self._name, contact=case.phone, salt=kept.salt)
        return code.reveal()

    @property
    def _name(self) -> str:
        return f"CA{self._calls:032}"

    def _entry(self, step: Guessed, entry: str, caller: E164) -> CheckEntry:
        instead_of: Step | None = None if step == "phone" else "phone"
        return CheckEntry(step=step, entry=Secret(entry), caller=caller, is_open=True, instead_of=instead_of)

    def _done(self, deed: Deed, *, is_asked: bool = False) -> CaseView:
        seen: list[CaseView] = []

        def answer(_: CaseWork, view: CaseView) -> Answered:
            if is_asked:
                raise _Undone(view)
            seen.append(view)
            return _ANSWERED

        self._turns += 1
        turn = TurnKey(call=CallId(self._name), leg=LegId(self._name), turn=self._turns)
        policy = Policy(factors=FACTORS, worker_s=_ALIVE_S)
        self._verification.once(turn, deed, policy, at=self.at, answer=answer)
        return seen[0]

    @property
    def _verification(self) -> Verification:
        room = self.cases.room
        return Verification(
            cases=room.cases,
            directory=room.directory,
            key=self.cases.sender.house.key,
            fresh=room.fresh,
            hashed=lambda number: number,
        )


@contextmanager
def attack(
    *, accounts: int, numbers: int, gaps: Sequence[int], seed: int, steps: Sequence[Guessed] = STEPS
) -> Iterator[Attack]:
    """Put up a line with so many accounts, `number_of` each, all with a phone, a mailbox and an app."""
    with guarded_line() as line:
        cases = line.cases
        cases.sender.outbox.show_life(MORNING)
        _file(cases, accounts)
        yield Attack(
            cases=cases,
            numbers=numbers,
            gaps=gaps,
            steps=steps,
            dice=Random(seed),  # noqa: S311 -- the same in every run
        )


def number_of(index: int) -> str:
    return f"3{index:05}"


def _file(cases: RehearsedCases, count: int) -> None:
    since, key = us_of(_LONG_AGO), cases.sender.house.key
    accounts, contacts = [], []
    for index in range(count):
        name = f"{index:032x}"
        accounts.append(
            {
                "id": name,
                "number": number_of(index),
                "company": f"Company {index}",
                "primary_administrator": f"Administrator {index}",
                "language": "en",
                "subaccounts": "no",
                "imported_at_us": since,
            }
        )
        kept = {"account": name, "added_at_us": since}
        phone = {"kind": "phone", "address": f"+1312{5_000_000 + index}", "can_text": 1}
        mailbox = {"kind": "mailbox", "address": f"a{index}@example.com", "can_text": 0}
        contacts += [kept | phone | {"id": f"1{index:031x}"}, kept | mailbox | {"id": f"2{index:031x}"}]
    with cases.database.engine.begin() as connection:
        connection.execute(delete(case_tables.contact))
        connection.execute(delete(case_tables.account))
        connection.execute(insert(case_tables.account), accounts)
        connection.execute(insert(case_tables.contact), contacts)
        sealed = sealed_seed(key, _SEED, at=_LONG_AGO)
        apps = [
            {"account": one["id"], "sealed": sealed, "last_step": 0, "enrolled_at_us": since}
            for one in accounts
        ]
        connection.execute(insert(case_tables.app), apps)
