"""What takes a second member of the staff: to vouch, to open an account again, to name another mailbox."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.phone import E164
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.services.staff.member import Member, MemberId
from ivr.simulator.handset import Handset
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
    type_into,
)
from tests.entrypoints.console.staffed import PASSWORD

pytestmark = pytest.mark.e2e

NUMBER = "204117"
SAM = Member(
    id=MemberId("sam"),
    name="Sam Ortiz",
    roles=frozenset({"tam"}),
    lines=frozenset(),
    phone=E164("+14155550190"),
    mail="sam@vendor.example",
)


def manager(desks: Desks) -> Page:
    """Sign the account's manager in, at a browser of the manager's own."""
    desks.console.add(SAM)
    page = desks.browser.new_context(locale="en-US").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.clock.set_fixed_time(desks.line.clock.now())
    desks.pages.append(page)
    page.goto(f"{desks.address}/")
    type_into(page, "name", SAM.id)
    type_into(page, "password", PASSWORD)
    enter(page)
    type_into(page, "code", desks.console.code(SAM))
    enter(page)
    expect(page.get_by_role("heading", name="Requests for you")).to_be_visible()
    return page


def put_through(desks: Desks, *, has_phone: bool, by: str = "0") -> Handset:
    """Be an administrator who reaches a person, after the phone's code or without any. by: the key for it."""
    handset = desks.call()
    handset.dial()
    for key in "112":
        handset.press(key)
    handset.type(NUMBER)
    if has_phone:
        handset.type(handset.code_from("text"))
    handset.type(by)
    return handset


def claimed(page: Page, handset: Handset) -> str:
    """Claim the one case that rings, and give the address of its card."""
    expect(page.locator("[data-row]")).to_have_count(1)
    strike(page, "j")
    page.keyboard.press("Enter")
    strike(page, "c")
    page.keyboard.type(digits_of(handset))
    enter(page)
    expect(page.get_by_text("The case is yours.")).to_be_visible()
    press(page, "spoke")
    return str(page.url.partition("?")[0])


def shown_at(page: Page, address: str, now: datetime) -> None:
    page.clock.set_fixed_time(now)
    page.goto(address)


def vouch(desks: Desks, ana: Page, sam: Page) -> None:
    """Let the agent ask, and the manager say yes."""
    press(ana, "ask-tam")
    expect(ana.get_by_text("Sam Ortiz (sam) was asked by Ana (ana)")).to_be_visible()
    desks.line.clock.advance(60)
    shown_at(sam, f"{desks.address}/asked", desks.line.clock.now())
    expect(sam.get_by_role("heading", name="Northwind Hosting")).to_be_visible()
    tab_to(sam, '[name="answer"]')
    sam.keyboard.press("Space")
    type_into(sam, "reason", "I called Ann at the desk number that I have had for years.")
    type_into(sam, "code", desks.console.code(SAM))
    assert complaints(sam) == []
    picture(sam, "asked")
    enter(sam)
    expect(sam.get_by_text("Your answer is kept.")).to_be_visible()


def test_a_manager_who_knows_the_caller_makes_two_factors_of_one_while_the_call_lasts(desks: Desks) -> None:
    sam, ana = manager(desks), desks.sit_down("ana")
    assert complaints(sam) == []
    card = claimed(ana, put_through(desks, has_phone=True))
    expect(ana.locator(".banner.unverified")).to_be_visible()

    vouch(desks, ana, sam)

    shown_at(ana, card, desks.line.clock.now())
    expect(ana.locator(".banner.verified")).to_be_visible()
    expect(ana.locator(".proofs")).to_contain_text("Vouched for by the account manager")
    expect(ana.locator(".notes")).to_contain_text("I called Ann at the desk number")
    assert complaints(ana) == []
    picture(ana, "card-vouched")


def test_a_colleague_opens_an_account_that_the_holder_of_the_case_asks_for(desks: Desks) -> None:
    assert desks.line.cases is not None
    cases, account = desks.line.cases.room.cases, desks.line.cases.room.directory.find(NUMBER)
    assert account is not None
    cases.act(lambda tx: tx.keep_moments(IN_A_ROW, account.id, tuple(range(20))))
    ana, ben = desks.sit_down("ana"), desks.sit_down("ben")
    card = claimed(ana, put_through(desks, has_phone=False))
    expect(ana.locator(".step")).to_contain_text("Ask for the account to be opened again")
    assert complaints(ana) == []

    type_into(ana, "reason", "The front desk called: a new hire had tried.")
    picture(ana, "card-shut")
    press(ana, "ask-unlock")
    expect(ana.get_by_text("Asked. A colleague looks at this case")).to_be_visible()
    expect(ana.locator("#why-unlock")).to_contain_text("Ana (ana) asked for it")
    shown_at(ben, card, desks.line.clock.now())
    expect(ben.locator(".notes")).to_contain_text("a new hire had tried")
    assert complaints(ben) == []
    press(ben, "unlock")

    expect(ben.get_by_text("The account is open again.")).to_be_visible()
    picture(ben, "card-opened")
    assert cases.act(lambda tx: tx.shown_moments(IN_A_ROW, account.id)) == ()


def test_a_mailbox_on_file_is_named_by_the_holder_and_confirmed_by_a_colleague(desks: Desks) -> None:
    assert desks.line.cases is not None
    account = desks.line.cases.room.directory.find(NUMBER)
    assert account is not None
    row = {"id": "e" * 32, "account": account.id, "kind": "mailbox", "address": "lee@northwind.example"}
    with desks.line.cases.database.engine.begin() as connection:
        added = {"added_at_us": us_of(desks.line.clock.now()), "can_text": 0}
        connection.execute(insert(case_tables.contact).values(**row, **added))
    sam, ana, ben = manager(desks), desks.sit_down("ana"), desks.sit_down("ben")
    card = claimed(ana, put_through(desks, has_phone=True, by="5"))
    expect(ana.locator("#why-name-mailbox")).to_contain_text("The account manager has not said yes")
    vouch(desks, ana, sam)

    shown_at(ana, card, desks.line.clock.now())
    tab_to(ana, '[name="contact"]')
    ana.keyboard.press("ArrowDown")
    assert complaints(ana) == []
    picture(ana, "card-without-mailbox")
    press(ana, "name-mailbox")
    expect(ana.get_by_text("The mailbox is named.")).to_be_visible()
    shown_at(ben, card, desks.line.clock.now())
    expect(ben.get_by_text("Ana (ana) named l•••@•••.example")).to_be_visible()
    assert complaints(ben) == []
    press(ben, "confirm-mailbox")

    expect(ben.get_by_text("The mailbox counts from now on")).to_be_visible()
    picture(ben, "card-other-mailbox")
