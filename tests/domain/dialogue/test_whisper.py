"""The agent's leg: told why, told nobody's name, and one key takes the call."""

from dataclasses import replace

import pytest

from ivr.domain.dialogue.actions import Bridge, Dial, Gather, HangUp
from ivr.domain.dialogue.effects import LegAccepted
from ivr.domain.dialogue.events import CallResumed, Event, KeyHeard, LegId, NothingHeard, SpeechHeard
from ivr.domain.dialogue.place import LAST_TURN, Place
from ivr.domain.dialogue.whisper import accept, whisper
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import NodeId
from ivr.domain.prompts.speech import Language
from ivr.domain.recovery.verification_commands import CLOSED, CaseView, Next
from tests.domain.dialogue.call import TREE, go, spoken

LEG = LegId("CA" + "b" * 32)


def told(keys: str) -> Place:
    dial = go(keys).actions[-1]
    assert isinstance(dial, Dial)
    return dial.whisper


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("10", "the desk, tickets, not verified. Press 1."),
        ("4", "the crew, wants the crew, not verified. Press 1."),
        ("---", "the desk, main, caller silent. Press 1."),
    ],
)
def test_an_agent_hears_the_line_the_reason_and_what_is_known(keys: str, words: str) -> None:
    turn = whisper(TREE, told(keys))

    assert spoken(turn) == words
    assert (turn.judged, turn.place.stage) == ("whisper", "accept")
    assert isinstance(turn.actions[0], Gather)
    assert turn.actions[1:] == (HangUp(),)


def test_an_agent_hears_the_digits_of_a_case_that_is_not_verified() -> None:
    case = CaseView(next="failed", match="407")

    assert spoken(whisper(TREE, told("10"), case)) == "Locked out, not verified. Match 4 0 7. Press 1."


@pytest.mark.parametrize("following", ["verified", "held", "failed", "phone"])
def test_an_agent_hears_of_a_caller_who_said_no_only_that_and_the_digits(following: Next) -> None:
    case = CaseView(next=following, match="407", path="reset", says_primary=False)
    back = replace(told("10"), stage="whisper_again")

    first, again = (spoken(whisper(TREE, place, case)) for place in (told("10"), back))

    assert first == "Locked out, not the primary administrator. Match 4 0 7. Press 1."
    assert again == "Back, not the primary administrator. Match 4 0 7. Press 1."


def test_an_agent_hears_that_the_own_caller_is_back_and_said_no() -> None:
    back = replace(told("10"), stage="whisper_again")

    said = spoken(whisper(TREE, back, replace(CLOSED, says_primary=False)))

    assert said == "Back, not the primary administrator. Press 1."


def test_an_agent_hears_that_the_own_caller_is_back() -> None:
    place = replace(told("10"), stage="whisper_again")
    case = CaseView(next="verified", match="407", path="change", is_confirmed=True)

    assert spoken(whisper(TREE, place, case)) == "Back. Verified. Change. Match 4 0 7. Press 1."


def test_an_agent_hears_that_the_own_caller_is_back_who_has_no_case() -> None:
    place = replace(told("10"), stage="whisper_again")

    assert spoken(whisper(TREE, place)) == "Back, tickets, not verified. Press 1."


def test_an_agent_hears_the_first_language_whatever_the_caller_speaks() -> None:
    turn = whisper(TREE, replace(told("0"), language=Language("de")))

    assert turn.place.language == TREE.languages[0]


def test_a_goodbye_gives_no_reason() -> None:
    assert spoken(whisper(TREE, replace(told("0"), node=NodeId("bye")))).startswith(
        "the desk, , not verified"
    )


@pytest.mark.parametrize("line", [None, LineId("gone")])
def test_nobody_is_told_of_a_line_that_is_gone(line: LineId | None) -> None:
    turn = whisper(TREE, replace(told("0"), line=line))

    assert (turn.judged, turn.actions) == ("declined", (HangUp(),))


def test_key_1_connects_the_two_and_is_kept() -> None:
    turn = accept(whisper(TREE, told("0")).place, KeyHeard(key="1"), leg=LEG)

    assert (turn.judged, turn.actions) == ("accepted", (Bridge(),))
    assert turn.effects == (LegAccepted(leg=LEG, line=LineId("desk")),)


@pytest.mark.parametrize(
    "event",
    [
        KeyHeard(key="2"),
        KeyHeard(key="11"),
        NothingHeard(),
        SpeechHeard(text="1", confidence=1.0),
        CallResumed(),
    ],
)
def test_anything_else_declines_and_keeps_nothing(event: Event) -> None:
    turn = accept(whisper(TREE, told("0")).place, event, leg=LEG)

    assert (turn.judged, turn.actions, turn.effects) == ("declined", (HangUp(),), ())


def test_no_line_is_accepted_without_its_name() -> None:
    assert accept(replace(told("0"), line=None), KeyHeard(key="1"), leg=LEG).judged == "declined"


def test_the_last_turn_of_a_leg_stays_the_last() -> None:
    assert whisper(TREE, replace(told("0"), turn=LAST_TURN)).place.turn == LAST_TURN
