"""A whole line for rehearsals: what the handset, the conversations and the demo call. It keeps nothing."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import finalize

from sqlalchemy import Connection, delete, select

from ivr.adapters.accounts.csv_file import read_accounts
from ivr.adapters.accounts.csv_row import Rules
from ivr.adapters.accounts.imported_account import FiledAccount
from ivr.adapters.clock import ManualClock
from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.all_tables import metadata
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.callback_store import call_back
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.database.memory.rehearsal_store import MemoryBesideCases
from ivr.adapters.mail.message_templates import read_template_files, read_templates
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.line_parts import CaseRoom, LineStores, line_of
from ivr.bootstrap.startup import StartFault, load_folders
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.building.loader import Loaded
from ivr.domain.menus.line import Line, LineId
from ivr.domain.menus.opening_hours import Hours, HoursFault
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding
from ivr.entrypoints.worker.sender import Sender
from ivr.entrypoints.worker.sender_identity import house_of
from ivr.entrypoints.worker.worker_threads import CHANNELS, send_once
from ivr.services.case_ports import Channel
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.opening_callbacks import Opening
from ivr.services.desk.opening_callbacks import lines_of as waited_for
from ivr.services.ports import Voicemail
from ivr.simulator.carrier.mailbox_and_phone import Post, Received
from ivr.simulator.carrier.store_outage import Away
from ivr.simulator.conversation import Part

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


Result = TypeVar("Result")
_KEY: Final = Secret("a key for rehearsals, which keep nothing")
_OF_CALLS: Final = (
    case_tables.recovery_case,
    case_tables.case_call,
    case_tables.evidence,
    case_tables.code,
    case_tables.pin_try,
    case_tables.tally,
    case_tables.outbox,
    call_back,
    case_tables.sign_of_life,
    call_tables.call,
    call_tables.transfer,
    call_tables.primary_answer,
    call_tables.leg,
    call_tables.reply,
)
_WAITING: Final = (
    select(case_tables.outbox.c.channel).where(case_tables.outbox.c.ended_at_us.is_(None)).distinct()
)
ACCOUNTS: Final = "calls/accounts.csv"
"""Beside the conversations: the accounts that their callers have."""


@dataclass(slots=True)
class Repeatable:
    """Gives other digits each time, and the same ones in every rehearsal."""

    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        return hashlib.sha256(f"rehearsal {self.given}".encode()).hexdigest()[:32]


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class RehearsedCases:
    """Verification as it is served, on a database of its own that goes with the line."""

    database: Database
    room: CaseRoom
    sender: Sender
    post: Post
    fresh: Repeatable
    settled: int = 0
    lived_at: datetime | None = None
    is_sender_away: bool = False

    def forget(self) -> None:
        """Begin anew, with the accounts alone: what one call counted and sent is nothing to the next."""
        self.post.received.clear()
        self.post.refuse(())
        self.is_sender_away = False
        self.lived_at = None
        with self.database.engine.begin() as connection:
            for table in _OF_CALLS:
                connection.execute(delete(table))

    def settle(self) -> None:
        """Show a sign of life, and send what was queued: everything queued has asked for fresh digits."""
        if self.is_sender_away:
            return
        now = self.sender.clock.now()
        if self.settled == self.fresh.given and self.lived_at != now:
            self.sender.outbox.show_life(now)
        while self.settled != self.fresh.given:
            self.settled = self.fresh.given
            send_once(self.sender, channels=self.database.try_now(_open_channels))
        self.lived_at = now


def _open_channels(connection: Connection) -> tuple[Channel, ...]:
    """Name the channels on which something may be due: a sender is not asked about the others in vain."""
    waiting = frozenset(connection.execute(_WAITING).scalars())
    return tuple(channel for channel in CHANNELS if channel in waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalLine:
    """A clock that stands still, and a store in memory. cases: None where nobody is verified by phone."""

    settings: Settings
    wsgi: "WSGIApplication"
    public_url: str
    account_sid: str
    token: Secret
    clock: ManualClock
    tree: MenuTree
    numbers: Mapping[LineId, tuple[E164, ...]]
    store: MemoryStore
    cases: RehearsedCases | None = None

    @property
    def received(self) -> Sequence[Received]:
        return () if self.cases is None else self.cases.post.received

    @property
    def desk(self) -> Desk | None:
        """The agents' desk over the same cases."""
        policy = self.tree.verification
        if self.cases is None or policy is None:
            return None
        room = self.cases.room
        return Desk(
            cases=room.cases,
            directory=room.directory,
            policy=policy,
            key=_KEY,
            fresh=room.fresh,
            lines=waited_for(self.tree),
        )

    def settle(self) -> None:
        """Let the sender's process do what it would have done by now."""
        if self.cases is not None:
            self.cases.settle()

    def tend(self) -> float | None:
        """Let the sender's process begin what is due by now, and send it; give the seconds until more is."""
        cases, policy = self.cases, self.tree.verification
        if cases is None or policy is None or cases.is_sender_away:
            return None
        now, room, lines = self.clock.now(), cases.room, waited_for(self.tree)
        opening = Opening(cases=room.cases, policy=policy, lines=lines, fresh=room.fresh)
        opening.tend(now)
        cases.settle()
        due = opening.next_at(now)
        return None if due is None else (due - now).total_seconds()

    def forget_callers(self) -> None:
        """Let nothing that earlier callers counted or received touch the next."""
        if self.cases is not None:
            self.cases.forget()

    def in_circumstances(self, *, hours: Mapping[str, str], away: Collection[Part]) -> "RehearsalLine":
        """Give the line as it is when some lines keep other *hours*, and what is named is *away*.

        Raises ValueError for a line that is none, or hours that are none.
        """
        self.forget_callers()
        if self.cases is not None:
            self.cases.is_sender_away = "sender" in away
            self.cases.post.refuse(away)
        if not hours and "store" not in away:
            return self
        lines = {
            **self.tree.lines,
            **{LineId(name): self._keeping(name, text) for name, text in hours.items()},
        }
        tree = replace(self.tree, lines=lines)
        room = None if self.cases is None else self.cases.room
        if room is not None and "store" in away:
            room = replace(room, cases=Away())
        kept = LineStores(journal=self.store, ledger=self.store, menus=self.store, cases=room)
        return replace(self, tree=tree, wsgi=_served(self.settings, tree, kept, self.clock))

    def _keeping(self, name: str, hours: str) -> Line:
        line = self.tree.lines.get(LineId(name))
        if line is None:
            raise ValueError(f'there is no line "{name}"')
        kept = Hours.parse(hours, line.hours.zone.key, line.hours.holidays)
        if isinstance(kept, HoursFault):
            raise ValueError(kept.what)  # noqa: TRY004 -- what is wrong is its text
        return replace(line, hours=kept)

    def disposition(self, call: CallId) -> Disposition | None:
        ended = self.store.ended.get(call)
        return None if ended is None else ended.disposition

    def voicemails(self) -> tuple[Voicemail, ...]:
        return self.store.voicemails()


def line_for_tests(*, menus: str, prompts: str, at: datetime) -> RehearsalLine:
    """Put up a line on the demo's settings, at *at*. Raises StartFault for a menu with faults."""
    loaded, _ = load_folders(Path(menus), Path(prompts))
    if loaded.tree is None:
        raise StartFault(loaded.errors)
    numbers = rehearsal_numbers(loaded.tree)
    demo = read_settings({}, read_bytes=None)
    settings = replace(
        demo,
        lines={str(line): people for line, people in numbers.items()},
        menus=Path(menus),
        prompts=Path(prompts),
    )
    clock = ManualClock(at)
    cases = None if loaded.tree.verification is None else _cases(settings, loaded, clock)
    store = MemoryBesideCases(database=None if cases is None else cases.database)
    kept = LineStores(journal=store, ledger=store, menus=store, cases=None if cases is None else cases.room)
    return RehearsalLine(
        settings=settings,
        wsgi=_served(settings, loaded.tree, kept, clock),
        public_url=settings.public_url,
        account_sid=settings.account_sid,
        token=settings.auth_token,
        clock=clock,
        tree=loaded.tree,
        numbers=numbers,
        store=store,
        cases=cases,
    )


def _served(settings: Settings, tree: MenuTree, kept: LineStores, clock: ManualClock) -> "WSGIApplication":
    return line_of(settings, tree, kept, clock=clock, key=_KEY, degraded=lambda: ())


def rehearsal_numbers(tree: MenuTree) -> dict[LineId, tuple[E164, ...]]:
    """Give everybody a number out of those kept for fiction, which end in 555-0100 to 555-0199."""
    fiction = (E164(f"+1{area}55501{last:02}") for area in (415, 212, 312, 206) for last in range(1, 100))
    return {line.id: tuple(islice(fiction, len(line.people))) for line in tree.lines.values()}


def _cases(settings: Settings, loaded: Loaded, clock: ManualClock) -> RehearsedCases:
    folder = Path(mkdtemp(prefix="rehearsal-"))
    (folder / "cases.db").write_bytes(_no_cases())
    database = _database(folder / "cases.db")
    fresh = Repeatable()
    _import(database, settings, fresh, clock.now())
    anchor = Anchor(folder / "audit.anchor")
    directory = SqlDirectory(database, countries=settings.countries)
    post = Post()
    templates, faults = read_templates(
        read_template_files(settings.prompts), () if loaded.tree is None else loaded.tree.languages
    )
    if faults:
        raise StartFault(tuple(faults))
    sender = Sender(
        outbox=SqlOutbox(database, key=_KEY, anchor=anchor, domain="rehearsal.example"),
        directory=directory,
        mailer=post,
        telephone=post,
        templates=templates,
        house=house_of(loaded, phone=settings.numbers[0], public_url=settings.public_url, key=_KEY),
        clock=clock,
        chance=lambda: 0.5,
        name="rehearsal",
        fresh=fresh,
    )
    room = CaseRoom(cases=SqlCases(database, key=_KEY, anchor=anchor), directory=directory, fresh=fresh)
    cases = RehearsedCases(database=database, room=room, sender=sender, post=post, fresh=fresh)
    finalize(cases, _clear, database, folder)
    return cases


@cache
def _no_cases() -> bytes:
    """Give a database file with every table and no row; made once, since a rehearsal follows another."""
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        path = Path(folder) / "cases.db"
        database = _database(path)
        with database.engine.connect() as connection:
            # Nothing here outlives the rehearsal, so that nothing waits for the disk either.
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        metadata.create_all(database.engine)
        database.close()
        return path.read_bytes()


def _database(path: Path) -> Database:
    return Database(f"sqlite:///{path}", breaker=Breaker(), durability="survives_our_death")


def _clear(database: Database, folder: Path) -> None:
    database.close()
    rmtree(folder, ignore_errors=True)


def _import(database: Database, settings: Settings, fresh: Repeatable, at: datetime) -> None:
    """Import the accounts beside the conversations. Raises StartFault for what is wrong in the file."""
    path = settings.menus / ACCOUNTS
    if not path.exists():
        return
    rules = Rules(today=at.date(), countries=settings.countries)
    with path.open("rb") as stream:
        rows = list(read_accounts(f"menus/{ACCOUNTS}", stream, rules=rules))
    faults = tuple(row for row in rows if isinstance(row, Finding) and row.severity == "error")
    if faults:
        raise StartFault(faults)
    accounts = SqlAccounts(database, fresh=fresh)
    accounts.apply(accounts.prepare((row for row in rows if isinstance(row, FiledAccount)), at=at))
