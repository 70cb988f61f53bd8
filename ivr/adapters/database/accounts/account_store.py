"""The company's accounts in the database: found by what a caller typed, and listed for operators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Final, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, or_, select

from ivr.adapters.database.cases.case_tables import account as _account
from ivr.adapters.database.cases.case_tables import contact as _contact
from ivr.adapters.database.engine import Database, Work
from ivr.adapters.database.timestamps import at_of
from ivr.domain.phone import readings
from ivr.services.case_ports import Account, Addressee, Contact, DirectoryUnavailable
from ivr.services.ports import StoreUnavailable

Result = TypeVar("Result")

_PREFIX: Final = 5
_IS_NUMBERED: Final = _account.c.number == bindparam("typed")
_FOUND: Final = (
    select(_account, _IS_NUMBERED.label("is_numbered"))
    .where(
        or_(
            _IS_NUMBERED,
            _account.c.id.in_(
                select(_contact.c.account).where(
                    _contact.c.kind == "phone",
                    _contact.c.address.in_(bindparam("readings", expanding=True)),
                )
            ),
        )
    )
    .order_by(_IS_NUMBERED.desc())
    .limit(2)
)
_ACCOUNT: Final = select(_account).where(_account.c.id == bindparam("id"))
_CONTACTS: Final = select(_contact).where(_contact.c.account == bindparam("account"))
_ADDRESSEE: Final = (
    select(
        *(_contact.c.kind, _contact.c.address, _account.c.company, _account.c.number),
        _account.c.primary_administrator.label("administrator"),
    )
    .join(_account, _account.c.id == _contact.c.account)
    .where(_contact.c.id == bindparam("contact"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """addresses: by the id of their contact."""

    number: str
    company: str
    account: Account
    addresses: Mapping[str, str] = field(repr=False)


class SqlDirectory:
    """What `case_ports.Directory` promises.

    countries: ISO codes of those whose numbers callers may type as they dial them at home.
    """

    def __init__(self, database: Database, *, countries: frozenset[str]) -> None:
        self._database = database
        self._countries = countries

    def find(self, typed: str) -> Account | None:
        # Two statements whether anything matches or not: their number would tell who has an account.
        return self._run(partial(_find, typed, readings(typed, self._countries)))

    def account(self, account: str) -> Account | None:
        return self._run(partial(_by_id, account))

    def addressee(self, contact: str) -> Addressee | None:
        return self._run(partial(_addressee, contact))

    def _run(self, work: Work[Result]) -> Result:
        try:
            return self._database.run(work)
        except StoreUnavailable as fault:
            raise DirectoryUnavailable("the accounts cannot be read now") from fault


def _find(typed: str, readings: Sequence[str], connection: Connection) -> Account | None:
    rows = connection.execute(_FOUND, {"typed": typed, "readings": readings}).mappings().all()
    is_decided = len(rows) == 1 or (bool(rows) and bool(rows[0]["is_numbered"]))
    return _with_contacts(connection, rows[0] if is_decided else None)


def _by_id(account: str, connection: Connection) -> Account | None:
    return _with_contacts(connection, connection.execute(_ACCOUNT, {"id": account}).mappings().first())


def _with_contacts(connection: Connection, row: RowMapping | None) -> Account | None:
    whose = {"account": "" if row is None else row["id"]}
    contacts = connection.execute(_CONTACTS, whose).mappings().all()
    return None if row is None else _account_of(row, contacts)


def _addressee(contact: str, connection: Connection) -> Addressee | None:
    row = connection.execute(_ADDRESSEE, {"contact": contact}).mappings().first()
    return None if row is None else Addressee(**row)


def _account_of(row: RowMapping, contacts: Iterable[RowMapping]) -> Account:
    return Account(
        id=row["id"],
        language=row["language"],
        subaccounts=row["subaccounts"],
        is_closed=bool(row["closed"]),
        contacts=tuple(sorted(map(_contact_of, contacts), key=lambda one: (one.added_at, one.id))),
        tam=row["tam_phone"],
    )


def _contact_of(row: RowMapping) -> Contact:
    return Contact(
        id=row["id"],
        kind=row["kind"],
        added_at=at_of(row["added_at_us"]),
        can_text=bool(row["can_text"]),
        has_consented=row["consented_at_us"] is not None,
        prefix=row["address"][:_PREFIX] if row["kind"] == "phone" else "",
        is_other=bool(row["is_other"]),
    )


def listed_accounts(database: Database) -> tuple[ListedAccount, ...]:
    """List every account, by its subscription number. Raises StoreUnavailable."""
    # A person waits here, and may have just repaired it: tried even where it failed a moment ago.
    return database.try_now(_listed)


def _listed(connection: Connection) -> tuple[ListedAccount, ...]:
    query = select(_contact).order_by(_contact.c.account)
    by_account = {
        account: list(rows)
        for account, rows in groupby(connection.execute(query).mappings(), lambda row: row["account"])
    }
    accounts = connection.execute(select(_account).order_by(_account.c.number)).mappings()
    return tuple(
        ListedAccount(
            number=row["number"],
            company=row["company"],
            account=_account_of(row, by_account.get(row["id"], ())),
            addresses={one["id"]: one["address"] for one in by_account.get(row["id"], ())},
        )
        for row in accounts
    )
