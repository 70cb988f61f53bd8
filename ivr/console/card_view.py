"""A card as its page shows it: the next step first, every move a button, a locked one with its reasons."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from ivr.agents.call_now import Standing as CallStanding
from ivr.agents.card import Card, PossibleMove, Standing
from ivr.agents.card_text import ELSEWHERE, calls_of, lost_words, shut_words, vouched
from ivr.agents.moves import Move, sentences_of
from ivr.console.moment import shown
from ivr.console.product_view import steps_of
from ivr.console.words import CALLING, FACTORS, GATES, MOVES, PATHS, STATES, STRENGTHS
from ivr.product.by_hand import ProductByHand
from ivr.recovery.case import OVER

Level = Literal["verified", "confirmed", "unverified"]
"""How a banner looks: green, amber, red."""


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

    is_mine: whether who looks has claimed the case. taken_from: who has, if somebody else. is_disowned: the
    account's own manager says that the caller is not who she says. choices: mailboxes that may be named.
    why_no_choice: what is said where there are none.
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
    taken_from: str
    is_over: bool
    may_wrap_up: bool
    is_disowned: bool
    mark: str


def view_of(card: Card, *, agent: str, at: datetime, hand: ProductByHand) -> CardView:
    """Make the view of who looks at a card. hand: the steps that are taken in the product's own tool."""
    until = card.verified_until
    is_done = card.state in ("RELEASED", "CHANGED") or card.state in OVER
    return CardView(
        number=card.number,
        version=card.version,
        state=STATES[card.state],
        since=card.since.isoformat(),
        step=card.next.step,
        say=card.next.words,
        level=_LEVELS.get(card.standing, "unverified"),
        banner=_banner(card),
        has_run_out=until is not None and at > until,
        until="" if until is None else until.isoformat(),
        until_shown="" if until is None else shown(until),
        facts=tuple(_facts(card)),
        calls=tuple(Call(at=at.isoformat(), at_shown=shown(at), how=how) for at, how in calls_of(card)),
        choices=tuple(_choices(card)),
        why_no_choice="" if card.reach.lost is None else card.reach.lost.why_none,
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
        may_wrap_up=_may_wrap_up(card, agent) and (is_done or card.spoke_at is not None),
        is_disowned=card.vouch is not None and card.vouch.answer == "no",
        mark=card_mark(card),
    )


def _may_wrap_up(card: Card, agent: str) -> bool:
    has_released = card.state == "RELEASED" and card.released_by == agent
    return has_released or card.agent in (None, agent)


def card_mark(card: Card) -> str:
    """Tell two states of a card apart: the same card has the same mark, in any process."""
    return hashlib.sha256(repr(card).encode()).hexdigest()[:16]


_BANNERS: Final[Mapping[Standing, str]] = {
    "verified": "Verified in this call, by two factors.",
    "hung_up": "The caller has hung up. Was verified in that call, by two factors.",
    "confirmed": "Was verified when confirming. Whoever is on the line now is not verified.",
    "held": "UNVERIFIED now. Was verified before the line opened; a fresh code is needed.",
    "elsewhere": "UNVERIFIED in this call. What was proved in another call counts for nothing here.",
    "ran_out": "UNVERIFIED now. What this caller proved was too long ago.",
    "unverified": "UNVERIFIED. Whatever this caller says or knows: nothing may change.",
}
_LEVELS: Final[Mapping[Standing, Level]] = {
    "verified": "verified",
    "hung_up": "confirmed",
    "confirmed": "confirmed",
}
_CALLERS: Final[Mapping[CallStanding, str]] = {
    "nowhere": "no agent was rung yet",
    "rings": "waits while an agent is rung",
    "talks": "with an agent",
    "left": "with no agent: at the keypad, in the menu, or hung up",
    "ended": "has hung up",
}


def _banner(card: Card) -> str:
    if card.standing == "verified" and card.is_vouched:
        return "Verified in this call: by the caller's own code, and by the account manager's word."
    return _BANNERS[card.standing]


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    yield "Account", card.reach.company
    yield "Primary administrator", "says so, by key" if card.is_primary else "not claimed"
    yield "Phone on file", card.reach.phone
    yield "Mailbox on file", card.reach.mailbox
    yield "Caller", _CALLERS[card.now.standing]
    yield "Calling number", CALLING[card.calling]
    yield "Path", PATHS[card.path]
    yield "Subaccounts seen", "not counted" if card.subaccounts is None else str(card.subaccounts)
    yield "Disclaimer e-mail", card.mail.replace("_", " ")
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
    is_known = one.move == "claim" and card.agent == agent and card.next.move != "claim"
    return one.move in MOVES and not is_known


def _buttons(card: Card, agent: str, hand: ProductByHand) -> tuple[Button, ...]:
    """Make the buttons, the one that the case waits for first."""
    kept = [one for one in card.moves if _is_shown(one, card, agent)]
    made = [_button(one, card, agent, is_next=one.move == card.next.move) for one in kept]
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
