"""What a turn carries on or leaves behind, whole: each fact alone, where no other would hide it."""

from dataclasses import replace

import pytest

from ivr.domain.dialogue.effects import MessageLeft, TransferEnded
from ivr.domain.dialogue.events import CallResumed, Event, KeyHeard, MessageSpoken, NothingHeard
from ivr.domain.dialogue.place import LAST_TURN, PATIENCE, Place, Stage
from ivr.domain.dialogue.step import at_home, start_of
from ivr.domain.dialogue.turns.ask_node import MOST_TURNS
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import NodeId
from ivr.domain.prompts.speech import Language
from tests.domain.dialogue.call import TREE, take

DESK = LineId("desk")
SPANISH = Language("es")


def at(stage: Stage, *, turn: int = 5, silences: int = 0, node: str = "main") -> Place:
    place = replace(start_of(TREE), stage=stage, turn=turn, silences=silences, node=NodeId(node))
    return replace(place, line=DESK, person=0)


def test_who_comes_home_keeps_the_language_and_the_case() -> None:
    tree = replace(TREE, languages=(*TREE.languages, SPANISH))
    lost = replace(at("turn", node="gone"), language=SPANISH, has_case=True)

    home = at_home(tree, lost)

    assert (home.language, home.has_case, home.node) == (SPANISH, True, TREE.home.id)


@pytest.mark.parametrize(
    ("silences", "event", "counted"),
    [
        (0, NothingHeard(), 1),
        (2, NothingHeard(), 3),
        (PATIENCE, NothingHeard(), PATIENCE),
        (2, KeyHeard(key="1"), 0),
    ],
)
def test_silence_is_counted_also_in_the_turn_that_is_one_too_many(
    silences: int, event: Event, counted: int
) -> None:
    turn = take(TREE, at("turn", turn=MOST_TURNS + 1, silences=silences), event)

    assert (turn.judged, turn.place.silences) == ("too_many_turns", counted)


@pytest.mark.parametrize("stage", ["dial", "between", "message", "recorded"])
def test_the_last_turn_of_all_is_one_of_the_menu_whatever_it_was(stage: Stage) -> None:
    turn = take(TREE, at(stage, turn=LAST_TURN - 1), NothingHeard())

    assert (turn.judged, turn.place.stage) == ("too_many_turns", "turn")


def test_a_key_that_comes_while_somebody_is_rung_is_a_call_that_failed_and_no_talk() -> None:
    turn = take(TREE, at("dial"), KeyHeard(key="1"))

    assert turn.effects == (TransferEnded(line=DESK, person=0, outcome="failed", talk_s=0),)


def test_a_key_that_comes_where_a_message_is_awaited_is_a_message_of_nothing() -> None:
    by_key = take(TREE, at("recorded"), KeyHeard(key="1"))
    by_nothing = take(TREE, at("recorded"), MessageSpoken(recording=None, seconds=0))

    assert (by_key.effects, by_key.actions) == (by_nothing.effects, by_nothing.actions)
    assert not any(isinstance(one, MessageLeft) for one in by_key.effects)


def test_a_transfer_that_asks_for_no_verification_is_no_place_to_type_a_code() -> None:
    turn = take(TREE, at("phone", node="crew"), KeyHeard(key="1"))

    assert (turn.judged, turn.place.node, turn.place.stage) == ("unreadable", TREE.home.id, "turn")


@pytest.mark.parametrize(("turn", "judged"), [(MOST_TURNS - 1, "resumed"), (MOST_TURNS, "too_many_turns")])
def test_a_call_is_resumed_to_its_last_turn_and_no_further(turn: int, judged: str) -> None:
    assert take(TREE, at("turn", turn=turn), CallResumed()).judged == judged


@pytest.mark.parametrize(
    ("line", "person", "stage", "rung"),
    [
        (DESK, 1, "dial_again", 1),
        (DESK, None, "dial", 0),
        (LineId("deck"), 1, "dial", 0),
        (None, None, "dial", 0),
    ],
)
def test_only_an_agent_of_this_line_who_had_the_call_is_rung_again_first(
    line: LineId | None, person: int | None, stage: Stage, rung: int
) -> None:
    turn = take(TREE, replace(at("turn"), line=line, person=person), KeyHeard(key="0"))

    assert (turn.place.stage, turn.place.line, turn.place.person) == (stage, DESK, rung)
