"""The console's pages over an office of the test's own. Who asks is told, not proved: that is sign-in's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import insert
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.timestamps import us_of
from ivr.bootstrap.startup import load_folders
from ivr.domain.menus.tree import MenuTree
from ivr.domain.recovery.case import Case
from ivr.entrypoints.console.live.live_views import Glances
from ivr.entrypoints.console.pages.desk_pages import desk_pages
from ivr.entrypoints.console.pages.page_context import Work, work_of
from ivr.entrypoints.console.response_headers import put_headers
from ivr.entrypoints.console.sign_in.access import remember
from ivr.services.desk.agent_desk import Desk
from ivr.services.ports import Clock
from ivr.services.staff.member import Member, MemberId, Role, SignedIn
from tests.domain.recovery.ready import OPENED
from tests.entrypoints.console.compiled import compiled_once
from tests.services.desk.office import Office

NUMBER = OPENED.number
CARD = f"/case/{NUMBER}"
WHO = "X-Asks"


def member_of(name: str, *lines: str, roles: tuple[Role, ...] = ("agent",)) -> Member:
    return Member(id=MemberId(name), name=name.title(), roles=frozenset(roles), lines=frozenset(lines))


MEMBERS: Mapping[str, Member] = {
    member.id: member
    for member in (
        member_of("agent-1", "support"),
        member_of("agent-2", "support"),
        member_of("ana", "support"),
        member_of("carla", "customer-service"),
        member_of("nobody"),
        member_of("sue", roles=("supervisor",)),
        member_of("olga", "support", roles=("operator",)),
    )
}


def shipped_menu() -> MenuTree:
    loaded, _ = load_folders(Path("menus"), Path("prompts"))
    assert loaded.tree is not None
    return loaded.tree


def work_at(tree: MenuTree, desk: Desk, clock: Clock) -> Work:
    """Put the work together; what is read is read anew each time, since no clock runs here."""
    given = count(1)
    work = work_of(tree, desk, clock, lambda: f"{next(given):032x}")
    return Work(
        desk=desk,
        clock=clock,
        lines=work.lines,
        first_lines=work.first_lines,
        dispositions=work.dispositions,
        for_supervisors=work.for_supervisors,
        fresh=work.fresh,
        glances=Glances(for_s=0),
    )


def pages_of(work: Work, *, asks: Mapping[str, Member] = MEMBERS, who: str = "") -> Flask:
    """Build an app of the pages alone. who: asks where the request does not say."""
    app = Flask("ivr.entrypoints.console.console_app")
    app.config.update(SECRET_KEY="forms of tests", MAX_CONTENT_LENGTH=64 * 1024)
    put_headers(app, is_https=False)
    CSRFProtect(app)

    @app.before_request
    def known() -> None:
        member = asks.get(request.headers.get(WHO, who))
        remember(None if member is None else SignedIn(member=member, session="s"), lambda: True)

    @app.errorhandler(CSRFError)
    def foreign(_: CSRFError) -> tuple[str, int]:
        return "", 403

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {"company": "Example", "who": None}

    sign_in = Blueprint("sign_in", __name__)
    sign_in.add_url_rule("/sign-in", "form", lambda: "sign in")
    for blueprint in (sign_in, *desk_pages(work)):
        app.register_blueprint(blueprint)
    return compiled_once(app)


@dataclass(kw_only=True)
class Console:
    """One browser of one agent, who is agent-1 unless told otherwise."""

    office: Office
    clock: ManualClock
    work: Work
    client: FlaskClient
    who: str = "agent-1"
    tokens: dict[str, str] = field(default_factory=dict)

    def get(self, path: str = CARD, **rest: Any) -> TestResponse:
        return self.client.get(path, headers={WHO: self.who, **rest.pop("headers", {})}, **rest)

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)
        assert found is not None
        return found[1]

    def post(
        self, move: str, *, number: str = NUMBER, version: int | str | None = None, **typed: str
    ) -> TestResponse:
        """Press a move's button, on a page that shows the case as it is unless a version is given."""
        shown = self.office.case().version if version is None else version
        cells = {"csrf_token": self.token(), "version": str(shown), **typed}
        return self.client.post(f"/case/{number}/{move}", data=cells, headers={WHO: self.who})

    def as_(self, who: str) -> "Console":
        """Let somebody else sit down, at another browser."""
        other = self.client.application.test_client()
        return Console(office=self.office, clock=self.clock, work=self.work, client=other, who=who)

    def put_through(self, case: Case, line: str = "support", *, ended: bool = False, person: int = 0) -> None:
        """Ring a line for a case, as the line that answers calls would have stored it."""
        cells = {"call": case.call, "leg": "", "turn": 9, "at_us": us_of(self.clock.now()), "line": line}
        with self.office.database.engine.begin() as connection:
            for part, moment in enumerate(("placed", "ended")[: 1 + ended]):
                row = {**cells, "part": part, "person": person, "moment": moment}
                connection.execute(insert(call_tables.transfer).values(**row))
        self.office.cases.act(lambda tx: tx.join(case.id, case.call, self.clock.now()))


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def words(response: TestResponse) -> str:
    return " ".join(soup(response).get_text(" ").split())
