"""A card as plain text for a terminal: narrow, the next step first, nothing told by colour alone."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from ivr.agents.card import Card, Vouch
from ivr.recovery.case import TamAnswer
from ivr.recovery.factor import Factor
from ivr.recovery.gates import Gate, GateName

WIDTH: Final = 76
_LABEL: Final = 12

_PATHS: Final = {
    "reset": "reset, released once a subaccount logs in",
    "change": "full change, which loses the saved reports",
}
_FACTORS: Final[Mapping[Factor, str]] = {
    "phone": "code to the phone on file",
    "mailbox": "code to the mailbox on file",
    "app": "code of the app",
    "saved_code": "saved code",
    "pin": "PIN that we issued",
    "vouch": "vouched for by the account manager",
}
_ANSWERS: Final[Mapping[TamAnswer, str]] = {
    "yes": "answered yes",
    "no": "answered NO",
    "cannot_say": "cannot say",
}
_GATES: Final[Mapping[GateName, str]] = {
    "primary": "primary administrator",
    "level": "verified by two factors",
    "subaccounts": "subaccounts looked for",
    "disclaimer": "disclaimer e-mail accepted",
    "acknowledgement": "warning confirmed by key",
    "representative": "claimed, and spoken with the caller",
    "approval": "approved by a second representative",
    "open": "case where it must be",
    "reset_done": "reset done",
    "login": "login of a subaccount since the reset",
}


def lines_of(card: Card) -> Iterator[str]:
    """Write a card, each line at most WIDTH characters."""
    yield f"Case {card.number}  {card.state}  since {_time(card.since)}"
    yield from _row("NEXT", card.next.step)
    yield from _row("SAY", f'"{card.next.words}"')
    yield ""
    yield from _facts(card)
    yield from _acts(card)
    yield ""
    yield "Gates"
    for gate in card.gates:
        yield from _gate(gate)
    yield ""
    yield "Moves"
    yield from _moves(card)


def summary_of(card: Card) -> Iterator[str]:
    """Write a card as it stands in a list."""
    yield f"{card.number}  {card.state}  since {_time(card.since)}  {card.agent or 'not claimed'}"
    yield from _row("", f"{card.reach.company}; {_PATHS[card.path]}")
    yield from _row("", f"next: {card.next.step}")


def _facts(card: Card) -> Iterator[str]:
    yield from _row("Account", card.reach.company)
    is_primary = "says so, by key" if card.is_primary else "is not claimed"
    yield from _row("Primary", is_primary)
    yield from _row("Phone", card.reach.phone)
    yield from _row("Mailbox", card.reach.mailbox)
    yield from _row("Path", _PATHS[card.path])
    for one in card.proved:
        yield from _row("Proved", f"{_FACTORS[one.factor]}, {_time(one.at)}")
    until = card.verified_until
    yield from _row("Verified", "no" if until is None else f"by two factors, until {_time(until)}")
    yield from _row("Subaccounts", "not counted" if card.subaccounts is None else str(card.subaccounts))
    yield from _row("Disclaimer", card.mail.replace("_", " "))
    spoke = "not spoken with the caller" if card.spoke_at is None else f"spoke {_time(card.spoke_at)}"
    yield from _row("Agent", "not claimed" if card.agent is None else f"{card.agent}, {spoke}")
    if card.vouch is not None:
        yield from _row("Manager", vouched(card.vouch, _time))
    if card.match:
        yield from _row("Match", card.match)


def vouched(vouch: Vouch, shown: Callable[[datetime], str]) -> str:
    """Say what the account's manager was asked and answered. shown: writes a time."""
    asked = f"{vouch.tam} was asked by {vouch.asked_by}, {shown(vouch.asked_at)}"
    if vouch.answer is None or vouch.answered_at is None:
        return f"{asked}; no answer yet"
    return f"{asked}; {_ANSWERS[vouch.answer]}, {shown(vouch.answered_at)}"


def _acts(card: Card) -> Iterator[str]:
    """Tell what became of the case in the product, and the permit to whoever may use it."""
    acts = card.acts
    if acts.number is not None and acts.permit is not None:
        until = _time(acts.permit.expires_at)
        yield from _row("PERMIT", f"{acts.number.reveal()}, serves once, until {until}")
    for record in acts.records:
        what = f"{record.act} {'done' if record.is_done else 'FAILED'}"
        shown = f"{record.at:%d %b %H:%M:%S %z}"
        reference = f", reference {record.reference}" if record.reference else ""
        yield from _row("By hand", f"{what}, {shown}{reference}, recorded by {record.by}")
    for order in acts.orders:
        told = f"{order.act} accepted, {_time(order.at)}, reference {order.reference}"
        yield from _row("Product", f"{told}, asked by {order.by}")
    if card.login_at is not None:
        login = acts.login
        seen = "" if login is None else f", {login.name} in {login.where}, seen by {login.by}"
        yield from _row("Login", f"{_time(card.login_at)}{seen}")
    if card.waits_until is not None:
        yield from _row("Lapses", _time(card.waits_until))


def _moves(card: Card) -> Iterator[str]:
    """Tell what may be done, then what is locked and why, then what belongs to another state of the case."""
    yield from _row("now", ", ".join(one.move for one in card.moves if not one.lacks) or "none")
    elsewhere = [one.move for one in card.moves if any(lack.name == "open" for lack in one.lacks)]
    for one in card.moves:
        if one.lacks and one.move not in elsewhere:
            yield from _row("locked", f"{one.move}: {'; '.join(lack.missing for lack in one.lacks)}")
    if elsewhere:
        yield from _row("locked", f"while the case is {card.state}: {', '.join(elsewhere)}")


def _gate(gate: Gate) -> Iterator[str]:
    if gate.is_met:
        yield from _row("met", _GATES[gate.name])
        return
    yield from _row("MISSING", f"{_GATES[gate.name]}: {gate.missing}")
    yield from _row("", f"how: {gate.remedy}")


def _row(label: str, words: str) -> Iterator[str]:
    first, later = f"  {label:<{_LABEL}}", " " * (_LABEL + 2)
    yield from textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=later)


def _time(at: datetime) -> str:
    return f"{at:%d %b %H:%M:%S} UTC"
