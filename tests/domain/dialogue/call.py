"""A call without a telephone: every turn is taken from its written place, as the next request would."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.domain.dialogue.actions import Collect, Dial, Gather, HangUp, Record, Say
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import (
    CallArrived,
    DialEnded,
    Event,
    KeyHeard,
    MessageSpoken,
    NothingHeard,
    Outcome,
)
from ivr.domain.dialogue.place import Place, read_place, write_place
from ivr.domain.dialogue.step import start_of, step
from ivr.domain.dialogue.turn import AskLine, Turn
from ivr.domain.menus.line import LineNow, PersonIndex, line_now
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import plain_words
from tests.domain.menus.folder import SMALL, built, menu

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)

LINES = (
    "person: desk\nlines:\n"
    "  desk: {name: the desk, people: [ana, luis, eva], hours: 'Mo-Su 08:00-20:00', ring_s: 15}\n"
    "  deck: {name: the deck, people: [eva], hours: 'Mo-Su 08:00-20:00', voicemail: false}\n"
    "  crew: {name: the crew, people: [jan, kim], hours: 'Mo-Su 08:00-20:00', voicemail: false}\n"
    "  dark: {name: the dark line, people: [eva], hours: 'off'}\n"
)
MAIN = menu(
    "{for: tickets, go: tickets, words: [tickets, buy a ticket]}\n"
    "{for: the deck, put_through: deck}\n"
    "{for: a question, go: paid}\n"
    "{for: the crew, go: crew, say: They are at sea.}\n"
    "{for: the dark, put_through: dark}\n"
    "{for: leaving, go: bye}",
    "  more:\n    say: More.\n    options: [{for: tickets, go: tickets}]\n    line: deck\n"
    "questions:\n  paid: {ask: Paid?, yes: {go: more}, no: {go: tickets}, not_sure: {say: Look., go: paid}}\n"
    "answers:\n  tickets:\n    say: On board.\n    line: desk\n    options: [{for: the question, go: paid}]\n"
    "transfers:\n  crew: {say: One moment., line: crew, why: wants the crew}\n"
    "goodbyes:\n  bye: {say: Farewell.}\n",
)
TREE = built(main=MAIN, lines=LINES)
HEARING = built(main=MAIN, lines=LINES, pacing="listens: true\nperson_words: [human]\n")
PATIENT = built(main=MAIN, lines=LINES, pacing="silent_caller: person\n")
UNTOLD = built(main=MAIN, lines=LINES, company=SMALL["menus/company.yaml"].partition("notices")[0])
CLOSED = LineNow(at=NOON, is_open=False, rings=(), opens_at=None)
OPEN = LineNow(at=NOON, is_open=True, rings=((PersonIndex(0),),), opens_at=None)


def take(tree: MenuTree, place: Place, event: Event, at: datetime = NOON) -> Turn:
    there = read_place(place.stage, write_place(place))
    assert there == place
    turn = step(tree, there, event)
    if isinstance(turn, AskLine):
        turn = step(tree, there, event, Known(line=line_now(tree.lines[turn.line], at)))
    assert isinstance(turn, Turn)
    assert read_place(turn.place.stage, write_place(turn.place)) == turn.place
    return turn


def arrive(tree: MenuTree = TREE) -> Turn:
    return take(tree, start_of(tree), CallArrived())


def go(keys: str, tree: MenuTree = TREE, at: datetime = NOON) -> Turn:
    """Call, and press *keys* one after the other; "-" stays silent, "b" finds busy, "+" talks to somebody."""
    turn = arrive(tree)
    for key in keys:
        turn = take(tree, turn.place, event_of(key), at)
    return turn


def event_of(key: str) -> Event:
    outcomes: dict[str, Outcome] = {"b": "busy", "+": "bridged", "d": "declined", "x": "caller_left"}
    if key in outcomes:
        return DialEnded(outcome=outcomes[key], talk_s=7)
    return NothingHeard() if key == "-" else KeyHeard(key=key)


def spoken(turn: Turn) -> str:
    """Everything the caller hears in this turn."""
    said = [one for action in turn.actions if isinstance(action, Say | Gather) for one in action.utterances]
    return " ".join(plain_words(one.parts) for one in said)


def kinds(turn: Turn) -> list[str]:
    return [type(action).__name__ for action in turn.actions]


def leads_on(turn: Turn) -> bool:
    """Whether the caller is listened to, rung for, recorded, or let go: never left in silence."""
    return isinstance(turn.actions[-1], Gather | Collect | Dial | Record | HangUp)


def is_over(turn: Turn) -> bool:
    return isinstance(turn.actions[-1], HangUp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What a caller, and whoever is rung, would do next, whatever is asked."""

    key: str | None
    outcome: Outcome
    message: MessageSpoken

    def at(self, place: Place) -> Event:
        if place.stage == "dial":
            return DialEnded(outcome=self.outcome, talk_s=0)
        if place.stage == "recorded":
            return self.message
        return NothingHeard() if self.key is None else KeyHeard(key=self.key)
