"""Walks through the shipped menu by every key, silence and outcome: what must hold wherever they lead."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.dialogue.actions import Collect, Dial, Gather, HangUp, Record
from ivr.domain.dialogue.events import (
    CallArrived,
    CallResumed,
    DialEnded,
    Event,
    KeyHeard,
    LegId,
    MessageSpoken,
    NothingHeard,
    RecordingId,
    SpeechHeard,
)
from ivr.domain.dialogue.place import LAST_TURN, Place
from ivr.domain.dialogue.step import start_of
from ivr.domain.dialogue.turn import Turn
from ivr.domain.dialogue.whisper import accept, whisper
from ivr.domain.menus.building.loader import load
from ivr.domain.menus.paths import fewest_keys
from ivr.domain.menus.tree import Ask, MenuTree
from ivr.domain.prompts.durations import seconds_of
from tests.domain.dialogue import call

MORNING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 28, 11, 7, tzinfo=UTC)


def _shipped() -> MenuTree:
    tree = load(read_folders(Path("menus"), Path("prompts"))).tree
    assert tree is not None
    return tree


TREE = _shipped()
OUTCOMES = st.sampled_from(["bridged", "declined", "busy", "no_answer", "failed"])
KEYS = st.sampled_from("0123456789*#")


def take(place: Place, event: Event, at: datetime = MORNING) -> Turn:
    return call.take(TREE, place, event, at)


@dataclass(frozen=True)
class _Doing:
    key: str
    outcome: str
    seconds: int
    silent: bool


DOINGS = st.builds(_Doing, key=KEYS, outcome=OUTCOMES, seconds=st.integers(0, 60), silent=st.booleans())


def _event(place: Place, doing: _Doing) -> Event:
    if place.stage == "dial":
        return DialEnded(outcome=doing.outcome, talk_s=0)  # type: ignore[arg-type]  # drawn from the outcomes
    if place.stage == "recorded":
        recording = RecordingId("RE" + "a" * 32) if doing.seconds else None
        return MessageSpoken(recording=recording, seconds=doing.seconds)
    return NothingHeard() if doing.silent else KeyHeard(key=doing.key)


@given(doings=st.lists(DOINGS, max_size=150), at=st.sampled_from([MORNING, NIGHT]))
def test_every_turn_leads_on_or_ends_and_no_call_goes_on_for_ever(doings: list[_Doing], at: datetime) -> None:
    turn = take(start_of(TREE), CallArrived(), at)

    for doing in doings:
        last = turn.actions[-1]
        assert isinstance(last, Gather | Collect | Dial | Record | HangUp)
        assert turn.place.turn <= LAST_TURN
        assert len(turn.place.back) <= 3
        if isinstance(last, HangUp):
            break
        turn = take(turn.place, _event(turn.place, doing), at)

    assert len(doings) < 120 or isinstance(turn.actions[-1], HangUp)


@given(keys=st.lists(KEYS, max_size=12), at=st.sampled_from([MORNING, NIGHT]))
def test_from_anywhere_a_caller_who_falls_silent_comes_to_an_end(keys: list[str], at: datetime) -> None:
    turn = take(start_of(TREE), CallArrived(), at)
    for key in keys:
        if not isinstance(turn.actions[-1], HangUp):
            turn = take(turn.place, _event(turn.place, _Doing(key, "busy", 0, silent=False)), at)

    for _ in range(14):
        if isinstance(turn.actions[-1], HangUp):
            break
        turn = take(turn.place, _event(turn.place, _Doing("0", "no_answer", 0, silent=True)), at)

    assert isinstance(turn.actions[-1], HangUp)


@given(keys=st.lists(st.sampled_from("123"), max_size=3))
def test_zero_rings_the_node_s_own_line_from_anywhere(keys: list[str]) -> None:
    turn = take(start_of(TREE), CallArrived())
    for key in keys:
        if turn.place.stage == "turn":
            turn = take(turn.place, KeyHeard(key=key))
    node = TREE.nodes[turn.place.node]

    if turn.place.stage == "turn" and isinstance(node, Ask):
        rung = take(turn.place, KeyHeard(key="0")).actions[-1]
        assert isinstance(rung, Dial)
        assert rung.line == node.line


@pytest.mark.parametrize(
    "event", [NothingHeard(), KeyHeard(key="9"), SpeechHeard(text="what", confidence=0.0)]
)
def test_the_third_failure_in_a_row_rings_a_person_and_a_choice_starts_the_count_again(event: Event) -> None:
    first = take(start_of(TREE), CallArrived())
    second = take(take(first.place, event).place, event)

    third = take(second.place, event)
    chosen = take(second.place, KeyHeard(key="3"))

    assert isinstance(third.actions[-1], Dial)
    assert (chosen.place.silences, chosen.place.mismatches) == (0, 0)


def test_pound_says_it_again_and_star_goes_back_without_counting() -> None:
    section = take(take(start_of(TREE), CallArrived()).place, KeyHeard(key="3"))

    again = take(section.place, KeyHeard(key="#"))
    back = take(section.place, KeyHeard(key="*"))

    assert again.actions[0].utterances == section.actions[0].utterances  # type: ignore[union-attr]
    assert (again.place.node, back.place.node) == ("scanner-appliance", "main")
    assert (back.place.silences, back.place.mismatches) == (0, 0)


def test_a_caller_silent_from_the_start_is_named_so_to_the_agent_and_thanked_at_night() -> None:
    turn = take(start_of(TREE), CallArrived())
    night = take(start_of(TREE), CallArrived(), NIGHT)
    for _ in range(3):
        turn = take(turn.place, NothingHeard())
        night = take(night.place, NothingHeard(), NIGHT)

    dial = turn.actions[-1]

    assert isinstance(dial, Dial)
    words = whisper(TREE, dial.whisper).actions[0]
    assert isinstance(words, Gather)
    assert "caller silent" in words.utterances[0].parts[0].text  # type: ignore[union-attr]
    assert isinstance(night.actions[-1], HangUp)


def test_the_forty_first_choice_is_a_person_s() -> None:
    place = Place(version=TREE.version, stage="turn", node=TREE.home.id, language=TREE.languages[0], turn=41)

    turn = take(place, KeyHeard(key="3"))

    assert turn.judged == "too_many_turns"
    assert isinstance(turn.actions[-1], Dial)


@pytest.mark.parametrize("node", [name for name, node in TREE.nodes.items() if isinstance(node, Ask)])
def test_every_whisper_is_over_in_six_seconds_and_takes_one_key(node: str) -> None:
    asked = TREE.nodes[node]  # type: ignore[index]
    assert isinstance(asked, Ask)
    place = Place(
        version=TREE.version,
        stage="whisper",
        node=asked.id,
        language=TREE.languages[0],
        turn=4,
        line=asked.line,
        person=0,
    )  # fmt: skip -- one place

    said = whisper(TREE, place).actions
    declined = [
        accept(place, event, leg=LegId("CA")) for event in (NothingHeard(), KeyHeard(key="2"), CallResumed())
    ]

    assert isinstance(said[0], Gather)
    assert seconds_of(said[0].utterances) <= 6.0
    assert all(turn.actions == (HangUp(),) and not turn.effects for turn in declined)


def test_each_question_of_the_faq_is_told_within_two_keys() -> None:
    depth = fewest_keys(TREE)
    answers = [node for node in TREE.nodes.values() if isinstance(node, Ask) and node.kind == "answer"]
    told = [node for node in answers if node.id != "not-primary"]

    assert len(told) == 9  # the tenth, "I cannot access my account", is a question of its own
    assert all(depth[node.id] <= 2 for node in told)
    assert depth[TREE.nodes["cannot-access"].id] <= 2  # type: ignore[index]
