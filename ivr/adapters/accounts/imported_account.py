"""One row of an accounts file, when nothing in it is wrong."""

from dataclasses import dataclass, field
from datetime import datetime

from ivr.domain.phone import E164
from ivr.domain.recovery.case import Subaccounts
from ivr.services.case_ports import ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledContact:
    """address: an E.164 number, or one plain mail address. added_at: midnight UTC of the file's date.

    is_other: whether it is a mailbox that gets no codes, and may only be named for a case.
    """

    kind: ContactKind
    address: str = field(repr=False)
    added_at: datetime
    can_text: bool
    consented_at: datetime | None
    is_other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledAccount:
    """number: the subscription number, digits. contacts: one of each kind at most, and other mailboxes."""

    number: str
    company: str
    primary_administrator: str = field(repr=False)
    language: str
    subaccounts: Subaccounts
    tam_name: str | None
    tam_phone: E164 | None = field(repr=False)
    is_closed: bool
    contacts: tuple[FiledContact, ...]
