"""What each event is taken for at each stage."""

from dataclasses import replace

import pytest

from ivr.domain.dialogue.context import Known
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
from ivr.domain.dialogue.place import LAST_TURN, Place, Stage
from ivr.domain.dialogue.step import at_home, start_of, step
from ivr.domain.dialogue.turn import AskLine, Turn
from ivr.domain.dialogue.turns.ask_node import MOST_TURNS
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import NodeId
from ivr.domain.prompts.speech import Language
from tests.domain.dialogue.call import OPEN, TREE, arrive, go, is_over, kinds, leads_on, spoken, take

DESK = LineId("desk")
EVENTS: list[Event] = [
    CallArrived(),
    CallResumed(),
    KeyHeard(key="1"),
    KeyHeard(key="12"),
    SpeechHeard(text="", confidence=0.0),
    NothingHeard(),
    DialEnded(outcome="busy", talk_s=0),
    MessageSpoken(recording=None, seconds=0),
    Unreadable(),
]
STAGES: list[Stage] = ["turn", "dial", "between", "message", "recorded", "whisper", "accept"]


def at(stage: Stage, turn: int = 5) -> Place:
    return Place(
        version=TREE.version,
        stage=stage,
        node=TREE.home.id,
        language=TREE.languages[0],
        turn=turn,
        line=DESK,
        person=0,
    )


LOST = [
    replace(at("dial"), line=None),
    replace(at("dial"), person=None),
    replace(at("dial"), line=LineId("gone")),
]


def test_a_call_begins_with_the_greeting_and_the_main_menu() -> None:
    turn = arrive()

    assert (turn.judged, turn.place.turn, turn.place.node) == ("arrived", 1, "main")
    assert spoken(turn).startswith("Hello. Choose. For tickets, press 1. ")
    assert spoken(turn).endswith("For a person, press 0 at any time.")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("stage", STAGES)
def test_every_event_at_every_stage_is_answered(stage: Stage, event: Event) -> None:
    turn = take(TREE, at(stage), event)

    assert leads_on(turn)


@pytest.mark.parametrize("event", EVENTS[2:], ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("stage", ["dial", "between"])
def test_who_was_rung_on_a_line_that_is_gone_comes_home(stage: Stage, lost: Place, event: Event) -> None:
    turn = take(TREE, replace(lost, stage=stage), event)

    assert (turn.place.stage, turn.place.node, turn.effects) == ("turn", "main", ())


def test_the_step_asks_for_a_line_before_it_rings_it() -> None:
    place = arrive().place

    assert step(TREE, place, KeyHeard(key="2")) == AskLine(line=LineId("deck"))
    assert kinds(go("2")) == ["Say", "Dial"]


@pytest.mark.parametrize(("stage", "words"), [("turn", "Choose."), ("message", "leave a message, press 1")])
def test_a_request_that_cannot_be_read_is_answered_by_the_same_place_and_not_counted(
    stage: Stage, words: str
) -> None:
    place = replace(at(stage), silences=2)

    turn = take(TREE, place, Unreadable())

    assert (turn.judged, turn.place) == ("unreadable", place)
    assert words in spoken(turn)


def test_an_interrupted_call_goes_on_where_it_was_with_an_apology() -> None:
    turn = take(TREE, go("3").place, CallResumed())

    assert (turn.judged, turn.place.node) == ("resumed", "paid")
    assert spoken(turn).startswith("I am sorry for the interruption. Paid?")


def test_a_call_interrupted_while_ringing_goes_on_at_the_main_menu() -> None:
    turn = take(TREE, go("2").place, CallResumed())

    assert (turn.place.stage, turn.place.node) == ("turn", "main")


def test_a_call_that_is_interrupted_again_and_again_comes_to_a_person() -> None:
    turn = take(TREE, at("turn", turn=MOST_TURNS), CallResumed())

    assert (turn.judged, kinds(turn)) == ("too_many_turns", ["Say", "Dial"])


@pytest.mark.parametrize(("turn", "judged"), [(40, "choice"), (41, "too_many_turns")])
def test_the_forty_first_choice_is_put_through_and_the_fortieth_is_not(turn: int, judged: str) -> None:
    taken = take(TREE, at("turn", turn=turn), KeyHeard(key="1"))

    assert taken.judged == judged


def test_the_last_turn_that_a_place_can_hold_ends_the_call() -> None:
    turn = take(TREE, at("between", turn=LAST_TURN - 1), NothingHeard())

    assert is_over(turn)
    assert spoken(turn).endswith("Goodbye.")


def test_after_all_its_turns_a_call_that_would_come_home_is_thanked() -> None:
    turn = take(TREE, at("message", turn=MOST_TURNS), KeyHeard(key="*"))

    assert (kinds(turn), spoken(turn)) == (["Say", "HangUp"], "Thank you for calling. Goodbye.")


def test_a_place_of_another_menu_comes_home_with_its_turns_and_a_language_that_is_spoken() -> None:
    lost = replace(at("message"), node=NodeId("gone"), language=Language("fr"), back=(NodeId("gone"),))

    assert at_home(TREE, lost) == replace(start_of(TREE), turn=5)


@pytest.mark.parametrize("stage", ["whisper", "accept"])
def test_an_agent_s_leg_stays_an_agent_s_leg(stage: Stage) -> None:
    home = at_home(TREE, replace(at(stage), node=NodeId("gone")))

    assert (home.stage, home.node, home.line, home.person) == (stage, "main", DESK, 0)


def test_the_line_may_be_told_before_it_is_asked_for() -> None:
    turn = step(TREE, arrive().place, KeyHeard(key="0"), Known(line=OPEN))

    assert isinstance(turn, Turn)
    assert kinds(turn) == ["Say", "Dial"]
