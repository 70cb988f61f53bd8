"""The three journeys of the FAQ from ringing to wrap-up: a caller at the handset, an agent at a keyboard."""

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.entrypoints.console.e2e.desk import (
    Desks,
    complaints,
    digits_of,
    enter,
    picture,
    press,
    strike,
    tab_to,
    type_into,
)

pytestmark = pytest.mark.e2e

LINE_ZONE = ZoneInfo("America/Los_Angeles")


def open_first(page: Page, desks: Desks) -> str:
    """Go to the first case of the queue by its keys, and give its number."""
    expect(page.locator("[data-row]")).to_have_count(1)
    strike(page, "j")
    number = str(page.evaluate("document.activeElement.dataset.row"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Case {number}")).to_be_visible()
    page.clock.set_fixed_time(desks.line.clock.now())
    return number


def local(desks: Desks) -> str:
    """Give the time as the pages show it, and as their fields take it unless another zone is chosen."""
    return f"{desks.line.clock.now().astimezone(LINE_ZONE):%Y-%m-%d %H:%M:%S}"


def claim(page: Page, digits: str) -> None:
    strike(page, "c")
    page.keyboard.type(digits)
    enter(page)
    expect(page.get_by_text("The case is yours.")).to_be_visible()


def record(page: Page, fate: str, at: str, reference: str = "") -> None:
    """Say what became of an act in the product's own tool."""
    tab_to(page, '[name="outcome"]')
    page.keyboard.press("Space")
    if fate == "failed":
        page.keyboard.press("ArrowDown")
    type_into(page, "at", at)
    if reference:
        type_into(page, "reference", reference)
    enter(page)


def test_without_a_subaccount_the_password_is_changed_once_every_gate_is_met(desks: Desks) -> None:
    page = desks.sit_down("ana")
    expect(page.get_by_text("No case waits.")).to_be_visible()
    assert complaints(page) == []
    picture(page, "queue-empty")

    handset = desks.verified_call("204117", rings=True)
    handset.press(handset.named_key())
    expect(page.get_by_text("Ringing")).to_be_visible()
    expect(page).to_have_title("1 ringing, 1 waiting · Queue · Heronscan")
    assert complaints(page) == []
    picture(page, "queue-ringing")
    handset.take()

    number = open_first(page, desks)
    expect(page.locator(".banner.verified")).to_be_visible()
    picture(page, "card-unclaimed")
    claim(page, digits_of(handset))
    press(page, "spoke")
    assert complaints(page) == []
    picture(page, "card-locked")
    locked = page.locator('form[action$="/change"] button')
    expect(locked).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-change")).to_contain_text("Nobody has seen in the product")
    tab_to(page, 'form[action$="/change"] button')
    page.keyboard.press("Enter")
    expect(locked).to_be_focused()

    desks.line.settle()
    type_into(page, "count", "0")
    enter(page)
    press(page, "change")
    expect(page.get_by_text("The full change is allowed, once.")).to_be_visible()
    assert complaints(page) == []
    picture(page, "card-changed")
    record(page, "failed", local(desks))
    expect(page.get_by_text("The change failed in the product")).to_be_visible()
    picture(page, "card-change-failed")
    record(page, "done", local(desks), "T-4711")
    expect(page.locator(".permit")).to_have_count(0)
    strike(page, "n")
    page.keyboard.type("1 caller, content; q")
    expect(page.locator("[data-saved]")).to_have_text("Saved.")
    page.keyboard.press("Shift+Tab")
    with page.expect_navigation():
        strike(page, "1")

    expect(page.get_by_text("Recorded: how it went.")).to_be_visible()
    expect(page.get_by_text("1 caller, content; q")).to_be_visible()
    assert complaints(page) == []
    picture(page, "card-closed")
    assert desks.line.desk is not None
    case = desks.line.desk.card(number, at=desks.line.clock.now())  # type: ignore[arg-type]  # a number read off the page
    assert case.state == "CLOSED"


def test_with_a_subaccount_the_password_is_reset_and_released_after_its_login(desks: Desks) -> None:
    ana, ben = desks.sit_down("ana"), desks.sit_down("ben")
    handset = desks.verified_call("204118")

    number = open_first(ana, desks)
    claim(ana, digits_of(handset))
    press(ana, "spoke")
    type_into(ana, "count", "1")
    enter(ana)
    press(ana, "reset")
    desks.line.clock.advance(60)
    picture(ana, "card-reset-asked")
    record(ana, "done", local(desks), "T-17")
    expect(ana.locator("#why-release")).to_contain_text("No subaccount has logged in since the reset")
    assert complaints(ana) == []
    picture(ana, "card-waiting")

    strike(ana, "q")
    expect(ana.locator(".waits li")).to_have_count(1)
    assert complaints(ana) == []
    picture(ana, "queue-waiting")
    desks.line.clock.advance(60)
    open_first(ben, desks)
    type_into(ben, "name", "kim@northwind.example")
    type_into(ben, "at", local(desks))
    type_into(ben, "where", "login history")
    enter(ben)
    expect(ben.get_by_text("Recorded: the login.")).to_be_visible()

    expect(ana.locator(".waits li.green")).to_be_visible()
    expect(ana.locator("html")).to_have_attribute("data-rang", "1")
    assert complaints(ana) == []
    picture(ana, "queue-green")
    open_first(ana, desks)
    expect(ana.locator("#why-release")).to_have_count(0)
    press(ana, "release")
    picture(ana, "card-released")
    record(ana, "done", local(desks), "T-18")
    with ana.expect_navigation():
        strike(ana, "1")
    expect(ana.get_by_text("Recorded: how it went.")).to_be_visible()
    assert desks.line.desk is not None
    card = desks.line.desk.card(number, at=desks.line.clock.now())  # type: ignore[arg-type]  # read off the page
    assert card.state == "CLOSED"


def test_who_is_not_the_primary_administrator_gets_words_and_nothing_changes(desks: Desks) -> None:
    page = desks.sit_down("ana")
    handset = desks.call()
    handset.dial()
    for key in "112":
        handset.press(key)
    handset.type("204118")
    handset.type("0")

    open_first(page, desks)
    expect(page.locator(".banner.unverified")).to_be_visible()
    assert page.locator('form.move button:not([aria-disabled="true"])').all_inner_texts() == [
        "Claim the case",
        "Refuse the case",
    ]
    picture(page, "card-unverified")
    assert complaints(page) == []
    tab_to(page, "select[name=why]")
    page.keyboard.type("Not the")
    press(page, "refuse")
    strike(page, "3")

    expect(page.get_by_text("Recorded: how it went.")).to_be_visible()
    expect(page.get_by_text("Sent to the Primary administrator, says Ana (ana)")).to_be_visible()
    strike(page, "q")
    expect(page.get_by_text("No case waits.")).to_be_visible()
