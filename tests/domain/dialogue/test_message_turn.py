"""Leaving a message, or not."""

import pytest

from ivr.domain.dialogue.actions import Record
from ivr.domain.dialogue.effects import MessageLeft
from ivr.domain.dialogue.events import Event, KeyHeard, MessageSpoken, NothingHeard, RecordingId, SpeechHeard
from ivr.domain.menus.line import LineId
from tests.domain.dialogue.call import NIGHT, TREE, UNTOLD, go, is_over, kinds, spoken, take

SPOKEN = RecordingId("RE" + "a" * 32)
OFFER = "To leave a message, press 1. To go back to the main menu, press star."


def test_key_1_hears_the_notice_and_then_the_tone() -> None:
    turn = go("01", at=NIGHT)

    assert spoken(turn).startswith("This is recorded. Please speak after the tone")
    assert turn.actions[-1] == Record(place=turn.place, longest_s=110, transcribe=True)
    assert turn.place.stage == "recorded"


def test_a_company_without_a_notice_reads_none() -> None:
    assert spoken(go("01", UNTOLD, at=NIGHT)).startswith("Please speak after the tone")


def test_key_star_goes_home_and_key_pound_offers_it_again_without_counting() -> None:
    home, again = go("0*", at=NIGHT), go("0#", at=NIGHT)

    assert (home.judged, home.place.stage, home.place.node, home.place.line) == ("back", "turn", "main", None)
    assert (again.judged, spoken(again)) == ("offered_again", OFFER)
    assert (again.place.silences, again.place.mismatches) == (0, 0)


@pytest.mark.parametrize(("key", "words"), [("-", "I did not hear anything."), ("9", "That key is not one")])
def test_each_failure_offers_it_again_and_the_third_records_whoever_may_be_unable_to_press(
    key: str, words: str
) -> None:
    assert spoken(go("0" + key * 2, at=NIGHT)).startswith(words)
    assert kinds(go("0" + key * 3, at=NIGHT)) == ["Say", "Record"]


def test_a_caller_silent_in_the_menu_and_at_the_offer_is_let_go() -> None:
    turn = go("1----", at=NIGHT)

    assert (turn.judged, is_over(turn)) == ("no_input", True)


def test_what_is_said_instead_of_a_key_counts_as_no_choice() -> None:
    turn = take(TREE, go("0", at=NIGHT).place, SpeechHeard(text="hello", confidence=0.9))

    assert turn.judged == "offered_again"


def test_a_message_is_kept_and_the_caller_asked_for_more() -> None:
    turn = take(TREE, go("01", at=NIGHT).place, MessageSpoken(recording=SPOKEN, seconds=2))

    assert turn.effects == (MessageLeft(line=LineId("desk"), recording=SPOKEN, seconds=2),)
    assert spoken(turn).startswith("Thank you. Your message has been kept. Is there anything else? Choose.")


@pytest.mark.parametrize(
    "event",
    [
        MessageSpoken(recording=None, seconds=0),
        MessageSpoken(recording=SPOKEN, seconds=1),
        MessageSpoken(recording=None, seconds=9),
        NothingHeard(),
    ],
)
def test_nothing_spoken_is_offered_once_more_and_then_ends_the_call(event: Event) -> None:
    first = take(TREE, go("01", at=NIGHT).place, event)
    second = take(TREE, take(TREE, first.place, KeyHeard(key="1")).place, event)

    assert (first.effects, spoken(first)) == ((), f"I did not hear a message. {OFFER}")
    assert is_over(second)


@pytest.mark.parametrize("keys", ["999", "91"])
def test_wrong_keys_before_each_empty_message_do_not_ask_for_a_third(keys: str) -> None:
    nothing = MessageSpoken(recording=None, seconds=0)
    turn = go("0", at=NIGHT)

    for _ in range(2):
        for key in keys:
            turn = take(TREE, turn.place, KeyHeard(key=key), NIGHT)
        assert isinstance(turn.actions[-1], Record)
        turn = take(TREE, turn.place, nothing, NIGHT)

    assert spoken(turn) == "I did not hear a message. Thank you for calling. Goodbye."
    assert is_over(turn)


def test_three_wrong_keys_are_heard_out_also_where_a_message_was_empty() -> None:
    offered = take(TREE, go("01", at=NIGHT).place, MessageSpoken(recording=None, seconds=0))

    once = take(TREE, offered.place, KeyHeard(key="9"))
    twice = take(TREE, once.place, KeyHeard(key="9"))

    assert (kinds(once), kinds(twice)) == (["Gather"], ["Gather"])
    assert kinds(take(TREE, twice.place, KeyHeard(key="9"))) == ["Say", "Record"]


def test_a_caller_recorded_for_silence_is_thanked_at_the_next_silence() -> None:
    kept = take(TREE, go("0---", at=NIGHT).place, MessageSpoken(recording=SPOKEN, seconds=9))

    ended = take(TREE, kept.place, NothingHeard(), NIGHT)

    assert spoken(kept).startswith("Thank you. Your message has been kept. Is there anything else? Choose.")
    assert (spoken(ended), is_over(ended)) == ("Thank you for calling. Goodbye.", True)


def test_nothing_spoken_twice_ends_the_call_with_a_word() -> None:
    nothing = MessageSpoken(recording=None, seconds=0)
    once = take(TREE, go("0---", at=NIGHT).place, nothing)

    assert spoken(once) == "I did not hear a message. Thank you for calling. Goodbye."
    assert is_over(once)
