"""An accounts file against the accounts that are here: what it would change, and the change itself."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update

from ivr.adapters.database.cases.case_tables import account as _account
from ivr.adapters.database.cases.case_tables import contact as _contact
from ivr.adapters.database.cases.case_tables import pin as _pin
from ivr.adapters.database.engine import Database, Undone
from ivr.adapters.database.timestamps import us_of
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Subaccounts
from ivr.services.case_ports import ContactKind

Item = TypeVar("Item")

_AT_ONCE: Final = 500
_UNTOLD_SHARE: Final = 20
"""One account in so many may get another contact without anybody saying that this is expected."""
_LOCK: Final = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "LOCK TABLE account, contact IN SHARE ROW EXCLUSIVE MODE",
}

Cells = dict[str, str | int | None]


def random_id() -> str:
    return secrets.token_hex(16)


class ContactOfRow(Protocol):
    """A contact as a file has it. consented_at: since when text messages are welcome.

    is_other: whether it is a mailbox that gets no codes.
    """

    @property
    def kind(self) -> ContactKind: ...
    @property
    def address(self) -> str: ...
    @property
    def added_at(self) -> datetime: ...
    @property
    def can_text(self) -> bool: ...
    @property
    def consented_at(self) -> datetime | None: ...
    @property
    def is_other(self) -> bool: ...


class AccountOfRow(Protocol):
    """An account as a file has it. number: the subscription number; contacts: one of a kind, and others."""

    @property
    def number(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def primary_administrator(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def subaccounts(self) -> Subaccounts: ...
    @property
    def tam_name(self) -> str | None: ...
    @property
    def tam_phone(self) -> E164 | None: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def contacts(self) -> Sequence[ContactOfRow]: ...


class ImportOvertaken(Exception):  # noqa: N818 -- it names what happened to the import
    """Somebody else imported after this import was prepared: prepare it again."""


class ContactsChanged(Exception):  # noqa: N818 -- as above
    """More accounts would lose or change a contact than anybody has said is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """What tells one import's end from another's."""

    count: int
    newest_us: int


@dataclass(slots=True, kw_only=True)
class AccountsImport:
    """What an import will do. contact_changes: how many of the accounts lose or change a contact.

    other_changes: those of them that change in other mailboxes alone, which get no codes.
    unchanged: how many are in the file as they are here. pin_ends: accounts whose PIN, if they have one, was
    issued to people who may have changed.
    """

    at: datetime
    stamp: _Stamp
    fresh: Callable[[], str] = field(repr=False)
    added: list[Cells] = field(default_factory=list, repr=False)
    changed: list[Cells] = field(default_factory=list, repr=False)
    removed: list[str] = field(default_factory=list, repr=False)
    unchanged: int = 0
    contact_changes: int = 0
    other_changes: int = 0
    new_contacts: list[Cells] = field(default_factory=list, repr=False)
    known_contacts: list[Cells] = field(default_factory=list, repr=False)
    gone_contacts: list[str] = field(default_factory=list, repr=False)
    pin_ends: list[str] = field(default_factory=list, repr=False)
    numbers: set[str] = field(default_factory=set, repr=False)

    @property
    def before(self) -> int:
        """Count the accounts that were here."""
        return self.stamp.count

    @property
    def needs_allowance(self) -> bool:
        return self.contact_changes * _UNTOLD_SHARE > self.before

    def compare(self, row: AccountOfRow, stored: RowMapping | None, contacts: Sequence[RowMapping]) -> None:
        """Note what the row changes."""
        self.numbers.add(row.number)
        cells = _cells_of(row)
        if stored is None:
            account = self.fresh()
            self.added.append({**cells, "id": account, "imported_at_us": us_of(self.at)})
            for contact in row.contacts:
                self._add(account, contact)
            return
        if stored["primary_administrator"] != row.primary_administrator:
            self.pin_ends.append(stored["id"])
        writes = self._compare_contacts(stored["id"], row.contacts, contacts)
        if writes or any(stored[name] != value for name, value in cells.items()):
            self.changed.append({**cells, "known": stored["id"], "imported_at_us": us_of(self.at)})
        else:
            self.unchanged += 1

    def _compare_contacts(
        self, account: str, filed: Sequence[ContactOfRow], stored: Sequence[RowMapping]
    ) -> bool:
        known = {(one["kind"], one["address"]): one for one in stored}
        given = {(one.kind, one.address): one for one in filed}
        new, gone = given.keys() - known.keys(), known.keys() - given.keys()
        others = (
            {key for key in known if known[key]["is_other"]},
            {key for key in given if given[key].is_other},
        )
        if new or gone or others[0] != others[1]:
            self.contact_changes += 1
            is_first_kept = known.keys() - others[0] == given.keys() - others[1]
            self.other_changes += is_first_kept
            self.pin_ends += [] if is_first_kept else [account]
        self.gone_contacts += [known[key]["id"] for key in gone]
        for key in new:
            self._add(account, given[key])
        updates = [cells for key in known.keys() & given.keys() if (cells := _news(given[key], known[key]))]
        self.known_contacts += updates
        return bool(new or gone or updates)

    def _add(self, account: str, contact: ContactOfRow) -> None:
        # Only the first file is believed: later ones could make a stranger's telephone look old.
        added_at = contact.added_at if self.before == 0 else max(contact.added_at, self.at)
        self.new_contacts.append(
            {
                "id": self.fresh(),
                "account": account,
                "kind": contact.kind,
                "address": contact.address,
                "added_at_us": us_of(added_at),
                "can_text": int(contact.can_text),
                "consented_at_us": _us_or_none(contact.consented_at),
                "is_other": int(contact.is_other),
            }
        )


class SqlAccounts:
    """Imports. A person waits for them: the database is tried even where it failed a moment ago."""

    def __init__(self, database: Database, *, fresh: Callable[[], str] = random_id) -> None:
        """fresh: gives 32 hexadecimal digits that nobody can foresee."""
        self._database = database
        self._fresh = fresh

    def prepare(self, rows: Iterable[AccountOfRow], *, at: datetime) -> AccountsImport:
        """Compare a file with what is here, and change nothing. Raises StoreUnavailable.

        Rows are read once, a few at a time; what is kept of them are the changes, and every number.
        """
        found = AccountsImport(at=at, stamp=self._database.try_now(_stamp), fresh=self._fresh)
        for some in _portions(rows):
            accounts, contacts = self._database.try_now(partial(_stored, [row.number for row in some]))
            for row in some:
                stored = accounts.get(row.number)
                found.compare(row, stored, contacts.get(stored["id"], ()) if stored else ())
        ids = self._database.try_now(_ids)
        found.removed += [account for number, account in ids if number not in found.numbers]
        found.contact_changes += len(found.removed)
        return found

    def apply(self, prepared: AccountsImport, *, allowed_contact_changes: int = 0) -> None:
        """Do it all, or nothing. Raises ImportOvertaken, ContactsChanged, StoreUnavailable."""
        if prepared.needs_allowance and prepared.contact_changes > allowed_contact_changes:
            raise ContactsChanged(
                f"{prepared.contact_changes} of {prepared.before} accounts lose or change a contact"
            )

        def work(connection: Connection) -> None:
            connection.exec_driver_sql(_LOCK[connection.dialect.name])
            if _stamp(connection) != prepared.stamp:
                raise Undone
            _write(connection, prepared)

        try:
            self._database.try_now(work)
        except Undone:
            raise ImportOvertaken("somebody else imported meanwhile: run it again") from None


def _cells_of(row: AccountOfRow) -> Cells:
    return {
        "number": row.number,
        "company": row.company,
        "primary_administrator": row.primary_administrator,
        "language": row.language,
        "subaccounts": row.subaccounts,
        "tam_name": row.tam_name,
        "tam_phone": row.tam_phone,
        "closed": int(row.is_closed),
    }


def _news(filed: ContactOfRow, stored: RowMapping) -> Cells | None:
    """Give what a file says anew of a contact that is here; never that it is older than it was."""
    now = {
        "added_at_us": max(us_of(filed.added_at), stored["added_at_us"]),
        "can_text": int(filed.can_text),
        "is_other": int(filed.is_other),
        # Who agreed to texts on our own page did so to us: a file that knows of nothing takes nothing back.
        "consented_at_us": _us_or_none(filed.consented_at) or stored["consented_at_us"],
    }
    return (
        None if all(stored[name] == value for name, value in now.items()) else {**now, "known": stored["id"]}
    )


def _us_or_none(at: datetime | None) -> int | None:
    return None if at is None else us_of(at)


def _portions(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, _AT_ONCE)):
        yield some


def _stamp(connection: Connection) -> _Stamp:
    row = connection.execute(select(func.count(), func.max(_account.c.imported_at_us))).one()
    return _Stamp(count=row[0], newest_us=row[1] or 0)


def _ids(connection: Connection) -> list[tuple[str, str]]:
    query = select(_account.c.number, _account.c.id)
    return [(row.number, row.id) for row in connection.execute(query)]


def _stored(
    numbers: Sequence[str], connection: Connection
) -> tuple[dict[str, RowMapping], dict[str, list[RowMapping]]]:
    """Read the accounts of these numbers, and their contacts by the account's id."""
    rows = connection.execute(select(_account).where(_account.c.number.in_(numbers))).mappings()
    accounts = {row["number"]: row for row in rows}
    query = select(_contact).where(_contact.c.account.in_([row["id"] for row in accounts.values()]))
    contacts: dict[str, list[RowMapping]] = {}
    for row in connection.execute(query).mappings():
        contacts.setdefault(row["account"], []).append(row)
    return accounts, contacts


def _write(connection: Connection, prepared: AccountsImport) -> None:
    one_contact = _contact.c.id == bindparam("known")
    one_account = _account.c.id == bindparam("known")
    steps: list[tuple[Any, Sequence[Mapping[str, Any]]]] = [
        (
            delete(_pin).where(_pin.c.account == bindparam("known")),
            _keys([*prepared.removed, *prepared.pin_ends]),
        ),
        (delete(_contact).where(_contact.c.account == bindparam("known")), _keys(prepared.removed)),
        (delete(_account).where(one_account), _keys(prepared.removed)),
        (delete(_contact).where(one_contact), _keys(prepared.gone_contacts)),
        (update(_account).where(one_account), prepared.changed),
        (update(_contact).where(one_contact), prepared.known_contacts),
        (insert(_account), prepared.added),
        (insert(_contact), prepared.new_contacts),
    ]
    for statement, rows in steps:
        for some in _portions(rows):
            connection.execute(statement, some)


def _keys(ids: Iterable[str]) -> list[Mapping[str, str]]:
    return [{"known": known} for known in ids]
