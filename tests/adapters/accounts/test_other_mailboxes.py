"""Other mailboxes of an account: each one plain address with its day, and none of them gets a code."""

from dataclasses import replace
from datetime import datetime

import pytest

from ivr.adapters.accounts.imported_account import FiledContact
from tests.adapters.accounts.filing import file_of, line_of_cells, on, read, told
from tests.adapters.accounts.filing import place_of as place

SINCE = " 2025-05-01"


def other(address: str, added_at: datetime) -> FiledContact:
    return FiledContact(
        kind="mailbox",
        address=address,
        added_at=added_at,
        can_text=False,
        consented_at=None,
        is_other=True,
    )


def test_other_mailboxes_are_read_in_their_order_after_the_one_that_gets_codes() -> None:
    cell = "Lee@Northwind.example 2025-05-01 ;it@northwind.example  2025-06-01"

    ((account,), findings) = read(file_of(line_of_cells(other_mailboxes=cell)))
    ((plain,), _) = read(file_of(line_of_cells()))

    assert findings == []
    assert account == replace(
        plain,
        contacts=(
            *plain.contacts,
            other("Lee@northwind.example", on(2025, 5, 1)),
            other("it@northwind.example", on(2025, 6, 1)),
        ),
    )
    assert [contact.is_other for contact in plain.contacts] == [False, False]


WRONG = {
    "a comma between": (
        "lee@n.example 2025-05-01, it@n.example 2025-05-01",
        'entry 1 that is "2025-05-01, it@n.example 2025-05-01", which is no date',
    ),
    "two addresses in one": ("lee@n.example,it@n.example" + SINCE, "cannot be used: it is more than one"),
    "two at signs": ("lee@n.example@m.example" + SINCE, "cannot be used: it is more than one address"),
    "a name beside it": ('"Lee" <lee@n.example>' + SINCE, "cannot be used: it has a name or a quotation"),
    "an international domain": ("lee@n\u00f6rd.example" + SINCE, "cannot be used: it has the character"),
    "an encoded domain": ("lee@xn--nrd-sna.example" + SINCE, "cannot be used: its domain is written as xn--"),
    "no date": ("lee@n.example", "entry 1 that has no date"),
    "no address": ("2025-05-01", "entry 1 that cannot be used"),
    "another's date": ("lee@n.example 01.05.2025", "which is no date"),
    "a day to come": ("lee@n.example 2027-01-01", "a day that is still to come"),
    "a semicolon at the end": ("lee@n.example 2025-05-01;", "entry 2 that cannot be used"),
    "the second one": ("lee@n.example 2025-05-01; it 2025-05-01", "entry 2 that cannot be used"),
    "one twice": ("lee@n.example 2025-05-01; LEE@n.example 2025-05-02", "entry 2 that is given twice"),
    "the one that gets codes": ("ANN@northwind.example 2025-05-01", "entry 1 that is given twice"),
    "six of them": ("; ".join(f"a{n}@n.example 2025-05-01" for n in range(6)), "has 6 entries"),
}


@pytest.mark.parametrize(("cell", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_plain_address_with_a_day_is_named_with_its_place(cell: str, said: str) -> None:
    row = line_of_cells(other_mailboxes=cell)

    (fault,) = told(file_of(row))

    assert fault.startswith(f"{place('other_mailboxes', other_mailboxes=cell)} ")
    assert said in fault
    assert read(file_of(row))[0] == []


def test_there_is_none_beside_no_mailbox() -> None:
    row = line_of_cells(mailbox="", mailbox_added="", other_mailboxes="lee@n.example 2025-05-01")

    (fault,) = told(file_of(row))

    assert "other_mailboxes is given, and mailbox is empty" in fault
