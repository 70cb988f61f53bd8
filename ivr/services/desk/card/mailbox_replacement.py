"""What a card shows of a mailbox that the caller cannot open, and of those that may be named instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.redaction import masked_email
from ivr.services.case_ports import Account, Contact, Directory, DirectoryUnavailable

_UNREAD: Final = "cannot be read now"
_NAMED: Final = "One is named already."
_UNVOUCHED: Final = "None may be named before the account manager has said yes to this caller."
_AWAY: Final = "The accounts cannot be read now: load the card again in a minute."
_SHUT: Final = "The account is closed, or on file no more: none of its mailboxes counts."
_NONE_OF_AN_OPEN_ACCOUNT: Final = (
    "No other mailbox of the account is on file. An import of the accounts may bring one, in "
    "other_mailboxes; until then nothing is changed or released in this case."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxChoice:
    """contact: its id. address: masked. since: when it came on file."""

    contact: str
    address: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """at: when the caller said so. other: the mailbox that was named, masked; None while none is.

    choices: those that may be named; none where one is, or nobody may name any now. why_none: what the list
    says where it holds none; "" where it has some.
    """

    at: datetime
    other: str | None
    asked_by: str | None
    asked_at: datetime | None
    named_by: str | None
    named_at: datetime | None
    choices: tuple[MailboxChoice, ...]
    why_none: str = ""


def lost_of(case: Case, directory: Directory) -> Lost | None:
    """Ask the directory for what it shows of other mailboxes; one that fails hides them, no more."""
    if case.mailbox_lost_at is None:
        return None
    choices, why_none = _choices(case, directory)
    return Lost(
        at=case.mailbox_lost_at,
        other=None if case.other_mailbox is None else _masked(case.other_mailbox, directory),
        asked_by=case.other_asked_by,
        asked_at=case.other_asked_at,
        named_by=case.other_named_by,
        named_at=case.other_named_at,
        choices=choices,
        why_none=why_none,
    )


def mailboxes_of(account: Account | None) -> tuple[Contact, ...]:
    """List the mailboxes that are on file, oldest first; none of an account that is closed."""
    contacts = () if account is None or account.is_closed else account.contacts
    return tuple(sorted((one for one in contacts if one.kind == "mailbox"), key=lambda one: one.added_at))


def nameable(case: Case, on_file: Iterable[Contact]) -> tuple[Contact, ...]:
    """Choose those that may be named instead of the one that the caller cannot open."""
    return tuple(contact for contact in on_file if contact.id != case.mailbox_lost)


def _choices(case: Case, directory: Directory) -> tuple[tuple[MailboxChoice, ...], str]:
    if case.other_mailbox is not None:
        return (), _NAMED
    if case.tam_answer != "yes" or case.account is None:
        return (), _UNVOUCHED
    try:
        account = directory.account(case.account)
    except DirectoryUnavailable:
        return (), _AWAY
    choices = tuple(
        MailboxChoice(contact=one.id, address=_masked(one.id, directory), since=one.added_at)
        for one in nameable(case, mailboxes_of(account))
    )
    return choices, "" if choices else _NONE_OF_AN_OPEN_ACCOUNT if _is_open(account) else _SHUT


def _is_open(account: Account | None) -> bool:
    return account is not None and not account.is_closed


def _masked(contact: str, directory: Directory) -> str:
    try:
        addressee = directory.addressee(contact)
    except DirectoryUnavailable:
        return _UNREAD
    return "on file no more" if addressee is None else masked_email(addressee.address)
