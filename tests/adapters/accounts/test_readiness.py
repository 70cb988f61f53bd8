from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.adapters.accounts.readiness import NOTHING, Readiness, readiness
from ivr.domain.recovery.enrollment import Enrolment, Pin, PinWay
from ivr.domain.recovery.policy import Offered, Policy
from ivr.services.case_ports import Account, Contact, ContactKind
from tests.adapters.accounts.filing import on

NOW = on(2026, 11, 24)
WEEK_S = 7 * 24 * 3600


def contact(kind: ContactKind, *, age: timedelta = timedelta(days=60)) -> Contact:
    return Contact(
        id=kind,
        kind=kind,
        added_at=NOW - age,
        can_text=kind == "phone",
        has_consented=kind == "phone",
        prefix="+1415" if kind == "phone" else "",
    )


def account(*contacts: Contact, is_closed: bool = False) -> Account:
    return Account(id="a", language="en", subaccounts="no", is_closed=is_closed, contacts=contacts, tam=None)


def judged(
    found: Account,
    enrolled: Enrolment = NOTHING,
    offered: tuple[Offered, ...] = ("phone", "mailbox"),
    age_s: int = WEEK_S,
) -> Readiness:
    return readiness(found, enrolled, Policy(factors=offered, contact_age_s=age_s), at=NOW)


def issued(way: PinWay, rests_on: str | None = None) -> Enrolment:
    return Enrolment(pin=Pin(hashed="h", way=way, issued_at=NOW, rests_on=rests_on))


def test_a_phone_and_a_mailbox_let_an_administrator_in() -> None:
    found = judged(account(contact("phone"), contact("mailbox")))

    assert found == Readiness(ways=("text", "call", "mail"), lacks=())
    assert found.is_ready


@pytest.mark.parametrize("changed", [{"can_text": False}, {"has_consented": False}])
def test_a_phone_that_gets_no_texts_is_called(changed: dict[str, bool]) -> None:
    phone = replace(contact("phone"), **changed)  # type: ignore[arg-type]  # as listed above

    assert judged(account(phone, contact("mailbox"))).ways == ("call", "mail")


@pytest.mark.parametrize(("kind", "other"), [("phone", "mailbox"), ("mailbox", "phone")])
def test_one_contact_alone_is_not_enough(kind: ContactKind, other: ContactKind) -> None:
    found = judged(account(contact(kind)))

    assert found.lacks == (f"no {other} is on file",)
    assert not found.is_ready


def test_a_contact_counts_from_the_second_at_which_it_is_old_enough() -> None:
    week = timedelta(seconds=WEEK_S)
    almost = contact("phone", age=week - timedelta(seconds=1))

    assert judged(account(almost, contact("mailbox"))).lacks == (
        "the phone is too new, and counts from 2026-11-24 00:00 UTC",
    )
    assert judged(account(contact("phone", age=week), contact("mailbox", age=week))).is_ready


def test_a_closed_account_lets_nobody_in() -> None:
    found = judged(account(contact("phone"), contact("mailbox"), is_closed=True))

    assert found.lacks == ("the account is closed",)


ALL: tuple[Offered, ...] = ("phone", "mailbox", "app", "saved_codes", "pin")


def test_what_was_enrolled_lets_an_administrator_in_beside_one_contact() -> None:
    with_app = judged(account(contact("mailbox")), Enrolment(has_app=True), ALL)
    with_codes = judged(account(contact("phone")), Enrolment(saved_codes=3), ALL)

    assert with_app == Readiness(ways=("mail", "app"), lacks=())
    assert with_codes == Readiness(ways=("text", "call", "saved codes (3 left)"), lacks=())


def test_an_app_and_saved_codes_need_no_contact_at_all() -> None:
    assert judged(account(), Enrolment(has_app=True, saved_codes=1), ALL).is_ready


def test_what_callers_are_not_offered_counts_for_nothing() -> None:
    enrolled = replace(issued("letter"), has_app=True, saved_codes=8)

    assert judged(account(contact("phone")), enrolled).lacks == ("no mailbox is on file",)


def test_what_is_offered_and_was_never_enrolled_is_told_where_it_is_needed() -> None:
    assert judged(account(contact("phone")), NOTHING, ALL).lacks == (
        "no mailbox is on file",
        "no app is enrolled",
        "no saved code is left",
        "no PIN was issued",
    )
    assert judged(account(contact("phone"), contact("mailbox")), NOTHING, ALL).lacks == ()


@pytest.mark.parametrize(
    ("enrolled", "kind", "is_ready"),
    [
        (issued("letter"), "mailbox", True),
        (issued("mail", rests_on="mailbox"), "mailbox", False),
        (issued("mail", rests_on="mailbox"), "phone", True),
    ],
)
def test_a_pin_counts_beside_any_contact_but_the_mailbox_that_brought_it(
    enrolled: Enrolment, kind: ContactKind, *, is_ready: bool
) -> None:
    assert judged(account(contact(kind)), enrolled, ALL).is_ready is is_ready


def test_a_pin_alone_is_too_little_and_a_closed_account_has_nothing_enrolled() -> None:
    full = replace(issued("letter"), has_app=True, saved_codes=8)

    assert not judged(account(), issued("letter"), ALL).is_ready
    assert not judged(account(contact("phone"), is_closed=True), full, ALL).is_ready


def test_a_contact_counts_from_the_age_that_the_policy_says() -> None:
    month = account(contact("phone", age=timedelta(days=29)), contact("mailbox"))

    assert judged(month).is_ready
    assert not judged(month, age_s=30 * 24 * 3600).is_ready
