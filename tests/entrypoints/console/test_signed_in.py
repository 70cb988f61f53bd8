"""The pages behind the sign-in as it is served: forms that are not ours, and sessions that run out."""

from dataclasses import dataclass, field, replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.domain.redaction import Secret
from ivr.entrypoints.console.live.live_views import KEEPER, Watch
from ivr.entrypoints.console.pages.forms import FORMS
from ivr.simulator.conversation import FIRST_TIME, moment_of
from tests.domain.recovery.ready import OPENED, TO_CHANGE
from tests.entrypoints.console.house import soup
from tests.entrypoints.console.rehearsed import agent, console_of
from tests.entrypoints.console.staffed import Console, hidden, post

CARD = f"/case/{OPENED.number}"
NOTE = {"id": "a" * 32, "text": "the caller will <b>ring</b> again"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    line: RehearsalLine
    console: Console
    browser: FlaskClient

    def outcomes(self) -> list[str]:
        assert self.line.cases is not None
        with self.line.cases.database.engine.connect() as connection:
            bodies = connection.execute(select(case_tables.audit.c.body)).scalars().all()
        return [body for body in bodies if "foreign_form" in body or "not_asked_for_like_this" in body]


@pytest.fixture
def seat() -> Seat:
    """Sign agent-1 in, in front of a case that may be changed."""
    line = line_for_tests(menus="menus", prompts="prompts", at=moment_of(FIRST_TIME))
    assert line.cases is not None
    line.cases.room.cases.act(lambda tx: tx.add(TO_CHANGE))
    console = console_of(line)
    console.add(agent("agent-1"))
    browser = console.browser()
    console.sign_in(browser, agent("agent-1"))
    return Seat(line=line, console=console, browser=browser)


def test_no_move_is_made_without_the_browsers_own_token_and_each_try_is_on_record(seat: Seat) -> None:
    before = len(seat.outcomes())
    foreign = hidden(seat.console.browser().get("/sign-in"))["csrf_token"]
    assert seat.browser.get(CARD).status_code == 200

    tokens: tuple[dict[str, str], ...] = ({}, {"csrf_token": ""}, {"csrf_token": foreign})
    replies = [
        seat.browser.post(f"{CARD}/{move}", data={"version": "1", **token})
        for move in FORMS
        for token in tokens
    ]

    assert {reply.status_code for reply in replies} == {403}
    assert len(seat.outcomes()) == before + 3 * len(FORMS)


def test_opening_the_address_of_a_move_makes_none_and_is_on_record(seat: Seat) -> None:
    before = len(seat.outcomes())

    replies = [seat.browser.get(f"{CARD}/{move}") for move in FORMS]

    assert {(reply.status_code, reply.headers["Allow"]) for reply in replies} == {(405, "OPTIONS, POST")}
    assert len(seat.outcomes()) == before + len(FORMS)


def test_a_session_that_ran_out_mid_form_keeps_the_text_and_makes_no_move(seat: Seat) -> None:
    shown = hidden(seat.browser.get(CARD))
    seat.line.clock.advance(3600)
    late = seat.browser.post(f"{CARD}/note", data={**shown, **NOTE})
    fields = hidden(late)
    code = seat.console.code(agent("agent-1"))

    again = seat.browser.post("/sign-in/again", data={**fields, "code": code}, follow_redirects=True)

    box = soup(again).select_one("#note")
    assert late.status_code == 401
    assert again.request.path == CARD
    assert box is not None
    assert box.get_text().strip() == NOTE["text"]
    assert soup(again).select(".notes li") == []


def test_a_change_that_came_too_late_is_pressed_anew(seat: Seat) -> None:
    shown = hidden(seat.browser.get(CARD))
    seat.line.clock.advance(3600)
    late = seat.browser.post(f"{CARD}/change", data={**shown, "version": "1"})
    fields = {name: unescape(text) for name, text in hidden(late).items()}
    code = Secret(seat.console.code(agent("agent-1"))).reveal()

    seat.browser.post("/sign-in/again", data={**fields, "code": code}, follow_redirects=True)

    assert seat.line.cases is not None
    case = seat.line.cases.room.cases.act(lambda tx: tx.case_numbered(OPENED.number))
    assert case == TO_CHANGE


def test_who_is_not_signed_in_is_sent_to_sign_in_and_told_nothing(seat: Seat) -> None:
    stranger = seat.console.browser()

    for path in ("/", CARD, "/events", "/poll", f"/events?case={OPENED.number}"):
        reply = stranger.get(path)
        assert (reply.status_code, reply.headers["Location"].partition("?")[0]) == (302, "/sign-in")


@dataclass(kw_only=True)
class Holder:
    """Whoever holds replies open, and keeps what it was asked to keep up with."""

    watches: list[Watch] = field(default_factory=list)

    def last(self, _: object) -> None:
        return None

    def keep(self, watch: Watch) -> bool:
        self.watches.append(watch)
        return True


def opened_page(seat: Seat) -> Watch:
    """Give what a page that is open now is kept up with."""
    holder = Holder()
    seat.browser.get("/events", environ_overrides={"asgi.scope": {KEEPER: holder}}).close()
    (watch,) = holder.watches
    assert watch.is_still_in()
    return watch


def test_an_open_page_is_good_for_nothing_more_once_its_member_signs_out(seat: Seat) -> None:
    page = opened_page(seat)

    post(seat.browser, "/sign-out", page=CARD)

    assert not page.is_still_in()


def test_an_open_page_is_good_for_nothing_more_once_its_member_is_shut_out(seat: Seat) -> None:
    page = opened_page(seat)

    seat.console.roster.disable(agent("agent-1").id)

    assert not page.is_still_in()


def test_an_open_page_is_good_for_nothing_more_once_its_member_is_of_other_lines(seat: Seat) -> None:
    page = opened_page(seat)
    moved = replace(agent("agent-1"), lines=frozenset({"customer-service"}))

    seat.console.signing_in.staff.act(
        lambda tx: tx.save(replace(tx.member(moved.id), member=moved))  # type: ignore[arg-type, type-var]  # was added
    )

    assert not page.is_still_in()


def test_an_open_page_is_good_for_nothing_more_after_a_day(seat: Seat) -> None:
    page = opened_page(seat)

    seat.console.clock.advance(86_400)

    assert not page.is_still_in()


def test_signing_out_ends_the_pages(seat: Seat) -> None:
    post(seat.browser, "/sign-out", page=CARD)

    assert seat.browser.get(CARD).status_code == 302
