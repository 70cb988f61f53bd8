"""A card as its page shows it: the next step first, every move a button, a locked one with its reasons."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from ivr.agents.card import Card, PossibleMove
from ivr.agents.card_text import ELSEWHERE, calls_of, lost_words, shut_words, undelivered_words, vouched
from ivr.agents.moves import Move, sentences_of
from ivr.console.moment import shown
from ivr.console.product_view import steps_of
from ivr.console.words import CALLING, FACTORS, GATES, MOVES, PATHS, STATES, STRENGTHS
from ivr.product.by_hand import ProductByHand
from ivr.recovery.case import OVER

Standing = Literal["verified", "confirmed", "unverified"]


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
    """standing: "confirmed" where the caller was verified when confirming, and is not verified now.

    is_mine: whether who looks has claimed the case. taken_from: who has, if somebody else. is_disowned: the
    account's own manager says that the caller is not who she says. choices: mailboxes that may be named.
    """

    number: str
    version: int
    state: str
    since: str
    step: str
    say: str
    standing: Standing
    banner: str
    until: str
    until_shown: str
    facts: tuple[tuple[str, str], ...]
    calls: tuple[Call, ...]
    choices: tuple[tuple[str, str], ...]
    proofs: tuple[Proof, ...]
    gates: tuple[GateRow, ...]
    buttons: tuple[Button, ...]
    match: str
    is_mine: bool
    taken_from: str
    is_over: bool
    may_wrap_up: bool
    is_disowned: bool
    mark: str


def view_of(card: Card, *, agent: str, at: datetime, hand: ProductByHand) -> CardView:
    """Make the view of who looks at a card. hand: the steps that are taken in the product's own tool."""
    until = card.verified_until
    standing = _standing(card, at)
    is_done = card.state in ("RELEASED", "CHANGED") or card.state in OVER
    return CardView(
        number=card.number,
        version=card.version,
        state=STATES[card.state],
        since=card.since.isoformat(),
        step=card.next.step,
        say=card.next.words,
        standing=standing,
        banner=_BANNERS[standing],
        until="" if until is None else until.isoformat(),
        until_shown="" if until is None else shown(until),
        facts=tuple(_facts(card)),
        calls=tuple(Call(at=at.isoformat(), at_shown=shown(at), how=how) for at, how in calls_of(card)),
        choices=tuple(_choices(card)),
        proofs=tuple(
            Proof(
                what=FACTORS[one.factor],
                strength=STRENGTHS[one.factor],
                at=one.at.isoformat(),
                at_shown=shown(one.at),
            )
            for one in card.proved
        ),
        gates=tuple(
            GateRow(
                words=GATES[gate.name], how="" if gate.is_met else sentences_of(gate.missing, gate.remedy)
            )
            for gate in card.gates
        ),
        buttons=_buttons(card, agent, hand),
        match=" ".join(card.match),
        is_mine=card.agent == agent,
        taken_from=card.agent if card.agent is not None and card.agent != agent else "",
        is_over=card.state in OVER,
        may_wrap_up=card.agent in (None, agent) and (is_done or card.spoke_at is not None),
        is_disowned=card.vouch is not None and card.vouch.answer == "no",
        mark=card_mark(card, at=at),
    )


def card_mark(card: Card, *, at: datetime) -> str:
    """Tell two states of a card apart: the same card has the same mark, in any process."""
    return hashlib.sha256(f"{_standing(card, at)} {card!r}".encode()).hexdigest()[:16]


_WANTED: Final[tuple[Move, ...]] = (
    "claim",
    "spoke",
    "changed",
    "released",
    "change",
    "release",
    "login",
    "reset-done",
    "reset",
    "approve",
    "restore",
    "call-back",
    "subaccounts",
)
"""In this order a case waits for what may be done: the furthest first, once the caller was spoken with."""
_BANNERS: Final[Mapping[Standing, str]] = {
    "verified": "Verified by two factors, by the line itself.",
    "confirmed": "Was verified when confirming. Whoever is on the line now is not verified.",
    "unverified": "UNVERIFIED. Whatever this caller says or knows: nothing may change.",
}


def _standing(card: Card, at: datetime) -> Standing:
    is_fresh = card.verified_until is not None and at <= card.verified_until
    if is_fresh and card.state != "HELD" and card.state not in OVER:
        return "verified"
    level = next((gate for gate in card.gates if gate.name == "level"), None)
    return "confirmed" if card.state == "CONFIRMED" and level is not None and level.is_met else "unverified"


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    yield "Account", card.reach.company
    yield "Primary administrator", "says so, by key" if card.is_primary else "not claimed"
    yield "Phone on file", card.reach.phone
    yield "Mailbox on file", card.reach.mailbox
    yield "Calling number", CALLING[card.calling]
    yield "Path", PATHS[card.path]
    yield "Subaccounts seen", "not counted" if card.subaccounts is None else str(card.subaccounts)
    yield "Disclaimer e-mail", card.mail.replace("_", " ")
    for text in card.calls.texts:
        yield "Text", f"{shown(text.at)}, {undelivered_words(text)}"
    if card.vouch is not None:
        yield "Account manager", vouched(card.vouch, shown)
    if card.reach.lost is not None:
        yield "Without a mailbox", lost_words(card.reach.lost, shown)
    if card.shut.is_now or card.shut.asked_by is not None:
        yield "Verification by phone", shut_words(card.shut, shown)
    yield "Claimed by", card.agent or "nobody"
    yield "Spoken with", "not yet" if card.spoke_at is None else shown(card.spoke_at)


def _choices(card: Card) -> Iterator[tuple[str, str]]:
    for one in () if card.reach.lost is None else card.reach.lost.choices:
        yield one.contact, f"{one.address}, on file since {shown(one.since)}"


def _is_unasked(one: PossibleMove, card: Card) -> bool:
    """Whether it is an approval that nobody asks for, in whatever state the case is."""
    return one.move == "approve" and all(gate.name != "approval" for gate in card.gates)


def _is_shown(one: PossibleMove, card: Card, agent: str) -> bool:
    return one.move in MOVES and not (one.move == "claim" and card.agent == agent)


def _buttons(card: Card, agent: str, hand: ProductByHand) -> tuple[Button, ...]:
    """Make the buttons, the one that the case waits for first."""
    kept = [one for one in card.moves if _is_shown(one, card, agent)]
    possible = {one.move for one in kept if not one.lacks}
    wanted = _WANTED if card.spoke_at is None else _WANTED[2:]
    following = next((move for move in wanted if move in possible), None)
    made = [_button(one, card, agent, is_next=one.move == following) for one in kept]
    with_steps = (replace(button, steps=steps_of(button.move, card, hand)) for button in made)
    return tuple(sorted(with_steps, key=lambda button: not button.is_next))


def _button(one: PossibleMove, card: Card, agent: str, *, is_next: bool) -> Button:
    words = MOVES[one.move]
    if one.move == "claim" and card.agent not in (None, agent):
        words = f"Take over from {card.agent}"
    return Button(
        move=one.move,
        words=words,
        reasons=tuple(sentences_of(lack.missing, lack.remedy) for lack in one.lacks),
        is_elsewhere=any(lack.name in ELSEWHERE for lack in one.lacks) or _is_unasked(one, card),
        is_next=is_next,
    )
