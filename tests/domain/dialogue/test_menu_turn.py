"""Choosing: keys, words and silence."""

import pytest

from ivr.domain.dialogue.actions import Dial, Gather
from ivr.domain.dialogue.events import KeyHeard, SpeechHeard
from ivr.domain.dialogue.turn import Turn
from tests.domain.dialogue.call import HEARING, NIGHT, TREE, arrive, go, is_over, kinds, spoken, take


def rung(turn: Turn) -> str:
    dial = turn.actions[-1]
    assert isinstance(dial, Dial)
    return dial.line


def test_a_key_takes_its_choice_and_starts_the_counts_again() -> None:
    turn = go("-91")

    assert (turn.judged, turn.place.node) == ("choice", "tickets")
    assert (turn.place.silences, turn.place.mismatches, turn.place.back) == (0, 0, ("main",))


def test_an_explanation_comes_before_what_was_chosen() -> None:
    assert spoken(go("4")).startswith("They are at sea. One moment. I am connecting you to the crew.")


def test_not_sure_is_explained_and_asked_again_in_the_same_place() -> None:
    turn = go("33")

    assert (turn.place.node, turn.place.back) == ("paid", ("main",))
    assert spoken(turn).startswith("Look. Paid?")


@pytest.mark.parametrize(("keys", "line"), [("0", "desk"), ("10", "desk"), ("11", "desk"), ("4", "crew")])
def test_key_0_and_each_way_to_a_person_ring_the_line_that_is_meant(keys: str, line: str) -> None:
    assert rung(go(keys)) == line


def test_key_star_goes_back_one_menu_after_the_other_and_stays_at_the_first() -> None:
    turn = go("311")

    nodes = []
    for _ in range(5):
        nodes.append(turn.place.node)
        turn = take(TREE, turn.place, KeyHeard(key="*"))

    assert nodes == ["tickets", "more", "paid", "main", "main"]


def test_the_way_back_is_three_nodes_long() -> None:
    assert go("3112").place.back == ("paid", "more", "tickets")


def test_key_pound_says_it_again_and_counts_nothing() -> None:
    first, again = go("1"), go("1--#")

    assert again.judged == "again"
    assert spoken(again) == spoken(first)
    assert (again.place.silences, again.place.mismatches) == (0, 0)


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        ("-", "I did not hear anything. For tickets", "Press a key on your phone to choose"),
        ("9", "That key is not one of the choices here. For tickets", "Please choose one of these keys"),
    ],
)
def test_each_failure_has_its_own_words_and_the_choices_alone(key: str, first: str, second: str) -> None:
    assert spoken(go(key)).startswith(first)
    assert spoken(go(key * 2)).startswith(second)


def test_a_question_is_asked_again_after_a_failure() -> None:
    assert spoken(go("3-")).startswith("I did not hear anything. Paid?")


@pytest.mark.parametrize("key", ["9", "A", "12", "", "\N{FULLWIDTH DIGIT ONE}"])
def test_three_keys_in_a_row_that_mean_nothing_ring_a_person(key: str) -> None:
    turn = arrive()
    for _ in range(3):
        turn = take(TREE, turn.place, KeyHeard(key=key))

    assert (rung(turn), turn.judged) == ("desk", "no_match")


def test_three_silences_in_a_row_ring_a_person() -> None:
    assert (rung(go("---")), go("---").judged) == ("desk", "no_input")


def test_silence_and_wrong_keys_are_counted_apart() -> None:
    assert kinds(go("--99--99")) == ["Gather"]


def test_a_goodbye_that_was_chosen_is_said_and_ends_the_call() -> None:
    turn = go("6")

    assert (turn.judged, spoken(turn), is_over(turn)) == ("goodbye", "Farewell.", True)


def test_keys_pressed_at_a_goodbye_find_the_general_line() -> None:
    assert rung(take(TREE, go("6").place, KeyHeard(key="0"))) == "desk"
    assert kinds(take(TREE, go("6").place, KeyHeard(key="1"))) == ["Say", "HangUp"]


@pytest.mark.parametrize(
    ("words", "judged", "node"),
    [
        ("Buy a ticket!", "choice", "tickets"),
        ("a HUMAN", "no_match", "main"),
        ("Human.", "person", "main"),
        ("boats", "no_match", "main"),
        ("...", "no_match", "main"),
    ],
)
def test_words_are_taken_for_a_choice_only_as_the_menu_gives_them(words: str, judged: str, node: str) -> None:
    turn = take(HEARING, arrive(HEARING).place, SpeechHeard(text=words, confidence=0.9))

    assert (turn.judged, turn.place.node) == (judged, node)


def test_a_recogniser_is_told_the_words_where_speech_is_heard() -> None:
    hearing, keys_only = arrive(HEARING).actions[0], arrive(TREE).actions[0]

    assert isinstance(hearing, Gather)
    assert isinstance(keys_only, Gather)
    assert (hearing.hints, keys_only.hints) == (("buy a ticket", "tickets"), ())


def test_each_node_names_the_keys_that_help_there() -> None:
    assert spoken(go("1")).endswith("To hear this again, press pound. To go back, press star.")
    assert spoken(go("3")).endswith("If you are not sure, press 3. To go back, press star.")


def test_a_silent_caller_at_night_is_told_the_hours_and_thanked() -> None:
    turn = go("---", at=NIGHT)

    assert is_over(turn)
    assert "the desk is closed. It opens in 9 hours" in spoken(turn)
    assert spoken(turn).endswith("Goodbye.")
