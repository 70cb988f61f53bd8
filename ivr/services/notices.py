"""Telling the people on file what happened on their account: the caller may be somebody else."""

from collections.abc import Callable
from datetime import UTC, datetime

from ivr.domain.recovery.case import Case
from ivr.services.case_ports import Account, Channel, Contact, Notice, Outgoing


def told_of(account: Account) -> str:
    """List whom a notice may go to, for `Case.notify`."""
    entries = [
        f"{'mail' if contact.kind == 'mailbox' else 'text'}:{contact.id}"
        for contact in account.contacts
        if is_told(contact)
    ]
    return " ".join(entries)


def is_told(contact: Contact) -> bool:
    """Whether notices go to a contact: a mailbox that gets codes, or a mobile whose owner agreed to texts."""
    if contact.kind == "mailbox":
        return not contact.is_other
    return contact.can_text and contact.has_consented


def notices(
    case: Case,
    event: Notice,
    *,
    call: str,
    fresh: Callable[[], str],
    but: str | None = None,
    at_least: int = 0,
    until: datetime | None = None,
) -> tuple[Outgoing, ...]:
    """Write one notice to each contact of `Case.notify`, *but* for one that is told in another message.

    until: a time that the notice names. fresh: gives 32 random hexadecimal digits. at_least: so many are
    written, for nobody where fewer are told.
    """
    told = [entry.partition(":") for entry in case.notify.split()]
    addressed: list[tuple[Channel, str | None]] = [
        ("mail" if kind == "mail" else "text", contact) for kind, _, contact in told if contact != but
    ]
    nobody: list[tuple[Channel, str | None]] = [("text", None)] * (at_least - len(told))
    named = {} if until is None else {"until": until.astimezone(UTC).isoformat(timespec="seconds")}
    return tuple(
        Outgoing(
            id=fresh(),
            channel=channel,
            purpose="notice",
            case=case.id,
            call=call,
            contact=contact,
            language=case.language,
            details={"number": case.number, "event": event, **named},
        )
        for channel, contact in (*addressed, *nobody)
    )
