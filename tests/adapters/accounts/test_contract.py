"""What `case_ports.Directory` promises, of the database and of an account service alike."""

from datetime import timedelta

import pytest

from ivr.adapters.database.engine import Database
from ivr.domain.phone import E164
from ivr.services.case_ports import Account, Addressee, Contact, ContactKind, Directory, DirectoryUnavailable
from tests.adapters.accounts.filing import on

NOBODY = "0" * 32


def found(directory: Directory, typed: str) -> Account:
    account = directory.find(typed)
    assert account is not None
    return account


def contact(account: Account, kind: str) -> Contact:
    return next(one for one in account.contacts if one.kind == kind)


def test_an_account_is_found_by_its_subscription_number(directory: Directory) -> None:
    account = found(directory, "204117")

    phone, mailbox = contact(account, "phone"), contact(account, "mailbox")
    assert account == Account(
        id=account.id,
        language="en",
        subaccounts="no",
        is_closed=False,
        contacts=(phone, mailbox),
        tam=E164("+14155550190"),
    )
    assert phone == Contact(
        id=phone.id,
        kind="phone",
        added_at=on(2025, 3, 1),
        can_text=True,
        has_consented=True,
        prefix="+1415",
    )
    assert mailbox == Contact(
        id=mailbox.id,
        kind="mailbox",
        added_at=on(2025, 4, 1),
        can_text=False,
        has_consented=False,
        prefix="",
    )


def test_ids_tell_nothing_of_the_account(directory: Directory) -> None:
    account = found(directory, "204117")

    ids = {account.id, *(one.id for one in account.contacts)}
    assert len(ids) == 3
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)


@pytest.mark.parametrize("typed", ["+14155550123", "14155550123", "01114155550123", "0014155550123"])
def test_an_account_is_found_by_the_number_on_file(directory: Directory, typed: str) -> None:
    assert directory.find(typed) == directory.find("204117")


@pytest.mark.parametrize("typed", ["+491711234567", "491711234567", "01711234567", "1711234567"])
def test_a_number_on_file_may_be_typed_as_it_is_dialled_at_home(directory: Directory, typed: str) -> None:
    assert directory.find(typed) == directory.find("204118")


def test_a_subscription_number_decides_before_a_telephone_number(directory: Directory) -> None:
    assert contact(found(directory, "4155550123"), "phone").prefix == "+4930"


def test_several_accounts_on_one_number_are_told_apart_by_the_subscription_number(
    directory: Directory,
) -> None:
    assert directory.find("+14155550177") is None
    assert directory.find("4155550177") is None
    assert found(directory, "204119").id != found(directory, "204120").id


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "204",
        "999999",
        "+",
        "+1",
        "+14155559999",
        "+266696687",
        "20411%",
        "204117 ",
        "²04117",
        "9" * 5000,
    ],
)
def test_what_matches_nothing_finds_nobody(directory: Directory, typed: str) -> None:
    assert directory.find(typed) is None


def test_an_account_without_a_contact_is_found(directory: Directory) -> None:
    assert found(directory, "204122").contacts == ()


def test_a_closed_account_is_found_and_says_so(directory: Directory) -> None:
    account = found(directory, "204118")

    assert (account.is_closed, account.subaccounts, account.tam) == (True, "yes", None)
    assert not contact(account, "phone").has_consented


def test_a_landline_gets_no_texts(directory: Directory) -> None:
    assert not contact(found(directory, "4155550123"), "phone").can_text


def test_an_account_is_given_by_its_id(directory: Directory) -> None:
    account = found(directory, "204117")

    assert directory.account(account.id) == account
    assert directory.account(NOBODY) is None
    assert directory.account("204117") is None


def test_the_address_is_given_by_the_contacts_id_with_what_an_agent_types_into_the_product(
    directory: Directory,
) -> None:
    account = found(directory, "204117")

    addresses: list[tuple[ContactKind, str]] = [
        ("phone", "+14155550123"),
        ("mailbox", "ann@northwind.example"),
    ]
    told = [directory.addressee(one.id) for one in account.contacts]

    assert told == [
        Addressee(
            kind=kind,
            address=address,
            company="Northwind Hosting",
            number="204117",
            administrator="Ann Lee",
        )
        for kind, address in addresses
    ]
    assert directory.addressee(NOBODY) is None
    assert directory.addressee(account.id) is None


def test_the_contact_that_is_longest_on_file_is_the_one(directory: Directory) -> None:
    account = found(directory, "204117")

    assert account.contact("phone") == contact(account, "phone")
    assert contact(account, "phone").added_at < on(2026, 11, 24) - timedelta(days=7)


def test_a_directory_that_cannot_be_asked_says_so(directory: Directory, database: Database) -> None:
    account = found(directory, "204117")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE contact")

    for ask in (
        lambda: directory.find("204117"),
        lambda: directory.account(account.id),
        lambda: directory.addressee(account.contacts[0].id),
    ):
        with pytest.raises(DirectoryUnavailable):
            ask()


def test_of_several_mailboxes_the_first_gets_codes_and_the_others_say_that_they_are_others(
    directory: Directory,
) -> None:
    account = found(directory, "204123")

    mailboxes = [one for one in account.contacts if one.kind == "mailbox"]
    assert sorted(one.is_other for one in mailboxes) == [False, True, True]
    (counts,) = (one for one in mailboxes if not one.is_other)
    assert account.contact("mailbox") == counts
    assert [directory.addressee(one.id) is not None for one in mailboxes] == [True] * 3
