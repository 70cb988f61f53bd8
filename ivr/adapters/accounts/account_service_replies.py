"""What a company's own account service answers: its replies, and nothing that only looks like them."""

from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from ivr.domain.phone import E164
from ivr.domain.recovery.case import Subaccounts
from ivr.services.case_ports import Account, Addressee, Contact, ContactKind

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^(?:\+[1-9][0-9]{3})?$")]


class _Reply(BaseModel):
    # A service may tell more than is asked: what we do not read changes nothing.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class ContactReply(_Reply):
    id: Id
    kind: ContactKind
    added_at: AwareDatetime
    can_text: bool
    has_consented: bool
    prefix: Prefix
    is_other: bool = False

    def contact(self) -> Contact:
        return Contact(
            id=self.id,
            kind=self.kind,
            added_at=self.added_at,
            can_text=self.can_text,
            has_consented=self.has_consented,
            prefix=self.prefix,
            is_other=self.is_other and self.kind == "mailbox",
        )


class AccountReply(_Reply):
    id: Id
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Z]{2})?$")]
    subaccounts: Subaccounts
    is_closed: bool
    contacts: tuple[ContactReply, ...]
    tam: Number | None

    def account(self) -> Account:
        return Account(
            id=self.id,
            language=self.language,
            subaccounts=self.subaccounts,
            is_closed=self.is_closed,
            contacts=tuple(contact.contact() for contact in self.contacts),
            tam=None if self.tam is None else E164(self.tam),
        )


class AccountFound(_Reply):
    """account: null where there is none, and where several match."""

    account: AccountReply | None


class _PhoneReply(_Reply):
    kind: Literal["phone"]
    address: Number
    company: str
    number: str = ""
    administrator: str = ""


class _MailboxReply(_Reply):
    kind: Literal["mailbox"]
    address: Annotated[str, StringConstraints(pattern=r"^[!-~]+@[A-Za-z0-9.-]+$", max_length=254)]
    company: str
    number: str = ""
    administrator: str = ""


class ContactFound(_Reply):
    """contact: null where it is on file no more."""

    contact: _PhoneReply | _MailboxReply | None

    def addressee(self) -> Addressee | None:
        found = self.contact
        if found is None:
            return None
        return Addressee(**found.model_dump())


Found = TypeVar("Found", AccountFound, ContactFound)
