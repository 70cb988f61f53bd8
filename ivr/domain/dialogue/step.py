"""One turn: where the caller is and what happened there, to what is done next. Pure."""

from dataclasses import replace
from typing import assert_never

from ivr.domain.dialogue.context import NOTHING, Known
from ivr.domain.dialogue.events import (
    CallArrived,
    CallResumed,
    DialEnded,
    Event,
    KeyHeard,
    MessageSpoken,
    NothingHeard,
    SpeechHeard,
    Unreadable,
)
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import KEYPAD_STAGES, LAST_TURN, PATIENCE, Place
from ivr.domain.dialogue.turn import Taken
from ivr.domain.dialogue.turns.ask_node import MOST_TURNS
from ivr.domain.dialogue.turns.callback_turn import go_on_called_back
from ivr.domain.dialogue.turns.keypad_turn import send_back
from ivr.domain.dialogue.turns.menu_turn import choose, hear_nothing, hear_words, present, too_many
from ivr.domain.dialogue.turns.message_turn import after_message, choose_message, leave_goodbye, offer_again
from ivr.domain.dialogue.turns.primary_turn import hear_primary
from ivr.domain.dialogue.turns.returning_caller import with_who_brought
from ivr.domain.dialogue.turns.transfer_turn import after_dial, choose_between
from ivr.domain.dialogue.turns.verified_turn import hear_warning
from ivr.domain.dialogue.turns.verify_turn import verify, waits
from ivr.domain.menus.tree import MenuTree, Transfer


def start_of(tree: MenuTree) -> Place:
    return Place(version=tree.version, stage="turn", node=tree.home.id, language=tree.languages[0], turn=0)


def at_home(tree: MenuTree, place: Place) -> Place:
    """Bring a place that this tree does not know back to the main menu, its turns still counted.

    An agent's leg stays an agent's leg: a menu is nothing for somebody who is being rung.
    """
    language = place.language if place.language in tree.languages else tree.languages[0]
    home = replace(start_of(tree), language=language, turn=place.turn, has_case=place.has_case)
    if place.stage in ("whisper", "whisper_again", "accept"):
        return replace(home, stage=place.stage, line=place.line, person=place.person)
    return home


def step(tree: MenuTree, place: Place, event: Event, known: Known = NOTHING) -> Taken:
    """Take one turn of the caller's leg.

    Gives AskLine where the answer depends on a line's people now, AskCase where it depends on the caller's
    case; the same call with that fact in *known* then goes on. *place* is known to the tree (see `at_home`).
    """
    if isinstance(event, Unreadable):
        return _once_more(tree, place, known)
    here = place if waits(place, event) else replace(place, turn=place.turn + 1)
    if here.turn >= LAST_TURN:
        return leave_goodbye(tree, replace(place, stage="turn"), before=(), judged="too_many_turns")
    if isinstance(event, CallArrived):
        greeting = tree.greeting.said_in(here.language)
        return present(tree, here, before=(greeting,), judged="arrived", known=known)
    if isinstance(event, CallResumed):
        return _resume(tree, here, known)
    return _at_stage(tree, here, event, known)


def _at_stage(tree: MenuTree, here: Place, event: Event, known: Known) -> Taken:
    match here.stage:
        case "turn":
            return _choosing(tree, here, event, known)
        case "between":
            return choose_between(tree, here, event, known.line)
        case "message":
            return choose_message(tree, here, event)
        case (
            "primary"
            | "identify"
            | "pin"
            | "phone"
            | "mailbox"
            | "app_for_phone"
            | "app_for_mailbox"
            | "saved_for_phone"
            | "saved_for_mailbox"
            | "warning"
        ):
            return _verifying(tree, here, event, known)
        case "sent_back" | "called_back":
            return _brought(tree, here, event, known)
        case "dial" | "dial_again" | "whisper" | "whisper_again" | "accept":
            ended = event if isinstance(event, DialEnded) else DialEnded(outcome="failed", talk_s=0)
            return after_dial(tree, here, ended, known)
        case "recorded":
            spoken = event if isinstance(event, MessageSpoken) else MessageSpoken(recording=None, seconds=0)
            return after_message(tree, here, spoken)
        case _:
            assert_never(here.stage)


def _brought(tree: MenuTree, here: Place, event: Event, known: Known) -> Taken:
    """Take up a caller whom an agent brought to the keypad: out of a talk, or by a call that we placed."""
    if here.stage == "sent_back":
        return send_back(tree, here, known)
    return go_on_called_back(tree, here, event, known)


def _choosing(tree: MenuTree, here: Place, event: Event, known: Known) -> Taken:
    if here.turn > MOST_TURNS + 1:
        silences = min(here.silences + 1, PATIENCE) if isinstance(event, NothingHeard) else 0
        return too_many(tree, replace(here, silences=silences), known)
    match event:
        case KeyHeard(key=key):
            return choose(tree, here, key, known)
        case SpeechHeard(text=text):
            return hear_words(tree, here, text, known)
        case _:
            return hear_nothing(tree, here, known)


def _verifying(tree: MenuTree, here: Place, event: Event, known: Known) -> Taken:
    node = tree.nodes[here.node]
    if not isinstance(node, Transfer) or node.recovery is None:
        return present(tree, at_home(tree, here), before=(), judged="unreadable", known=known)
    node = with_who_brought(tree, here, node)
    if here.stage == "primary":
        return hear_primary(tree, here, node, event, known)
    if here.stage == "warning":
        return hear_warning(tree, here, node, event, known)
    return verify(tree, here, node, event, known)


def _once_more(tree: MenuTree, place: Place, known: Known) -> Taken:
    """Say the same place again, and count nothing, not even the turn."""
    if place.stage == "message":
        return offer_again(tree, place, judged="unreadable")
    if place.stage in KEYPAD_STAGES:
        return _at_stage(tree, place, Unreadable(), known)
    if place.stage == "turn":
        return present(tree, place, before=(), judged="unreadable", known=known)
    return step(tree, place, NothingHeard(), known)


def _resume(tree: MenuTree, here: Place, known: Known) -> Taken:
    if here.turn > MOST_TURNS:
        return too_many(tree, at_home(tree, here), known)
    sorry = line_says(tree, here, "resumed")
    home = here if here.stage == "turn" else at_home(tree, here)
    return present(tree, home, before=(sorry,), judged="resumed", known=known)
