"""A caller at the handset and an agent at a keyboard, in one talk: the caller is sent to the keypad."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place
from ivr.entrypoints.console.live.live_views import Glances
from ivr.entrypoints.console.pages.desk_pages import desk_pages
from ivr.entrypoints.console.pages.page_context import work_of
from ivr.simulator.handset import Handset
from tests.entrypoints.console.e2e.conftest import CHROMIUM
from tests.entrypoints.console.e2e.desk import (
    Desks,
    complaints,
    desks_over,
    digits_of,
    enter,
    picture,
    press,
    strike,
    tab_to,
)
from tests.entrypoints.console.staffed import console_over
from tests.services.desk.brought import Answers, Carrier, line_that_keeps, whispers

pytestmark = pytest.mark.e2e


@dataclass(slots=True, kw_only=True)
class Exchange:
    """The carrier of whichever handset calls now."""

    urls: Urls
    handset: Handset | None = None
    answers: Answers = "taken"
    moved: int = 0

    def move(self, call: CallId, place: Place) -> None:
        assert self.handset is not None
        carrier = Carrier(urls=self.urls, handset=self.handset, answers=self.answers)
        try:
            carrier.move(call, place)
        finally:
            self.moved += len(carrier.moved)


@dataclass(kw_only=True)
class Talks:
    desks: Desks
    exchange: Exchange

    def call(self, *talks: Callable[[Handset], None]) -> Handset:
        """Call the line; in each talk with an agent one of *talks* happens, in their order."""
        handset = self.desks.call()
        left = list(talks)
        handset.in_talk = lambda: left.pop(0)(handset) if left else None
        self.exchange.handset = handset
        handset.dial()
        return handset


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Talks]:
    """Open a line whose calls are kept beside its cases, its console, which can move them, and a browser."""
    line = line_that_keeps(tmp_path)
    assert line.cases is not None
    assert line.desk is not None
    cases, given = line.cases.room.cases, count(1)
    assert isinstance(cases, SqlCases)
    exchange = Exchange(urls=Urls(public_url=line.public_url))
    work = work_of(line.tree, line.desk, line.clock, lambda: f"{next(given):032x}", calls=exchange)
    work = replace(work, glances=Glances(for_s=0))
    console = console_over(
        cases,
        str(line.cases.database.engine.url),
        Path(),
        clock=line.clock,
        pages=lambda _: desk_pages(work),
    )
    with desks_over(line, console, CHROMIUM) as desks:
        yield Talks(desks=desks, exchange=exchange)


def open_case(page: Page, desks: Desks) -> None:
    page.goto(f"{desks.address}/")
    strike(page, "j")
    enter(page)
    expect(page.locator(".banner")).to_be_visible()


def claim(page: Page, handset: Handset) -> None:
    strike(page, "c")
    page.keyboard.type(digits_of(handset))
    enter(page)
    expect(page.get_by_text("The case is yours.")).to_be_visible()


def verify_at(handset: Handset) -> None:
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))


def test_the_caller_of_a_case_is_sent_from_its_card_and_comes_back_verified(talks: Talks) -> None:
    page = talks.desks.sit_down("ana")

    def send(handset: Handset) -> None:
        open_case(page, talks.desks)
        claim(page, handset)
        expect(page.locator(".banner.unverified")).to_be_visible()
        press(page, "keypad")
        expect(page.get_by_text("The caller is at the keypad.")).to_be_visible()
        assert complaints(page) == []
        picture(page, "card-keypad")

    def back(_: Handset) -> None:
        page.reload()
        expect(page.locator(".banner.verified")).to_be_visible()
        expect(page.locator("#why-keypad")).to_contain_text("nothing is to be done by keypad")

    handset = talks.call(send, back)
    for key in "111":
        handset.press(key)
    handset.type("204117")
    handset.type("0")
    assert (handset.stage, talks.exchange.moved) == ("phone", 1)
    verify_at(handset)

    assert whispers(handset)[-1].startswith("Back. Verified.")
    assert not [words for words in whispers(handset) if handset.code_from("text") in words]


def test_where_the_network_gives_no_clear_answer_the_card_says_what_to_do_and_takes_a_second_press(
    talks: Talks,
) -> None:
    page = talks.desks.sit_down("ana")

    def send_twice(handset: Handset) -> None:
        open_case(page, talks.desks)
        claim(page, handset)
        talks.exchange.answers = "silent"
        press(page, "keypad")
        expect(page.locator("#told")).to_contain_text("It is not known whether the caller was taken")
        expect(page.locator("#told")).to_be_focused()
        assert complaints(page) == []
        picture(page, "card-keypad-not-known")
        talks.exchange.answers = "taken"
        press(page, "keypad")
        expect(page.get_by_text("The caller is at the keypad.")).to_be_visible()

    handset = talks.call(send_twice)
    for key in "111":
        handset.press(key)
    handset.type("204117")
    handset.type("0")

    assert (handset.stage, talks.exchange.moved) == ("phone", 1)


def test_a_caller_who_reached_an_agent_without_a_case_is_sent_and_comes_back_with_one(talks: Talks) -> None:
    page = talks.desks.sit_down("ana")

    def send(_: Handset) -> None:
        page.goto(f"{talks.desks.address}/")
        tab_to(page, 'a[href="/on-the-line"]')
        enter(page)
        expect(page.get_by_role("heading", name="On the line, no case yet")).to_be_visible()
        expect(page.locator(".banner.unverified")).to_be_visible()
        expect(page.locator(".row")).to_contain_text("day desk")
        assert complaints(page) == []
        picture(page, "on-the-line")
        press(page, "keypad")
        expect(page.get_by_text("The caller is at the keypad.")).to_be_visible()
        picture(page, "on-the-line-sent")

    def back(handset: Handset) -> None:
        open_case(page, talks.desks)
        expect(page.locator(".banner.verified")).to_be_visible()
        claim(page, handset)

    handset = talks.call(send, back)
    handset.press("1")
    handset.press("0")
    assert (handset.stage, talks.exchange.moved) == ("primary", 1)
    handset.press("1")
    handset.type("204118")
    verify_at(handset)

    assert whispers(handset)[-1].startswith("Back. Verified. Reset.")
    page.goto(f"{talks.desks.address}/on-the-line")
    expect(page.get_by_text("No caller without a case is talking")).to_be_visible()
