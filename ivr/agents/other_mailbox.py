"""What a card shows of a mailbox that the caller cannot open, and of those that may be named instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.case_ports import Account, Contact, Directory, DirectoryUnavailable
from ivr.mask import masked_email
from ivr.recovery.case import Case

_UNREAD: Final = "cannot be read now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """contact: its id. address: masked. since: when it came on file."""

    contact: str
    address: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """at: when the caller said so. other: the mailbox that was named, masked; None while none is.

    choices: those that may be named; none where one is, or nobody may name any now.
    """

    at: datetime
    other: str | None
    asked_by: str | None
    asked_at: datetime | None
    named_by: str | None
    named_at: datetime | None
    choices: tuple[Choice, ...]


def lost_of(case: Case, directory: Directory) -> Lost | None:
    """Ask the directory for what it shows of other mailboxes; one that fails hides them, no more."""
    if case.mailbox_lost_at is None:
        return None
    return Lost(
        at=case.mailbox_lost_at,
        other=None if case.other_mailbox is None else _masked(case.other_mailbox, directory),
        asked_by=case.other_asked_by,
        asked_at=case.other_asked_at,
        named_by=case.other_named_by,
        named_at=case.other_named_at,
        choices=_choices(case, directory),
    )


def mailboxes_of(account: Account | None) -> tuple[Contact, ...]:
    """List the mailboxes that are on file, oldest first; none of an account that is closed."""
    contacts = () if account is None or account.is_closed else account.contacts
    return tuple(sorted((one for one in contacts if one.kind == "mailbox"), key=lambda one: one.added_at))


def nameable(case: Case, on_file: Iterable[Contact]) -> tuple[Contact, ...]:
    """Choose those that may be named instead of the one that the caller cannot open."""
    return tuple(contact for contact in on_file if contact.id != case.mailbox_lost)


def _choices(case: Case, directory: Directory) -> tuple[Choice, ...]:
    if case.tam_answer != "yes" or case.other_mailbox is not None or case.account is None:
        return ()
    try:
        on_file = mailboxes_of(directory.account(case.account))
    except DirectoryUnavailable:
        return ()
    return tuple(
        Choice(contact=one.id, address=_masked(one.id, directory), since=one.added_at)
        for one in nameable(case, on_file)
    )


def _masked(contact: str, directory: Directory) -> str:
    try:
        addressee = directory.addressee(contact)
    except DirectoryUnavailable:
        return _UNREAD
    return "on file no more" if addressee is None else masked_email(addressee.address)
