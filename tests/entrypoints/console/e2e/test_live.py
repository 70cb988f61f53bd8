"""What a browser does beside the forms: it rings, it stays live without a stream, it does without scripts."""

import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from ivr.domain.recovery.case import CaseNumber
from ivr.services.desk.moves.notes_and_wrap_up import Writing
from tests.entrypoints.console.e2e.desk import (
    PATIENCE_MS,
    Desks,
    complaints,
    digits_of,
    enter,
    picture,
    press,
    strike,
    tab_to,
)
from tests.entrypoints.console.staffed import PASSWORD
from tests.entrypoints.console.test_hostile_text import HOSTILE

pytestmark = pytest.mark.e2e


def test_a_case_rings_again_and_again_until_it_is_taken(desks: Desks) -> None:
    page = desks.sit_down("ana")
    tab_to(page, "[data-sound-test]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-rang", "1")

    handset = desks.verified_call("204118", rings=True)
    expect(page.locator("html")).to_have_attribute("data-rang", "3", timeout=PATIENCE_MS)
    handset.take()
    number = str(page.locator("[data-row]").get_attribute("data-row"))
    assert desks.line.desk is not None
    digits = digits_of(handset)
    desks.line.desk.claim(number, "ben", match=digits, at=desks.line.clock.now())  # type: ignore[arg-type]  # read off the page

    expect(page.locator(".row.rings")).to_have_count(0)
    expect(page.locator(".row .agent")).to_contain_text("ben")


def test_a_page_for_which_no_stream_has_room_asks_every_few_seconds(desks: Desks) -> None:
    desks.live.most = 0
    page = desks.sit_down("ana")

    desks.verified_call("204118", rings=True)

    expect(page.get_by_text("Ringing")).to_be_visible(timeout=PATIENCE_MS)


def test_a_page_that_lost_the_console_says_so_and_since_when_until_it_is_live_again(desks: Desks) -> None:
    desks.live.life_s = lambda: 1
    page = desks.sit_down("ana")
    expect(page.locator("[data-lost]")).to_be_hidden()
    page.context.route(re.compile("/(events|poll)"), lambda route: route.abort())

    expect(page.get_by_text("Not live since")).to_be_visible(timeout=PATIENCE_MS)

    now = desks.line.clock.now().astimezone(ZoneInfo("America/Los_Angeles"))
    expect(page.locator("[data-lost-since]")).to_have_text(f"{now:%H:%M:%S}")
    assert complaints(page) == []
    picture(page, "queue-lost")
    desks.live.life_s = lambda: 600
    page.context.unroute_all()
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=PATIENCE_MS)


def test_a_network_that_only_went_silent_is_noticed(desks: Desks) -> None:
    page = desks.sit_down("ana")
    page.clock.install(time=desks.line.clock.now())
    page.goto(f"{desks.address}/")
    expect(page.locator("html")).to_have_attribute("data-hears", "keys")
    page.context.route(re.compile("/(events|poll)"), lambda route: route.abort())

    page.clock.run_for(70_000)

    expect(page.get_by_text("Not live since")).to_be_visible(timeout=PATIENCE_MS)


def test_a_ring_that_the_browser_blocks_is_said_at_once_with_the_button_that_mends_it(desks: Desks) -> None:
    page = desks.sit_down("ana")
    fresh = page.context.new_page()
    fresh.goto(f"{desks.address}/")

    expect(fresh.get_by_text("Your browser keeps this page silent")).to_be_visible()
    assert complaints(fresh) == []
    picture(fresh, "queue-silent")
    fresh.get_by_role("button", name="Let it ring").click()

    expect(fresh.locator("html")).to_have_attribute("data-rang", "1")
    expect(fresh.locator("[data-blocked]")).to_be_hidden()


def test_a_ring_is_heard_and_said_on_the_card_too(desks: Desks) -> None:
    first = desks.verified_call("204118")
    page = desks.sit_down("ana")
    number = str(page.locator("[data-row]").get_attribute("data-row"))
    page.goto(f"{desks.address}/case/{number}")
    strike(page, "c")
    page.keyboard.type(digits_of(first))
    enter(page)
    expect(page.locator("[data-ringing-words]")).to_be_hidden()

    second = desks.verified_call("204117", rings=True)
    second.press(second.named_key())

    expect(page.get_by_text("Another call:")).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_title(re.compile(r"^1 ringing · Case"))
    expect(page.locator("html")).to_have_attribute("data-rang", re.compile("[1-9]"), timeout=PATIENCE_MS)
    assert complaints(page) == []
    picture(page, "card-another-rings")


def test_more_than_two_hundred_hostile_notes_do_nothing_in_a_browser(desks: Desks) -> None:
    digits_of(desks.verified_call("204118"))
    page = desks.sit_down("ana")
    number = str(page.locator("[data-row]").get_attribute("data-row"))
    assert desks.line.desk is not None
    pen = Writing(desk=desks.line.desk, dispositions=desks.line.tree.dispositions)
    for index, text in enumerate(HOSTILE):
        pen.note(CaseNumber(number), "ana", note=f"f{index:031x}", text=text, at=desks.line.clock.now())
    dialogs: list[str] = []
    told: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.on("console", lambda message: told.append(message.text))

    page.goto(f"{desks.address}/case/{number}")

    expect(page.locator(".notes li")).to_have_count(len(HOSTILE))
    expect(page.locator("html")).to_have_attribute("data-hears", "keys")
    assert page.locator(".notes p").last.inner_text() == " ".join(HOSTILE[-1].split())
    # A page that nobody has touched may not sound yet, which the browser notes and the page says.
    assert (dialogs, [text for text in told if "AudioContext" not in text]) == ([], [])


def test_keys_can_be_turned_off(desks: Desks) -> None:
    page = desks.sit_down("ana")
    tab_to(page, ".sound [data-keys]")
    page.keyboard.press("Enter")
    strike(page, "/")

    expect(page.get_by_text("Keys: off").first).to_be_focused()


def test_without_scripts_the_forms_work(desks: Desks) -> None:
    handset = desks.verified_call("204118")
    page = desks.sit_down("ana", scripts=False)
    page.get_by_role("link", name="9").first.click()
    page.get_by_label("Three digits").fill(digits_of(handset))
    page.get_by_role("button", name="Claim the case").click()
    expect(page.get_by_text("The case is yours.")).to_be_visible()
    page.get_by_role("textbox", name="Note").fill("kept")
    page.get_by_role("button", name="Save the note").click()

    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert PASSWORD not in page.content()


def test_a_claim_is_taken_back_by_its_key_and_not_offered_for_longer(desks: Desks) -> None:
    handset = desks.verified_call("204118")
    page = desks.sit_down("ana")
    number = str(page.locator("[data-row]").get_attribute("data-row"))
    page.goto(f"{desks.address}/case/{number}")
    strike(page, "c")
    page.keyboard.type(digits_of(handset))
    enter(page)
    expect(page.get_by_role("button", name="Undo: give the case back")).to_be_visible()
    assert complaints(page) == []
    picture(page, "card-undo")

    with page.expect_navigation():
        strike(page, "u")

    expect(page.get_by_text("Taken back: the case is as it was before.")).to_be_visible()
    expect(page.locator(".undo")).to_have_count(0)


def test_the_keys_are_listed_by_a_key_and_none_of_them_fires_in_the_field_of_the_day(desks: Desks) -> None:
    handset = desks.verified_call("204118")
    page = desks.sit_down("ana")
    number = str(page.locator("[data-row]").get_attribute("data-row"))
    page.goto(f"{desks.address}/case/{number}")
    strike(page, "c")
    page.keyboard.type(digits_of(handset))
    enter(page)
    press(page, "spoke")
    strike(page, "?")
    expect(page.locator("details.keys")).to_have_attribute("open", "")
    expect(page.locator("details.keys").get_by_text("Goes on later")).to_be_visible()

    page.locator("#follow-up").focus()
    page.keyboard.type("12012026")
    enter(page)
    expect(page.get_by_text("choose how it went, by its button or its key")).to_be_visible()
    expect(page.locator("#follow-up")).to_have_value("2026-12-01")
    assert complaints(page) == []
    picture(page, "card-wrap-up")
    page.locator("#main").focus()
    with page.expect_navigation():
        page.keyboard.press("2")

    expect(page.get_by_text("to be looked at again on 01 Dec 2026")).to_be_visible()
    page.goto(f"{desks.address}/")
    expect(page.get_by_role("heading", name="To be looked at again")).to_be_visible()
    assert complaints(page) == []
    picture(page, "queue-follow-up")
