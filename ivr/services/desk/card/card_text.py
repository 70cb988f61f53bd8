"""A card as plain text for a terminal: narrow, the next step first, nothing told by colour alone."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from ivr.domain.recovery.case import BY_CONTACT, BY_LINE, BY_PRODUCT, TamAnswer
from ivr.domain.recovery.factors import Factor
from ivr.domain.recovery.gates import Gate, GateName
from ivr.domain.recovery.undelivered_texts import Undelivered
from ivr.services.desk.card.callback_attempts import Standing
from ivr.services.desk.card.card import Card, Vouch
from ivr.services.desk.card.card import Standing as CardStanding
from ivr.services.desk.card.current_call import Standing as CallStanding
from ivr.services.desk.card.lockout import Shut
from ivr.services.desk.card.mailbox_replacement import Lost
from ivr.services.desk.card.member_names import NO_NAMES, Names
from ivr.services.desk.card.primary_statement import primary_words
from ivr.services.desk.moves.moves import Move

WIDTH: Final = 76
_LABEL: Final = 12
_SIGNED_IN: Final[frozenset[Move]] = frozenset({"ask-unlock", "unlock", "name-mailbox", "confirm-mailbox"})
"""What takes two who are signed in, and so has no command."""
ELSEWHERE: Final = ("open", "shut", "mailbox")
"""What is locked by these belongs to another state of the case, of its account, or of its mailbox."""

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
_STANDINGS: Final[Mapping[Standing, str]] = {
    "waits": "about to be placed",
    "rings": "placed, no answer yet",
    "talks": "went through, the key was pressed",
    "answered": "went through, the key was pressed",
    "other_key": "somebody pressed another key",
    "no_key": "picked up, no key pressed: a machine, or somebody else",
    "busy": "busy",
    "not_answered": "nobody picked up",
    "not_connected": "the network could not ring there",
    "not_placed": "not placed",
    "lost": "nobody told us how it ended",
    "mailed": "a mail said that we called, and called in vain",
}
_OTHERS: Final[Mapping[str, str]] = {
    BY_CONTACT: "a contact, by the link in a message",
    BY_PRODUCT: "the product",
    BY_LINE: "the line itself",
}
"""Who ends cases beside members."""
CALLERS: Final[Mapping[CallStanding, str]] = {
    "nowhere": "no agent was rung yet",
    "rings": "waits while an agent is rung",
    "talks": "with an agent",
    "left": "with no agent: at the keypad, in the menu, or hung up",
    "ended": "has hung up",
}
"""Where the call is that the card shows."""
_ERRORS: Final = {
    21211: "the number is none",
    21610: "its owner answered STOP",
    21612: "no text can be sent there from our number",
    21614: "the number takes no texts",
    30003: "the telephone could not be reached",
    30004: "the telephone blocks texts",
    30005: "the number is not in use",
    30006: "a landline takes no texts",
    30007: "the network took it for spam",
    30008: "the network gave no reason",
    30032: "our number is not registered for texts",
    30034: "our number is not registered for texts",
}
"""Source: https://www.twilio.com/docs/api/errors, read November 2026."""
_VERIFIED: Final[Mapping[CardStanding, str]] = {
    "verified": "in this call, by {by}, until {until}",
    "hung_up": "no: the caller has hung up; was in that call, until {until}",
    "confirmed": "no: was when confirming, in this call",
    "held": "no: was, before the line opened",
    "elsewhere": "no: in another call, which counts for nothing in this one",
    "ran_out": "no: it ran out, {until}",
    "unverified": "no",
    "allowed": "was when it was allowed; nothing needs it any more",
    "over": "no",
}
_WHYS: Final[Mapping[str, str]] = {
    "not-primary": "not the Primary administrator",
    "withdrew": "the caller withdrew",
    "in-doubt": "in doubt about the caller",
    "has-subaccount": "a subaccount exists after all",
    "unreachable": "the caller cannot be reached",
    "mistake": "opened by mistake",
}
_COMING: Final = {
    "call": "the next call, unless one is answered first",
    "mail": "a mail, if nobody answers",
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
    "mailbox": "mailbox that the caller can open",
}


def lines_of(card: Card, names: Names = NO_NAMES) -> Iterator[str]:
    """Write a card, each line at most WIDTH characters. names: how members are called."""
    yield f"Case {card.number}  {card.state}  since {_time(card.since)}"
    yield from _row("NEXT", names.filled(card.next.step))
    yield from _row("SAY", f'"{card.next.words}"')
    yield ""
    yield from _facts(card, names)
    yield from _acts(card, names)
    yield ""
    yield "Checklist"
    for gate in card.gates:
        yield from _gate(gate)
    yield ""
    yield "Actions"
    yield from _moves(card, names)


def summary_of(card: Card, names: Names = NO_NAMES) -> Iterator[str]:
    """Write a card as it stands in a list."""
    agent = "not claimed" if card.agent is None else names.of(card.agent)
    yield f"{card.number}  {card.state}  since {_time(card.since)}  {agent}"
    yield from _row("", f"{card.reach.company}; {_PATHS[card.path]}")
    yield from _row("", f"next: {names.filled(card.next.step)}")


def _facts(card: Card, names: Names) -> Iterator[str]:
    yield from _row("Account", card.reach.company)
    for label, words in (("Number", card.reach.number), ("Admin", card.reach.administrator)):
        yield from _row(label, f"{words}, for the product: do not read it out" if words else "")
    yield from _row("Primary", primary_words(card, _time))
    yield from _row("Phone", card.reach.phone)
    yield from _row("Mailbox", card.reach.mailbox)
    yield from _row("Path", _PATHS[card.path])
    yield from _row("Caller", CALLERS[card.now.standing])
    for one in card.proved:
        where = "" if one.is_here else ", in another call: counts for nothing in this one"
        yield from _row("Factor", f"{_FACTORS[one.factor]}, {_time(one.at)}{where}")
    yield from _row("Verified", _verified(card))
    yield from _row("Subaccounts", "not counted" if card.subaccounts is None else str(card.subaccounts))
    yield from _row("Disclaimer", card.mail.replace("_", " "))
    spoke = "not spoken with the caller" if card.spoke_at is None else f"spoke {_time(card.spoke_at)}"
    yield from _row("Agent", "not claimed" if card.agent is None else f"{names.of(card.agent)}, {spoke}")
    yield from _besides(card, names)
    if card.match:
        yield from _row("Match", card.match)


def ended_words(card: Card, shown: Callable[[datetime], str], names: Names) -> str:
    """Say who ended a case, and why; "" while it goes on. shown: writes a time."""
    ended = card.ended
    if ended is None:
        return ""
    why = f": {_WHYS.get(ended.why, ended.why)}" if ended.why else ""
    by = _OTHERS.get(ended.by) or names.of(ended.by)
    return f"{card.state.lower()} by {by}, {shown(ended.at)}{why}"


def _besides(card: Card, names: Names) -> Iterator[str]:
    """Write what is about few cases."""
    if card.ended is not None:
        yield from _row("Over", ended_words(card, _time, names))
    if card.vouch is not None:
        yield from _row("Manager", vouched(card.vouch, _time, names))
    if card.reach.lost is not None:
        yield from _row("No mailbox", lost_words(card.reach.lost, _time, names))
    if card.shut.is_now or card.shut.asked_by is not None:
        yield from _row("By phone", shut_words(card.shut, _time, names))
    for called_at, how in calls_of(card, names):
        yield from _row("Call back", f"{_time(called_at)}, {how}")
    for text in card.calls.texts:
        yield from _row("Text", f"{_time(text.at)}, {undelivered_words(text)}")


def _verified(card: Card) -> str:
    until = "" if card.verified_until is None else _time(card.verified_until)
    by = "a code and the account manager's word" if card.is_vouched else "two factors"
    return _VERIFIED[card.standing].format(by=by, until=until)


def vouched(vouch: Vouch, shown: Callable[[datetime], str], names: Names) -> str:
    """Say what the account's manager was asked and answered. shown: writes a time."""
    asked = f"{names.of(vouch.tam)} was asked by {names.of(vouch.asked_by)}, {shown(vouch.asked_at)}"
    if vouch.answer is None or vouch.answered_at is None:
        return f"{asked}; no answer yet"
    return f"{asked}; {_ANSWERS[vouch.answer]}, {shown(vouch.answered_at)}"


def lost_words(lost: Lost, shown: Callable[[datetime], str], names: Names) -> str:
    """Say that the caller cannot open the mailbox on file, and which is named instead. shown: as above."""
    said = f"the caller cannot open the one on file, said by key, {shown(lost.at)}"
    if lost.other is None or lost.asked_by is None or lost.asked_at is None:
        return said
    asked = f"{said}; {names.of(lost.asked_by)} named {lost.other}, {shown(lost.asked_at)}"
    if lost.named_by is None or lost.named_at is None:
        return f"{asked}, which nobody has confirmed"
    return f"{asked}; {names.of(lost.named_by)} confirmed it, {shown(lost.named_at)}"


def shut_words(shut: Shut, shown: Callable[[datetime], str], names: Names) -> str:
    """Say whether an account is closed to verification by phone, and who has it opened. shown: as above."""
    standing = "closed by too many wrong entries in a row" if shut.is_now else "open"
    if shut.asked_by is None or shut.asked_at is None:
        return standing
    asked = f"{standing}; {names.of(shut.asked_by)} asked for it to be opened again, {shown(shut.asked_at)}"
    if shut.opened_by is None or shut.opened_at is None:
        return asked
    return f"{asked}; {names.of(shut.opened_by)} opened it, {shown(shut.opened_at)}"


def calls_of(card: Card, names: Names) -> Iterator[tuple[datetime, str]]:
    """Say of each call that we placed about the case when it was and how it went; last what comes next."""
    for one in card.calls.tried:
        yield one.at, f"by {names.of(one.by) if one.by else 'the house'}: {_STANDINGS[one.standing]}"
    coming = card.calls.coming
    if coming is not None:
        yield coming.at, f"by the house: {_COMING[coming.what]}"


def undelivered_words(text: Undelivered) -> str:
    """Say of a text that it did not arrive, why, and what was done instead."""
    which = "the text with a code" if text.is_code else "a text"
    known = None if text.error is None else _ERRORS.get(text.error)
    why = "no reason was given" if text.error is None else f"the carrier's error {text.error}"
    instead = "; we called instead" if text.is_called else ""
    return f"{which} did not arrive: {f'{known} ({text.error})' if known else why}{instead}"


def _acts(card: Card, names: Names) -> Iterator[str]:
    """Tell what became of the case in the product, and the permit to whoever may use it."""
    acts = card.acts
    if acts.number is not None and acts.permit is not None:
        until = _time(acts.permit.expires_at)
        yield from _row("PERMIT", f"{acts.number.reveal()}, serves once, until {until}")
    for record in acts.records:
        what = f"{record.act} {'done' if record.is_done else 'FAILED'}"
        shown = _time(record.at)
        reference = f", reference {record.reference}" if record.reference else ""
        yield from _row("By hand", f"{what}, {shown}{reference}, recorded by {names.of(record.by)}")
    for order in acts.orders:
        told = f"{order.act} accepted, {_time(order.at)}, reference {order.reference}"
        yield from _row("Product", f"{told}, asked by {names.of(order.by)}")
    if card.login_at is not None:
        login = acts.login
        seen = "" if login is None else f", {login.name} in {login.where}, seen by {names.of(login.by)}"
        yield from _row("Login", f"{_time(card.login_at)}{seen}")
    if card.released_by is not None:
        yield from _row("Released", f"by {names.of(card.released_by)}")
    if card.waits_until is not None:
        yield from _row("Lapses", _time(card.waits_until))


def _moves(card: Card, names: Names) -> Iterator[str]:
    """Tell what may be done, then what is locked and why, then what belongs to another state of the case."""
    possible = [one.move for one in card.moves if not one.lacks]
    yield from _row("now", ", ".join(move for move in possible if move not in _SIGNED_IN) or "none")
    by_two = ", ".join(move for move in possible if move in _SIGNED_IN)
    if by_two:
        yield from _row("in console", by_two)
    elsewhere = [one.move for one in card.moves if any(lack.name in ELSEWHERE for lack in one.lacks)]
    for one in card.moves:
        if one.lacks and one.move not in elsewhere:
            yield from _row(
                "locked", f"{one.move}: {names.filled('; '.join(lack.missing for lack in one.lacks))}"
            )
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
    return f"{at.astimezone(UTC):%d %b %H:%M:%S} UTC"
