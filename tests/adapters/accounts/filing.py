"""Accounts files of the tests: a row that is right, and what is changed in it."""

from datetime import UTC, date, datetime
from io import BytesIO

from ivr.adapters.accounts.csv_file import read_accounts
from ivr.adapters.accounts.csv_header import COLUMNS
from ivr.adapters.accounts.csv_row import Rules
from ivr.adapters.accounts.imported_account import FiledAccount
from ivr.domain.yaml_source.finding import Finding

RULES = Rules(today=date(2026, 11, 24), countries=frozenset({"US", "DE"}))
RIGHT = {
    "subscription_number": "204117",
    "company": "Northwind Hosting",
    "primary_administrator": "Ann Lee",
    "phone": "+14155550123",
    "phone_added": "2025-03-01",
    "mailbox": "ann@northwind.example",
    "mailbox_added": "2025-04-01",
    "texts_consent": "yes 2025-05-01",
    "subaccounts": "no",
    "language": "en",
    "tam_name": "Sam Ortiz",
    "tam_phone": "+14155550190",
    "closed": "",
    "other_mailboxes": "",
}


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def line_of_cells(**changed: str) -> str:
    cells = {**RIGHT, **changed}
    return ",".join('"' + cells[name].replace('"', '""') + '"' for name in COLUMNS)


def place_of(name: str, **changed: str) -> str:
    """Give line and column of a cell in the first row of a file."""
    before = line_of_cells(**changed).split('","')[: COLUMNS.index(name)]
    return f"2:{1 + sum(len(cell) + 3 for cell in before) - bool(before)}"


def file_of(*lines: str, header: str = ",".join(COLUMNS)) -> bytes:
    return "".join(f"{line}\n" for line in (header, *lines)).encode()


def read(data: bytes, rules: Rules = RULES) -> tuple[list[FiledAccount], list[Finding]]:
    found = list(read_accounts("accounts.csv", BytesIO(data), rules=rules))
    return (
        [one for one in found if not isinstance(one, Finding)],
        [one for one in found if isinstance(one, Finding)],
    )


def told(data: bytes, rules: Rules = RULES) -> list[str]:
    """Give place, rule and what is wrong, without the remedy."""
    return [f"{one.spot.line}:{one.spot.column} {one.rule}: {one.what}" for one in read(data, rules)[1]]


FILED = (
    line_of_cells(),
    line_of_cells(
        subscription_number="204118",
        company="Blue Harbor, Inc.",
        phone="+491711234567",
        mailbox="ben@blueharbor.example",
        texts_consent="no",
        subaccounts="yes",
        tam_name="",
        tam_phone="",
        closed="yes",
    ),
    line_of_cells(subscription_number="204119", phone="+14155550177", mailbox="", mailbox_added=""),
    line_of_cells(subscription_number="204120", phone="+14155550177", mailbox="", mailbox_added=""),
    # Its subscription number is what callers dial at home for the first account's telephone.
    line_of_cells(subscription_number="4155550123", phone="+4930901820", mailbox="", mailbox_added=""),
    line_of_cells(subscription_number="204122", phone="", phone_added="", mailbox="", mailbox_added=""),
    line_of_cells(
        subscription_number="204123",
        phone="+14155550178",
        mailbox="eve@north.example",
        mailbox_added="2026-10-01",
        other_mailboxes="old@north.example 2020-01-01; it@north.example 2026-10-02",
    ),
)
