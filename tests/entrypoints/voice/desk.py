"""A line that verifies, on a database of the test's own: one account, and callers who want a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.all_tables import metadata
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.line_parts import CaseRoom, LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, Repeatable
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import Language
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.verification_commands import CaseView, Deed, Identify
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.verification import Verification
from ivr.services.case_ports import Account, Addressee, Answered, CaseWork, Contact
from ivr.services.ports import TurnKey
from tests.adapters.database.case_kept import put_instead
from tests.domain.prompts.texts import text_of
from tests.entrypoints.voice.service import CALL, MORNING, fresh_line
from tests.services.desk.primary_said import say_primary

KEY = Secret("k" * 32)
NUMBER = "204117"
PHONE, MAILBOX = "a" * 32, "b" * 32
_LONG_AGO = datetime(2025, 3, 1, tzinfo=UTC)


def _contact(name: str, *, is_phone: bool) -> Contact:
    return Contact(
        id=name,
        kind="phone" if is_phone else "mailbox",
        added_at=_LONG_AGO,
        can_text=is_phone,
        has_consented=is_phone,
        prefix="+1415" if is_phone else "",
    )


ACCOUNT = Account(
    id="d" * 32,
    language="en",
    subaccounts="no",
    is_closed=False,
    contacts=(_contact(PHONE, is_phone=True), _contact(MAILBOX, is_phone=False)),
    tam=None,
)


class _Filed:
    """A directory of one account."""

    def find(self, typed: str) -> Account | None:
        return ACCOUNT if typed == NUMBER else None

    def account(self, account: str) -> Account | None:
        return ACCOUNT if account == ACCOUNT.id else None

    def addressee(self, contact: str) -> Addressee | None:
        raise NotImplementedError(contact)


@dataclass(slots=True, kw_only=True)
class Desk:
    """line: what the carrier and browsers call. call: the caller's own."""

    line: RehearsalLine
    database: Database
    path: Path
    verification: Verification
    clock: ManualClock
    fresh: Repeatable
    call: CallId = field(default=CallId(CALL))
    turn: int = 0

    def do(self, deed: Deed) -> CaseView:
        """Do the deed as a turn of the caller's call does."""
        seen: list[CaseView] = []

        def answer(_: CaseWork, view: CaseView) -> Answered:
            seen.append(view)
            return Answered(reply=b"", effects=())

        self.turn += 1
        key = TurnKey(call=self.call, leg=LegId(self.call), turn=self.turn)
        policy = self.tree.verification
        assert policy is not None
        self.live()
        self.verification.once(key, deed, policy, at=self.clock.now(), answer=answer)
        return seen[0]

    @property
    def tree(self) -> MenuTree:
        return self.line.tree

    def live(self) -> None:
        """Show the sender's sign of life."""
        outbox = SqlOutbox(self.database, key=KEY, anchor=Anchor(self.path / "anchor"), domain="example.com")
        outbox.show_life(self.clock.now())

    def open(self, *, typed: str = NUMBER) -> Case:
        """Open a case for an account's number, once that is asked; the first code is sent by text."""
        self.say_primary()
        self.do(
            Identify(typed=Secret(typed), caller=None, is_number_doubtful=False, goal="change", language="en")
        )
        return self.case()

    def say_primary(self) -> None:
        """Say yes to being the primary administrator, as the menu's question keeps it."""
        self.turn += 1
        say_primary(self.database, self.call, turn=self.turn, at=self.clock.now())

    def case(self) -> Case:
        found = self.verification.cases.act(lambda tx: tx.case_of(self.call))
        assert found is not None
        return found

    def put(self, case: Case) -> Case:
        """Store the case as it is given, by the database's rules of a row: how it came to it is not asked."""
        stored = replace(case, version=case.version + 1)
        put_instead(self.database, stored)
        return stored

    def messages(self, **wanted: str) -> list[str]:
        """List the ids of what was handed to the sender, oldest first."""
        table = case_tables.outbox
        query = select(table.c.id).order_by(table.c.created_at_us)
        for name, value in wanted.items():
            query = query.where(table.c[name] == value)
        return self.database.try_now(lambda connection: list(connection.execute(query).scalars()))

    def audited(self) -> list[str]:
        query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
        return self.database.try_now(lambda connection: list(connection.execute(query).scalars()))


@contextmanager
def desk_at(path: Path) -> Iterator[Desk]:
    database = Database(
        f"sqlite:///{path}/cases.db", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
    )
    metadata.create_all(database.engine)
    fresh, clock, store = Repeatable(), ManualClock(MORNING), MemoryStore()
    cases = SqlCases(database, key=KEY, anchor=Anchor(path / "anchor"))
    company = text_of("Acme & Sons", language=Language("en"))
    room = CaseRoom(cases=cases, directory=_Filed(), fresh=fresh)
    kept = LineStores(journal=store, ledger=store, menus=store, cases=room)
    rehearsed, settings = _rehearsed()
    tree = replace(rehearsed.tree, company=company)
    wsgi = line_of(settings, tree, kept, clock=clock, key=KEY, degraded=lambda: ())
    try:
        yield Desk(
            line=replace(rehearsed, wsgi=wsgi, store=store, clock=clock),
            database=database,
            path=path,
            verification=Verification(
                cases=cases, directory=room.directory, key=KEY, fresh=fresh, hashed=lambda number: number
            ),
            clock=clock,
            fresh=fresh,
        )
    finally:
        database.close()


@cache
def _rehearsed() -> tuple[RehearsalLine, Settings]:
    """The menu and the settings of the tests' line, read once: neither can be changed."""
    line = fresh_line()
    people = {str(name): numbers for name, numbers in line.numbers.items()}
    return line, replace(read_settings({}, read_bytes=None), lines=people)
