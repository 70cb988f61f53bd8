"""The cells of one row, put together to an account."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from ivr.adapters.accounts import csv_cells
from ivr.adapters.accounts.csv_faults import Wrong
from ivr.adapters.accounts.imported_account import FiledAccount, FiledContact
from ivr.adapters.accounts.mail_address import plain_address
from ivr.adapters.accounts.other_mailboxes import other_mailboxes
from ivr.domain.phone import can_text
from ivr.domain.recovery.case import Subaccounts

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """today: no date may be later. countries: ISO codes of those whose numbers may be on file.

    lengths_differ: whether the subscription numbers are known not to have one length.
    """

    today: date
    countries: frozenset[str]
    lengths_differ: bool = False


@dataclass(slots=True, kw_only=True)
class CsvRow:
    """cells: by column, without the blanks around them. wrongs: what was found, with the column."""

    cells: Mapping[str, str]
    rules: Rules
    wrongs: list[tuple[str, Wrong]] = field(default_factory=list)

    def account(self) -> FiledAccount | None:
        """Read every cell; None where one is wrong, or its column is missing."""
        number = self._take("subscription_number", csv_cells.subscription_number)
        company = self._take("company", csv_cells.words)
        administrator = self._take("primary_administrator", csv_cells.words)
        subaccounts: Subaccounts | None = self._take("subaccounts", csv_cells.subaccounts)
        language = self._take("language", csv_cells.language)
        tam_name = self._take("tam_name", csv_cells.words_or_none)
        tam_phone = self._take(
            "tam_phone", lambda text: csv_cells.telephone(text, countries=self.rules.countries)
        )
        is_closed = self._take("closed", csv_cells.closed)
        contacts = [contact for contact in (self._phone(), self._mailbox()) if contact is not None]
        contacts += self._others()
        if number is None or company is None or administrator is None:
            return None
        if subaccounts is None or language is None or self.wrongs:
            return None
        return FiledAccount(
            number=number,
            company=company,
            primary_administrator=administrator,
            language=language,
            subaccounts=subaccounts,
            tam_name=tam_name,
            tam_phone=tam_phone,
            is_closed=bool(is_closed),
            contacts=tuple(contacts),
        )

    def _phone(self) -> FiledContact | None:
        number = self._take("phone", lambda text: csv_cells.telephone(text, countries=self.rules.countries))
        added_at = self._take("phone_added", self._day)
        consented_at = self._take(
            "texts_consent", lambda text: csv_cells.consent(text, today=self.rules.today)
        )
        self._want_both("phone", "phone_added")
        if number is None or added_at is None:
            return None
        return FiledContact(
            kind="phone",
            address=number,
            added_at=added_at,
            can_text=can_text(number),
            consented_at=consented_at,
        )

    def _mailbox(self) -> FiledContact | None:
        address = self._take("mailbox", lambda text: plain_address(text) if text else None)
        added_at = self._take("mailbox_added", self._day)
        self._want_both("mailbox", "mailbox_added")
        if address is None or added_at is None:
            return None
        return FiledContact(
            kind="mailbox", address=address, added_at=added_at, can_text=False, consented_at=None
        )

    def _others(self) -> Iterator[FiledContact]:
        mailbox = self.cells.get("mailbox", "")
        found = self._take(
            "other_mailboxes", lambda text: other_mailboxes(text, day=self._day, mailbox=mailbox)
        )
        for address, added_at in found or ():
            yield FiledContact(
                kind="mailbox",
                address=address,
                added_at=added_at,
                can_text=False,
                consented_at=None,
                is_other=True,
            )

    def _day(self, text: str) -> datetime | Wrong | None:
        return csv_cells.day(text, today=self.rules.today)

    def _want_both(self, column: str, added: str) -> None:
        has, has_day = bool(self.cells.get(column)), bool(self.cells.get(added))
        if {column, added} <= self.cells.keys() and has != has_day:
            what = f"is {'empty' if has else 'given'}, and {column} is {'given' if has else 'empty'}"
            self.wrongs.append((added, Wrong(what=what, remedy="fill in both of them, or neither")))

    def _take(self, column: str, judge: Callable[[str], Value | Wrong]) -> Value | None:
        text = self.cells.get(column)
        if text is None:
            return None
        judged = judge(text)
        if isinstance(judged, Wrong):
            self.wrongs.append((column, judged))
            return None
        return judged
