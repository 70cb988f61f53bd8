"""A card as its page shows it: the next step first, every move a button, a locked one with its reasons."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.recovery.case import OVER
from ivr.entrypoints.console.page_times import Times
from ivr.entrypoints.console.pages.page_words import (
    CALLING,
    FACTORS,
    GATES,
    MOVES,
    OWED,
    PATHS,
    STATES,
    STRENGTHS,
)
from ivr.entrypoints.console.pages.product_view import steps_of
from ivr.services.desk.card.card import Card, PossibleMove, Standing
from ivr.services.desk.card.card_text import (
    CALLERS,
    ELSEWHERE,
    calls_of,
    ended_words,
    lost_words,
    shut_words,
    undelivered_words,
    vouched,
)
from ivr.services.desk.card.member_names import Names
from ivr.services.desk.card.primary_statement import primary_words
from ivr.services.desk.moves.moves import Move, sentences_of

Level = Literal["verified", "confirmed", "unverified", "settled"]
"""How a banner looks: green, amber, red, gray."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    what: str
    strength: str
    at: str
    at_shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One that we placed about the case, or will. how: by whom, and how it went."""

    at: str
    at_shown: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """how: what is missing and how to get it, in sentences; "" where the gate is met."""

    words: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """reasons: why it is locked; none where it may be pressed. is_elsewhere: belongs to another state.

    is_next: the one that stands out. steps: what is done in the product's own tool before it is pressed.
    """

    move: Move
    words: str
    reasons: tuple[str, ...]
    is_elsewhere: bool
    is_next: bool
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """level: of the banner. until: when level 2 runs out, or ran out; "" where that says nothing here.

    is_mine: whether who looks has claimed the case. taken_from, held_by: who has, if somebody else, by id and
    by name. may: the moves that are open to who looks. is_disowned: the
    account's own manager says that the caller is not who she says. choices: mailboxes that may be named.
    why_no_choice: what is said where there are none. owed: what was allowed, and is not recorded yet; ""
    where nothing is.
    """

    number: str
    version: int
    state: str
    since: str
    step: str
    say: str
    level: Level
    banner: str
    has_run_out: bool
    until: str
    until_shown: str
    facts: tuple[tuple[str, str], ...]
    calls: tuple[Call, ...]
    choices: tuple[tuple[str, str], ...]
    why_no_choice: str
    proofs: tuple[Proof, ...]
    gates: tuple[GateRow, ...]
    buttons: tuple[Button, ...]
    match: str
    is_mine: bool
    may_hand_over: bool
    taken_from: str
    held_by: str
    may: str
    is_over: bool
    may_wrap_up: bool
    owed: str
    is_disowned: bool
    mark: str


def view_of(
    card: Card, *, agent: str, at: datetime, hand: ProductByHand, times: Times, names: Names
) -> CardView:
    """Make the view of who looks at a card. hand: the steps that are taken in the product's own tool."""
    until, shown = card.verified_until if card.standing in _LASTS else None, times.shown
    buttons = _buttons(card, agent, hand, names)
    is_done = card.state in OVER
    return CardView(
        number=card.number,
        version=card.version,
        state=STATES[card.state],
        since=card.since.isoformat(),
        step=names.filled(card.next.step),
        say=card.next.words,
        level=_LEVELS.get(card.standing, "unverified"),
        banner=_banner(card),
        has_run_out=until is not None and at > until,
        until="" if until is None else until.isoformat(),
        until_shown="" if until is None else shown(until),
        facts=tuple(_facts(card, shown, names)),
        calls=tuple(
            Call(at=at.isoformat(), at_shown=shown(at), how=how) for at, how in calls_of(card, names)
        ),
        choices=tuple(_choices(card, shown)),
        why_no_choice="" if card.reach.lost is None else card.reach.lost.why_none,
        proofs=tuple(_proofs(card, shown)),
        gates=tuple(
            GateRow(
                words=GATES[gate.name], how="" if gate.is_met else sentences_of(gate.missing, gate.remedy)
            )
            for gate in card.gates
        ),
        buttons=buttons,
        match=" ".join(card.match),
        is_mine=card.agent == agent,
        may_hand_over=card.agent == agent and card.state != "CHANGED" and card.state not in OVER,
        taken_from=card.agent if card.agent is not None and card.agent != agent else "",
        held_by=names.of(card.agent) if card.agent is not None and card.agent != agent else "",
        may=", ".join(f"{one.words[:1].lower()}{one.words[1:]}" for one in buttons if not one.reasons),
        is_over=card.state in OVER,
        may_wrap_up=card.state in _ACTED
        or (card.agent in (None, agent) and (is_done or card.spoke_at is not None)),
        owed="" if card.owed is None else OWED[card.owed],
        is_disowned=card.vouch is not None and card.vouch.answer == "no",
        mark=card_mark(card),
    )


def card_mark(card: Card) -> str:
    """Tell two states of a card apart: the same card has the same mark, in any process."""
    return hashlib.sha256(repr(card).encode()).hexdigest()[:16]


_ACTED: Final = ("RELEASED", "CHANGED")
"""How it went is said by any agent of the line once an act was allowed."""
_BANNERS: Final[Mapping[Standing, str]] = {
    "verified": "Verified in this call, by two factors.",
    "hung_up": "The caller has hung up. Was verified in that call, by two factors.",
    "confirmed": "Was verified when confirming. Whoever is on the line now is not verified.",
    "held": "UNVERIFIED now. Was verified before the line opened; a fresh code is needed.",
    "elsewhere": "UNVERIFIED in this call. What was proved in another call counts for nothing here.",
    "ran_out": "UNVERIFIED now. What this caller proved was too long ago.",
    "unverified": "UNVERIFIED. Whatever this caller says or knows: nothing may change.",
    "allowed": "Allowed: the caller was verified when it was. Nothing here needs it any more.",
    "over": "Over: nothing may change by this case any more.",
}
_LASTS: Final = ("verified", "hung_up", "confirmed", "ran_out")
"""Where it says something until when level 2 lasts, or lasted."""
_LEVELS: Final[Mapping[Standing, Level]] = {
    "verified": "verified",
    "hung_up": "confirmed",
    "confirmed": "confirmed",
    "allowed": "settled",
    "over": "settled",
}


def _banner(card: Card) -> str:
    if card.standing == "verified" and card.is_vouched:
        return "Verified in this call: by the caller's own code, and by the account manager's word."
    return _BANNERS[card.standing]


def _facts(card: Card, shown: Callable[[datetime], str], names: Names) -> Iterator[tuple[str, str]]:
    if card.ended is not None:
        yield "Over", ended_words(card, shown, names)
    yield "Account", card.reach.company
    reach = card.reach
    for label, words in (("Subscription number", reach.number), ("Administrator", reach.administrator)):
        if words:
            yield label, f"{words} (for the product: do not read it out)"
    yield "Primary administrator", primary_words(card, shown)
    yield "Phone on file", card.reach.phone
    yield "Mailbox on file", card.reach.mailbox
    yield "Caller", CALLERS[card.now.standing]
    yield "Calling number", CALLING[card.calling]
    yield "Path", PATHS[card.path]
    yield "Subaccounts seen", "not counted" if card.subaccounts is None else str(card.subaccounts)
    yield "Disclaimer e-mail", card.mail.replace("_", " ")
    for text in card.calls.texts:
        yield "Text", f"{shown(text.at)}, {undelivered_words(text)}"
    if card.vouch is not None:
        yield "Account manager", vouched(card.vouch, shown, names)
    if card.reach.lost is not None:
        yield "Without a mailbox", lost_words(card.reach.lost, shown, names)
    if card.shut.is_now or card.shut.asked_by is not None:
        yield "Verification by phone", shut_words(card.shut, shown, names)
    yield "Claimed by", "nobody" if card.agent is None else names.of(card.agent)
    yield "Spoken with", "not yet" if card.spoke_at is None else shown(card.spoke_at)


def _proofs(card: Card, shown: Callable[[datetime], str]) -> Iterator[Proof]:
    for one in card.proved:
        what, strength = FACTORS[one.factor], STRENGTHS[one.factor]
        yield Proof(what=what, strength=strength, at=one.at.isoformat(), at_shown=shown(one.at))


def _choices(card: Card, shown: Callable[[datetime], str]) -> Iterator[tuple[str, str]]:
    for one in () if card.reach.lost is None else card.reach.lost.choices:
        yield one.contact, f"{one.address}, on file since {shown(one.since)}"


def _is_unasked(one: PossibleMove, card: Card) -> bool:
    """Whether it is an approval that nobody asks for, in whatever state the case is."""
    return one.move == "approve" and all(gate.name != "approval" for gate in card.gates)


def _is_shown(one: PossibleMove, card: Card, agent: str) -> bool:
    is_known = one.move == "claim" and card.agent == agent and card.next.move != "claim"
    return one.move in MOVES and not is_known


def _buttons(card: Card, agent: str, hand: ProductByHand, names: Names) -> tuple[Button, ...]:
    """Make the buttons, the one that the case waits for first."""
    kept = [one for one in card.moves if _is_shown(one, card, agent)]
    made = [_button(one, card, agent, names, is_next=one.move == card.next.move) for one in kept]
    with_steps = (replace(button, steps=steps_of(button.move, card, hand)) for button in made)
    return tuple(sorted(with_steps, key=lambda button: not button.is_next))


def _button(one: PossibleMove, card: Card, agent: str, names: Names, *, is_next: bool) -> Button:
    words = MOVES[one.move]
    if one.move == "claim" and card.agent is not None and card.agent != agent:
        words = f"Take over from {names.of(card.agent)}"
    return Button(
        move=one.move,
        words=words,
        reasons=tuple(sentences_of(lack.missing, lack.remedy, names) for lack in one.lacks),
        is_elsewhere=any(lack.name in ELSEWHERE for lack in one.lacks) or _is_unasked(one, card),
        is_next=is_next,
    )
