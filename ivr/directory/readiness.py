"""Whether an account's administrator would get in tonight, and by what."""

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
        found = _judged(kind, account.contact(kind), at=at, age=age)
        if isinstance(found, str):
            lacks.append(found)
        else:
            ways += found
    return Readiness(ways=tuple(ways), lacks=tuple(lacks))


def _judged(
    kind: ContactKind, contact: Contact | None, *, at: datetime, age: timedelta
) -> tuple[str, ...] | str:
    """Give the ways by which a code would get there, or why none would."""
    if contact is None:
        return f"no {kind} is on file"
    counts_at = contact.added_at + age
    if at < counts_at:
        return f"the {kind} is too new, and counts from {counts_at:%Y-%m-%d %H:%M} UTC"
    if kind == "mailbox":
        return ("mail",)
    return ("text", "call") if contact.can_text and contact.has_consented else ("call",)
