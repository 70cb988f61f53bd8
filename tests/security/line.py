"""A whole line over one database file, as it is served, that keeps every request and every reply."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl

from sqlalchemy import event, select
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.open_store import Store, open_store
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.line_parts import LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, RehearsedCases, line_for_tests
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.limits import Moments
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable
from ivr.services.ports import StoreUnavailable
from ivr.simulator.carrier.mailbox_and_phone import Received
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING, post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT: Final = Path(__file__).parents[2]
TO_THE_ACCOUNT: Final = "112"
"""The keys by which a locked-out administrator without a subaccount comes to be verified."""
STRANGER: Final = "+14155550199"
NUMBER, PHONE = "204117", "+14155550123"
WRONG: Final = "000000"


Fields = tuple[tuple[str, str], ...]
Send = Callable[[RehearsalLine, str, Fields], TestResponse]


_MATCH = re.compile(rb"Match(?: [0-9]){3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One webhook and its answer. statements: how often the database was asked for it."""

    at: datetime
    path: str
    fields: Fields
    reply: bytes
    statements: int

    @property
    def alike(self) -> bytes:
        """The reply, whosever call it is: an agent is whispered digits that each call has of its own."""
        return _MATCH.sub(b"Match", self.reply)


@dataclass(slots=True, kw_only=True)
class GuardedLine:
    """What a handset calls. told: fields that the carrier sends beside the usual ones.

    sends: whether the sender's process is alive. flush: stores what waits to be stored.
    """

    rehearsed: RehearsalLine
    folder: Path
    told: dict[str, str] = field(default_factory=dict)
    sends: bool = True
    exchanges: list[Exchange] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    calls: int = 0
    flush: Callable[[], object] = lambda: None
    send: Send = post

    @property
    def wsgi(self) -> "WSGIApplication":
        return self._answer

    @property
    def public_url(self) -> str:
        return self.rehearsed.public_url

    @property
    def account_sid(self) -> str:
        return self.rehearsed.account_sid

    @property
    def token(self) -> Secret:
        return self.rehearsed.token

    @property
    def clock(self) -> ManualClock:
        return self.rehearsed.clock

    @property
    def tree(self) -> MenuTree:
        return self.rehearsed.tree

    @property
    def numbers(self) -> Mapping[LineId, tuple[E164, ...]]:
        return self.rehearsed.numbers

    @property
    def received(self) -> Sequence[Received]:
        return self.rehearsed.received

    @property
    def cases(self) -> RehearsedCases:
        assert self.rehearsed.cases is not None
        return self.rehearsed.cases

    def settle(self) -> None:
        if self.sends:
            # A sender whose database is broken waits for it, as its process does.
            with suppress(StoreUnavailable, AuditUnavailable):
                self.rehearsed.settle()

    def tend(self) -> float | None:
        return self.rehearsed.tend()

    def disposition(self, call: CallId) -> Disposition | None:
        return self.rehearsed.disposition(call)

    def handset(self, *, caller: str = STRANGER) -> Handset:
        """Give a telephone for one more call, dialled and led to where it is asked for the account."""
        self.calls += 1
        handset = Handset(line=self, answer_as=lambda _: "answers", caller=caller, number=self.calls)
        handset.dial()
        for key in TO_THE_ACCOUNT:
            handset.press(key)
        return handset

    def verified(self, *, caller: str = STRANGER, number: str = NUMBER) -> Handset:
        """Give a telephone whose caller has typed both codes, and hears the warning."""
        handset = self.handset(caller=caller)
        handset.type(number)
        handset.type(self.code("text"))
        handset.type(self.code("mail"))
        return handset

    @property
    def codes(self) -> list[str]:
        """Whom each code was sent to, in order. A link in another message may hold six digits as well."""
        return [one.to for one in self.received if "is your code" in one.words]

    def code(self, kind: Literal["text", "mail"]) -> str:
        """Read the code in the last message that brought one."""
        brought = [one for one in self.received if one.kind == kind and "is your code" in one.words]
        return brought[-1].code or ""

    def case(self, handset: Handset) -> Case | None:
        return self.case_of(handset.call)

    def case_of(self, call: str) -> Case | None:
        return self.cases.room.cases.act(lambda tx: tx.case_of(call))

    def wrong(self, handset: Handset) -> int:
        """Count the wrong entries of the call that is about a case."""
        case = self.case(handset)
        assert case is not None
        joined = self.cases.room.cases.act(lambda tx: tx.joined(case.id, handset.call))
        assert joined is not None
        return joined.wrong

    def proved(self, case: Case) -> tuple[Evidence, ...]:
        return self.cases.room.cases.act(lambda tx: tx.evidence(case.id))

    def failures(self, account: str) -> Moments:
        return self.cases.room.cases.act(lambda tx: tx.moments("account", account))

    def audited(self) -> list[str]:
        query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
        return self.cases.database.try_now(lambda connection: list(connection.execute(query).scalars()))

    def account_of(self, number: str) -> str:
        query = select(case_tables.account.c.id).where(case_tables.account.c.number == number)
        return self.cases.database.try_now(lambda connection: str(connection.execute(query).scalar_one()))

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        fields = (*parse_qsl(body, keep_blank_values=True), *self.told.items())
        before, at = len(self.statements), self.clock.now()
        reply = self.send(self.rehearsed, environ["PATH_INFO"], fields)
        self.exchanges.append(
            Exchange(
                at=at,
                path=environ["PATH_INFO"],
                fields=fields,
                reply=reply.get_data(),
                statements=len(self.statements) - before,
            )
        )
        return reply(environ, start_response)


@contextmanager
def guarded_line(
    *,
    at: datetime = MORNING,
    change: Callable[[LineStores], LineStores] = lambda kept: kept,
    policy: Mapping[str, Any] = MappingProxyType({}),
    environ: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[GuardedLine]:
    """Put up a line. change: what stands in for a part of it. policy: figures that are other than usual.

    environ: settings.
    """
    rehearsed = line_for_tests(menus="menus", prompts="prompts", at=at)
    assert rehearsed.cases is not None
    assert rehearsed.tree.verification is not None
    tree = replace(rehearsed.tree, verification=replace(rehearsed.tree.verification, **policy))
    engine = rehearsed.cases.database.engine
    memory = rehearsed.store
    kept = change(LineStores(journal=memory, ledger=memory, menus=memory, cases=rehearsed.cases.room))
    settings = replace(
        read_settings(environ, read_bytes=None),
        lines={str(name): people for name, people in rehearsed.numbers.items()},
    )
    key = rehearsed.cases.sender.house.key
    wsgi = line_of(settings, tree, kept, clock=rehearsed.clock, key=key, degraded=lambda: ())
    folder = Path(engine.url.database or "").parent
    line = GuardedLine(rehearsed=replace(rehearsed, wsgi=wsgi, tree=tree), folder=folder)
    event.listen(engine, "before_cursor_execute", lambda *said: line.statements.append(str(said[2])))
    yield line


@contextmanager
def filed_line(
    *,
    change: Callable[[LineStores], LineStores] = lambda kept: kept,
    policy: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[GuardedLine]:
    """Put up a line that has its journal and its ledger in the same file as its cases, as one is served."""
    stores: list[Store] = []
    with ExitStack() as stack:

        def filed(kept: LineStores) -> LineStores:
            assert kept.cases is not None
            cases = kept.cases.cases
            assert isinstance(cases, SqlCases)
            url = str(cases._database.engine.url)
            folder = Path(url.removeprefix("sqlite:///")).parent
            store = open_store(url, spool_folder=folder / "spool")
            stores.append(store)
            stack.callback(store.close)
            return change(replace(kept, journal=store.journal, ledger=store.ledger, menus=store.menus))

        line = stack.enter_context(guarded_line(change=filed, policy=policy))
        line.flush = lambda: stores[0].flush(5)
        yield line
