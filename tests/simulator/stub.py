"""A line of a few written documents, which keeps every request that reaches it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from ivr.adapters.clock import ManualClock
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from ivr.simulator.carrier.mailbox_and_phone import Received
from ivr.simulator.carrier.simulated_agents import Behaviour, Person
from ivr.simulator.handset import Handset
from ivr.simulator.transcript import Who

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MORNING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PUBLIC_URL = "https://ivr.example.com"
FIRST_DESK = "+14155550101"
SECOND_DESK = "+14155550102"


@cache
def shipped() -> RehearsalLine:
    return line_for_tests(menus="menus", prompts="prompts", at=MORNING)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. signature: as it came."""

    path: str
    fields: Mapping[str, str]
    signature: str


@dataclass(slots=True)
class StubLine:
    """documents: by path, what stands inside the Response, or a status alone."""

    documents: Mapping[str, str | int]
    asked: list[Asked] = field(default_factory=list)
    clock: ManualClock = field(default_factory=lambda: ManualClock(MORNING))
    public_url: str = PUBLIC_URL
    account_sid: str = "AC" + "0" * 32
    token: Secret = field(default_factory=lambda: Secret("a token of tests"))

    @property
    def wsgi(self) -> "WSGIApplication":
        return self._answer

    @property
    def tree(self) -> MenuTree:
        return shipped().tree

    @property
    def numbers(self) -> Mapping[LineId, tuple[E164, ...]]:
        return {LineId("customer-service"): (E164(FIRST_DESK), E164(SECOND_DESK))}

    @property
    def received(self) -> Sequence[Received]:
        return ()

    def settle(self) -> None:
        """Send nothing: a line of documents alone has nobody who sends."""

    def tend(self) -> None:
        """Do nothing, for the same reason."""

    def disposition(self, call: CallId) -> Disposition | None:
        return "answered" if call else None

    def fields(self, path: str) -> Mapping[str, str]:
        """The fields of the last request to *path*."""
        return next(one.fields for one in reversed(self.asked) if one.path == path)

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        signature = request.headers["X-Twilio-Signature"]
        self.asked.append(Asked(request.path, request.form.to_dict(), signature))
        document = "" if request.path == "/voice/status" else self.documents.get(request.path, 404)
        if isinstance(document, int):
            return Response(status=document)(environ, start_response)
        body = document if document.startswith("!") else f"<Response>{document}</Response>"
        return Response(body.removeprefix("!"), content_type="text/xml")(environ, start_response)


def url(path: str) -> str:
    """An address as the line writes it, with what the carrier keeps to itself."""
    return f"{PUBLIC_URL}{path}#rc=2"


def call(line: StubLine, **behaviours: Behaviour) -> Handset:
    """Dial the line. behaviours: of FIRST_DESK and SECOND_DESK, as first and second; both answer."""
    names = {FIRST_DESK: "first", SECOND_DESK: "second"}

    def behaves(person: Person) -> Behaviour:
        return behaviours.get(names.get(person.number, ""), "answers")

    handset = Handset(line=line, answer_as=behaves)
    handset.dial()
    return handset


def said(handset: Handset, who: Who = "line") -> list[str]:
    return [one.words for one in handset.heard if one.who == who]
