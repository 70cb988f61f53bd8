from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.case_ports import Account, Contact, ContactKind
from ivr.directory.readiness import Readiness, readiness
from tests.directory.filing import on

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


def judged(found: Account) -> Readiness:
    return readiness(found, at=NOW, contact_age_s=WEEK_S)


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
