"""Whether an account's administrator would get in tonight, and by what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.case_ports import Account, Contact, ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """ways: how a code would reach the administrator. lacks: why no code would, one clause each."""

    ways: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.lacks


def readiness(account: Account, *, at: datetime, contact_age_s: int) -> Readiness:
    """Judge at *at* what the policy asks of everybody: a code to the phone, and one to the mailbox.

    contact_age_s: how long a contact must have been on file, in seconds.
    """
    age = timedelta(seconds=contact_age_s)
    ways: list[str] = []
    lacks = ["the account is closed"] if account.is_closed else []
    for kind in ("phone", "mailbox"):
        contact = account.contact(kind)
        lack = _lack(kind, contact, at=at, age=age)
        if lack:
            lacks.append(lack)
        elif contact is not None:
            ways += _ways(contact)
    return Readiness(ways=tuple(ways), lacks=tuple(lacks))


def _lack(kind: ContactKind, contact: Contact | None, *, at: datetime, age: timedelta) -> str | None:
    if contact is None:
        return f"no {kind} is on file"
    counts_at = contact.added_at + age
    if at < counts_at:
        return f"the {kind} is too new, and counts from {counts_at:%Y-%m-%d %H:%M} UTC"
    return None


def _ways(contact: Contact) -> Iterator[str]:
    if contact.kind == "mailbox":
        yield "mail"
        return
    if contact.can_text and contact.has_consented:
        yield "text"
    yield "call"
