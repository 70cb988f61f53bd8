import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import create_engine, event, select

from ivr.adapters.database.accounts.account_store import SqlDirectory, listed_accounts
from ivr.adapters.database.accounts.accounts_import import (
    AccountsImport,
    ContactsChanged,
    ImportOvertaken,
    SqlAccounts,
)
from ivr.adapters.database.cases.case_tables import account as account_table
from ivr.adapters.database.cases.case_tables import contact as contact_table
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Subaccounts
from ivr.services.case_ports import Account, Addressee, Contact, ContactKind, DirectoryUnavailable
from ivr.services.ports import StoreUnavailable

FIRST = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 18, 0, 0, 123_457, tzinfo=UTC)
FILED = datetime(2025, 3, 1, tzinfo=UTC)
US = frozenset({"US"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledContact:
    kind: ContactKind
    address: str
    added_at: datetime = FILED
    can_text: bool = False
    consented_at: datetime | None = None
    is_other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledAccount:
    number: str
    contacts: tuple[FiledContact, ...]
    company: str = "Northwind Hosting"
    primary_administrator: str = "Ann Lee"
    language: str = "en"
    subaccounts: Subaccounts = "no"
    tam_name: str | None = None
    tam_phone: E164 | None = None
    is_closed: bool = False


def phone(address: str, *, added_at: datetime = FILED) -> FiledContact:
    return FiledContact(kind="phone", address=address, added_at=added_at, can_text=True)


def filed(n: int, *contacts: FiledContact) -> FiledAccount:
    mailbox = FiledContact(kind="mailbox", address=f"ann{n}@northwind.example")
    given = contacts or (phone(f"+1415555{1000 + n}"), mailbox)
    return FiledAccount(number=str(204_000 + n), contacts=given)


HUNDRED = tuple(filed(n) for n in range(100))


def open_database(url: str) -> Database:
    return Database(url, breaker=Breaker(retry_s=3600), durability="survives_power_loss")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def accounts(database: Database) -> SqlAccounts:
    """Give imports into a database that has a hundred accounts already."""
    imported = SqlAccounts(database)
    imported.apply(imported.prepare(HUNDRED, at=FIRST))
    return imported


@pytest.fixture
def directory(database: Database, accounts: SqlAccounts) -> SqlDirectory:
    assert accounts
    return SqlDirectory(database, countries=US)


def found(directory: SqlDirectory, number: str) -> Account:
    account = directory.find(number)
    assert account is not None
    return account


def kept(directory: SqlDirectory, number: str, kind: ContactKind) -> Contact:
    return next(one for one in found(directory, number).contacts if one.kind == kind)


def counts(prepared: AccountsImport) -> tuple[int, int, int, int, int]:
    return (
        len(prepared.added),
        len(prepared.changed),
        len(prepared.removed),
        prepared.unchanged,
        prepared.contact_changes,
    )


def rows(url: str) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        both = [
            {tuple(row) for row in connection.execute(select(table))}
            for table in (account_table, contact_table)
        ]
    engine.dispose()
    return both[0], both[1]


def test_the_first_import_adds_all_and_needs_no_allowance(database: Database) -> None:
    prepared = SqlAccounts(database).prepare(HUNDRED, at=FIRST)

    assert counts(prepared) == (100, 0, 0, 0, 0)
    assert not prepared.needs_allowance


def test_preparing_changes_nothing(accounts: SqlAccounts, url: str) -> None:
    before = rows(url)

    accounts.prepare(HUNDRED[:3], at=LATER)

    assert rows(url) == before


def test_the_same_file_again_changes_nothing(accounts: SqlAccounts, url: str) -> None:
    before = rows(url)

    prepared = accounts.prepare(HUNDRED, at=LATER)
    accounts.apply(prepared)

    assert counts(prepared) == (0, 0, 0, 100, 0)
    assert rows(url) == before


def test_what_a_file_changes_is_counted_by_kind(accounts: SqlAccounts) -> None:
    file = (
        filed(200),  # added
        replace(HUNDRED[0], company="Northwind Cloud"),  # changed
        filed(1, phone("+14155559001"), HUNDRED[1].contacts[1]),  # changed, and a contact with it
        filed(2, HUNDRED[2].contacts[0]),  # its mailbox is gone
        *HUNDRED[3:98],  # two are removed
    )

    assert counts(accounts.prepare(file, at=LATER)) == (1, 3, 2, 95, 4)


@pytest.mark.parametrize(
    "changed",
    [
        {"company": "Other"},
        {"primary_administrator": "Eve Fox"},
        {"language": "de"},
        {"subaccounts": "yes"},
        {"tam_name": "Sam Ortiz"},
        {"tam_phone": E164("+14155550190")},
        {"is_closed": True},
    ],
)
def test_an_account_is_written_as_the_file_has_it(
    accounts: SqlAccounts, directory: SqlDirectory, database: Database, changed: dict[str, object]
) -> None:
    was = found(directory, "204000")

    prepared = accounts.prepare((replace(HUNDRED[0], **changed), *HUNDRED[1:]), at=LATER)  # type: ignore[arg-type]  # as listed above
    accounts.apply(prepared)

    assert counts(prepared) == (0, 1, 0, 99, 0)
    assert found(directory, "204000").id == was.id
    assert found(directory, "204000").contacts == was.contacts
    assert counts(SqlAccounts(database).prepare(HUNDRED, at=LATER)) == (0, 1, 0, 99, 0)


def test_the_first_import_trusts_the_dates_of_its_file(directory: SqlDirectory) -> None:
    assert kept(directory, "204000", "phone").added_at == FILED
    assert kept(directory, "204000", "mailbox").added_at == FILED


@pytest.mark.parametrize("told_at", [FILED, LATER + timedelta(days=1)])
def test_a_contact_of_a_later_import_is_as_old_as_the_later_of_its_date_and_now(
    accounts: SqlAccounts, directory: SqlDirectory, told_at: datetime
) -> None:
    was, mailbox = kept(directory, "204000", "phone"), kept(directory, "204000", "mailbox")
    moved = filed(0, phone("+14155559000", added_at=told_at), HUNDRED[0].contacts[1])

    accounts.apply(accounts.prepare((moved, *HUNDRED[1:], filed(200)), at=LATER))

    new = kept(directory, "204000", "phone")
    assert new.added_at == max(LATER, told_at)
    assert kept(directory, "204200", "phone").added_at == LATER
    assert kept(directory, "204000", "mailbox") == mailbox
    assert new.id != was.id
    assert directory.addressee(was.id) is None


def test_a_later_file_never_makes_a_contact_older(accounts: SqlAccounts, directory: SqlDirectory) -> None:
    was = kept(directory, "204000", "phone")
    earlier = filed(0, phone("+14155551000", added_at=FILED - timedelta(days=900)), HUNDRED[0].contacts[1])

    prepared = accounts.prepare((earlier, *HUNDRED[1:]), at=LATER)
    accounts.apply(prepared)

    assert counts(prepared) == (0, 0, 0, 100, 0)
    assert kept(directory, "204000", "phone") == was


def test_an_account_that_went_and_came_back_has_new_contacts(
    accounts: SqlAccounts, directory: SqlDirectory
) -> None:
    was = found(directory, "204000")
    accounts.apply(accounts.prepare(HUNDRED[1:], at=LATER))
    assert directory.find("204000") is None
    assert directory.find("+14155551000") is None

    accounts.apply(accounts.prepare(HUNDRED, at=LATER))

    assert found(directory, "204000").id != was.id
    assert kept(directory, "204000", "phone").added_at == LATER


def test_consent_to_texts_is_no_change_of_a_contact(accounts: SqlAccounts, directory: SqlDirectory) -> None:
    was = kept(directory, "204000", "phone")
    agreed = replace(HUNDRED[0].contacts[0], consented_at=FILED)

    prepared = accounts.prepare((filed(0, agreed, HUNDRED[0].contacts[1]), *HUNDRED[1:]), at=LATER)
    accounts.apply(prepared)

    assert counts(prepared) == (0, 1, 0, 99, 0)
    assert kept(directory, "204000", "phone") == replace(was, has_consented=True)


def other_phones(many: int) -> tuple[FiledAccount, ...]:
    changed = tuple(filed(n, phone(f"+1415555{9000 + n}"), HUNDRED[n].contacts[1]) for n in range(many))
    return (*changed, *HUNDRED[many:])


def other(address: str) -> FiledContact:
    return FiledContact(kind="mailbox", address=address, added_at=FILED, is_other=True)


def with_others(n: int, *addresses: str) -> FiledAccount:
    mailbox = FiledContact(kind="mailbox", address=f"ann{n}@northwind.example")
    return filed(n, phone(f"+1415555{1000 + n}"), mailbox, *map(other, addresses))


@pytest.mark.parametrize("age", [timedelta(days=-300), timedelta(0), timedelta(days=300)])
def test_another_mailbox_gets_no_code_however_long_it_is_on_file(
    accounts: SqlAccounts, directory: SqlDirectory, age: timedelta
) -> None:
    first = kept(directory, "204001", "mailbox")
    row = with_others(1)
    older = replace(other("lee@northwind.example"), added_at=FILED + age)
    given = replace(row, contacts=(older, *row.contacts))
    accounts.apply(accounts.prepare([given, *HUNDRED[:1], *HUNDRED[2:]], at=LATER))

    account = found(directory, "204001")

    assert account.contact("mailbox") == first
    assert sorted(one.is_other for one in account.contacts) == [False, False, True]


def test_another_mailbox_is_a_contact_that_somebody_must_expect_and_ends_no_pin(
    accounts: SqlAccounts,
) -> None:
    rows = [with_others(n, f"lee{n}@northwind.example") for n in range(6)]

    prepared = accounts.prepare([*rows, *HUNDRED[6:]], at=LATER)

    assert (counts(prepared), prepared.other_changes) == ((0, 6, 0, 94, 6), 6)
    assert prepared.pin_ends == []
    assert prepared.needs_allowance
    with pytest.raises(ContactsChanged):
        accounts.apply(prepared, allowed_contact_changes=5)


def test_another_mailbox_that_becomes_the_one_that_gets_codes_changes_a_contact_and_ends_the_pin(
    accounts: SqlAccounts, directory: SqlDirectory
) -> None:
    accounts.apply(accounts.prepare([with_others(1, "lee@n.example"), *HUNDRED[:1], *HUNDRED[2:]], at=LATER))
    swapped = filed(
        1,
        phone("+14155551001"),
        FiledContact(kind="mailbox", address="lee@n.example"),
        other("ann1@northwind.example"),
    )

    prepared = accounts.prepare([swapped, *HUNDRED[:1], *HUNDRED[2:]], at=LATER + timedelta(days=1))
    accounts.apply(prepared)

    account = found(directory, "204001")
    first = account.contact("mailbox")
    assert (prepared.contact_changes, prepared.other_changes) == (1, 0)
    assert prepared.pin_ends == [account.id]
    assert first is not None
    addressee = directory.addressee(first.id)
    assert addressee is not None
    assert addressee.address == "lee@n.example"


def test_a_file_without_other_mailboxes_takes_them_off(
    accounts: SqlAccounts, directory: SqlDirectory
) -> None:
    rest = [*HUNDRED[:1], *HUNDRED[2:]]
    accounts.apply(accounts.prepare([with_others(1, "lee@n.example"), *rest], at=LATER))

    prepared = accounts.prepare(HUNDRED, at=LATER + timedelta(days=1))
    accounts.apply(prepared)

    assert (prepared.contact_changes, prepared.other_changes, prepared.pin_ends) == (1, 1, [])
    assert [one.is_other for one in found(directory, "204001").contacts] == [False, False]


def test_five_of_a_hundred_accounts_may_get_other_contacts(accounts: SqlAccounts) -> None:
    prepared = accounts.prepare(other_phones(5), at=LATER)

    accounts.apply(prepared)

    assert counts(accounts.prepare(other_phones(5), at=LATER)) == (0, 0, 0, 100, 0)


@pytest.mark.parametrize("file", [other_phones(6), HUNDRED[6:]])
def test_more_contact_changes_need_somebody_who_expects_them(
    accounts: SqlAccounts, url: str, file: tuple[FiledAccount, ...]
) -> None:
    before = rows(url)
    prepared = accounts.prepare(file, at=LATER)

    for allowed in (0, 5):
        with pytest.raises(ContactsChanged, match="6 of 100 accounts lose or change a contact"):
            accounts.apply(prepared, allowed_contact_changes=allowed)
    assert rows(url) == before

    accounts.apply(prepared, allowed_contact_changes=6)

    assert rows(url) != before


def test_an_import_that_another_one_overtook_is_not_done(accounts: SqlAccounts, url: str) -> None:
    prepared = accounts.prepare(HUNDRED[:99], at=LATER)
    accounts.apply(accounts.prepare((*HUNDRED, filed(200)), at=LATER - timedelta(seconds=1)))
    before = rows(url)

    with pytest.raises(ImportOvertaken):
        accounts.apply(prepared)

    assert rows(url) == before


def test_a_number_that_is_given_twice_leaves_all_as_it_was(accounts: SqlAccounts, url: str) -> None:
    before = rows(url)
    prepared = accounts.prepare((*HUNDRED, filed(200), filed(200)), at=LATER)

    with pytest.raises(StoreUnavailable):
        accounts.apply(prepared)

    assert rows(url) == before


def test_a_fault_of_the_file_on_the_way_is_told_as_it_is(accounts: SqlAccounts) -> None:
    def broken() -> Iterator[FiledAccount]:
        yield HUNDRED[0]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        accounts.prepare(broken(), at=LATER)


def swap(url: str, dying_at: int) -> None:
    """Replace the accounts, and die before one of the statements, or before the end of them."""
    database = open_database(url)
    numbers = count(1)
    accounts = SqlAccounts(database)
    prepared = accounts.prepare((*other_phones(50)[:95], filed(200)), at=LATER)

    @event.listens_for(database.engine, "before_cursor_execute")
    @event.listens_for(database.engine, "commit")
    def die(*_: object) -> None:
        if next(numbers) == dying_at:
            os.kill(os.getpid(), signal.SIGKILL)

    accounts.apply(prepared, allowed_contact_changes=100)


def swap_until_one_lives(url: str) -> None:
    """Swap in one process after the other; print after each whether the accounts are old or new."""
    before = rows(url)
    for dying_at in count(1):
        child = os.fork()
        if child == 0:
            swap(url, dying_at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        has_died = os.WIFSIGNALED(status)
        sys.stdout.write(f"{'died' if has_died else 'lived'} {'old' if rows(url) == before else 'new'}\n")
        if not has_died:
            return


def test_an_import_that_is_killed_anywhere_leaves_the_old_accounts(accounts: SqlAccounts, url: str) -> None:
    assert accounts
    here = "tests.adapters.database.test_account_store"
    script = f"from {here} import swap_until_one_lives; swap_until_one_lives({url!r})"

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    *deaths, last = run.stdout.splitlines()
    assert last == "lived new"
    assert set(deaths) == {"died old"}
    # The lock, what the stamp is compared with, seven kinds of statement but updates of contacts, the end.
    assert len(deaths) >= 9


@pytest.mark.parametrize(
    "typed", ["204000", "+14155551000", "4155551000", "999999", "+14155559999", "", "junk", "9" * 300]
)
def test_the_database_is_asked_twice_whoever_is_found(
    directory: SqlDirectory, database: Database, typed: str
) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    directory.find(typed)

    assert len(statements) == 2


def test_a_tam_or_mailbox_is_no_number_on_file(accounts: SqlAccounts, directory: SqlDirectory) -> None:
    with_tam = replace(HUNDRED[0], tam_phone=E164("+14155550190"))
    accounts.apply(accounts.prepare((with_tam, *HUNDRED[1:]), at=LATER))

    assert directory.find("+14155550190") is None
    assert directory.find("ann0@northwind.example") is None
    assert found(directory, "204000").tam == "+14155550190"


def test_accounts_are_listed_by_number_with_their_addresses(
    accounts: SqlAccounts, directory: SqlDirectory, database: Database
) -> None:
    assert accounts
    listed = listed_accounts(database)

    assert [one.number for one in listed] == [one.number for one in HUNDRED]
    first = listed[0]
    assert first.account == found(directory, "204000")
    assert sorted(first.addresses.values()) == ["+14155551000", "ann0@northwind.example"]
    assert {id_: directory.addressee(id_) for id_ in first.addresses} == {
        one.id: Addressee(
            kind=one.kind,
            address=first.addresses[one.id],
            company="Northwind Hosting",
            number="204000",
            administrator=HUNDRED[0].primary_administrator,
        )
        for one in first.account.contacts
    }
    assert "5551000" not in repr(first)


def test_a_database_that_fails_is_a_directory_that_cannot_be_asked(directory: SqlDirectory, url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        contact_table.drop(connection)
    engine.dispose()

    for _ in range(2):
        with pytest.raises(DirectoryUnavailable):
            directory.find("204000")
