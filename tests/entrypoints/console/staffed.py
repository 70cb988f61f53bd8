"""A console with a real database, and a browser in front of it."""

import atexit
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from argon2 import PasswordHasher
from flask import Blueprint, Flask, render_template_string, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from pyotp import TOTP
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.domain.redaction import Secret
from ivr.entrypoints.console.console_app import ConsoleRoom, console_app
from ivr.entrypoints.console.sign_in.access import allowed, member, typed
from ivr.services.staff.company_sign_in import ByCompany
from ivr.services.staff.join import Joining
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.passwords import Passwords
from ivr.services.staff.roster import Roster
from ivr.services.staff.sign_in import SigningIn
from tests.adapters.database.case_kept import KEY, on_record, opened
from tests.entrypoints.console.compiled import compiled_once

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
ANA = Member(id=MemberId("ana"), name="Ana Lima", roles=frozenset({"agent"}), lines=frozenset({"support"}))
PASSWORD = "a heron stands in the rain"
# The lowest figures there are: what is tested is which hash is made when, not how strong it is.
CHEAP = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_CARD = '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"><p>{{ note }}</p></form>'


@dataclass(slots=True, kw_only=True)
class Console:
    """seeds: of members who joined. done: what was done on the page that stands for all the others."""

    app: Flask
    clock: ManualClock
    roster: Roster
    signing_in: SigningIn
    joining: Joining
    url: str
    anchor: Path
    done: list[str] = field(default_factory=list)
    seeds: dict[str, Secret] = field(default_factory=dict)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def add(self, member: Member = ANA, password: str = PASSWORD) -> None:
        """Add a member who has joined, a minute ago as the app's codes go."""
        link = self.roster.add(member)
        offered = self.joining.look(link)
        assert offered is not None
        self.seeds[member.id] = offered.seed
        joined = self.joining.join(link, Secret(password), Secret(self.code(member)), address="::1")
        assert joined is not None
        self.clock.advance(60)

    def code(self, member: Member = ANA) -> str:
        return TOTP(self.seeds[member.id].reveal()).at(self.clock.now())

    def sign_in(self, browser: FlaskClient, member: Member = ANA, password: str = PASSWORD) -> TestResponse:
        """Go the whole way to a page, in both steps."""
        post(browser, "/sign-in", name=member.id, password=password)
        return post(browser, "/sign-in/code", page="/sign-in/code", code=self.code(member))

    def outcomes(self) -> list[str]:
        """List what was put on record of members and sign-ins, oldest first."""
        bodies = [record.body for record in on_record(self.url)]
        return [found[1] for body in bodies if (found := re.search(r'"outcome":"([a-z_]+)"', body))]


@contextmanager
def staffed(
    folder: Path, *, is_https: bool = False, by_company: Callable[[SigningIn], ByCompany] | None = None
) -> Iterator[Console]:
    """Open a console whose one page, /case/<number>, notes what is done there, and shows what was typed."""
    url, anchor = f"sqlite:///{folder}/desk.db", folder / "audit.anchor"
    shutil.copy(_empty_database(), folder / "desk.db")
    with opened(url, anchor) as cases:
        done: list[str] = []
        yield console_over(
            cases,
            url,
            anchor,
            clock=ManualClock(AT),
            pages=lambda _: (_queue(), _card(done)),
            is_https=is_https,
            by_company=by_company,
            done=done,
        )


def console_over(
    cases: SqlCases,
    url: str,
    anchor: Path,
    *,
    clock: ManualClock,
    pages: Callable[[SigningIn], tuple[Blueprint, ...]],
    is_https: bool = False,
    by_company: Callable[[SigningIn], ByCompany] | None = None,
    done: list[str] | None = None,
) -> Console:
    """Put a console over these cases. pages: what it has beside the sign-in. done: see `Console`."""
    numbers, staff = count(1), SqlStaff(cases)

    def fresh() -> str:
        return f"{next(numbers):032x}"

    signing_in = SigningIn(staff=staff, passwords=CHEAP, key=KEY, clock=clock, fresh=fresh)
    joining = Joining(signing_in=signing_in, company="Heronscan", words=("Heronscan",))
    room = ConsoleRoom(
        signing_in=signing_in,
        joining=joining,
        company="Heronscan",
        clock=clock,
        key=KEY,
        fresh=fresh,
        is_https=is_https,
        pages=pages(signing_in),
        by_company=None if by_company is None else by_company(signing_in),
    )
    return Console(
        app=compiled_once(console_app(room)),
        clock=clock,
        roster=Roster(staff=staff, clock=clock, fresh=fresh),
        signing_in=signing_in,
        joining=joining,
        url=url,
        anchor=anchor,
        done=[] if done is None else done,
    )


@cache
def _empty_database() -> Path:
    """Give a database with every table and no row, made once in a run, to be copied."""
    path = Path(mkdtemp(prefix="ivr-desk-")) / "empty.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    upgrade(f"sqlite:///{path}")
    return path


def post(browser: FlaskClient, path: str, *, page: str = "/sign-in", **fields: str) -> TestResponse:
    """Send the form of *page* to *path*, as a browser does: with the hidden fields that it holds."""
    shown = browser.get(page)
    return browser.post(path, data={**hidden(shown), **fields})


def hidden(shown: TestResponse) -> dict[str, str]:
    return {name: unescape(value) for name, value in _FIELD.findall(shown.text)}


def token(shown: TestResponse) -> str:
    found = _TOKEN.search(shown.text)
    assert found is not None, shown.text
    return found[1]


def without_token(shown: TestResponse) -> str:
    return _TOKEN.sub("", shown.text)


def _queue() -> Blueprint:
    queue = Blueprint("queue", __name__)

    @queue.get("/")
    @allowed("agent", "supervisor")
    def page() -> ResponseReturnValue:
        return f"the queue of {member().name}"

    @queue.get("/breaks")
    def breaks() -> ResponseReturnValue:
        raise RuntimeError("4711 is nobody's business")

    return queue


def _card(done: list[str]) -> Blueprint:
    card = Blueprint("card", __name__)

    @card.get("/case/<number>")
    @allowed("agent")
    def page(number: str) -> ResponseReturnValue:
        return render_template_string(_CARD, note=typed("note"), number=number)

    @card.post("/case/<number>/<move>")
    @allowed("agent")
    def move(number: str, move: str) -> ResponseReturnValue:
        done.append(f"{number} {move} {request.form.get('note', '')}".strip())
        return "done"

    return card
