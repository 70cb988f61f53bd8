"""Reaching a person: who rings next, what is heard meanwhile, and what is kept of it."""

from dataclasses import replace
from datetime import datetime

import pytest

from ivr.domain.dialogue.actions import Dial, Gather
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import TransferEnded, TransferPlaced
from ivr.domain.dialogue.events import DialEnded, KeyHeard, NothingHeard, Outcome
from ivr.domain.dialogue.place import Place, write_place
from ivr.domain.dialogue.step import step
from ivr.domain.dialogue.turn import Turn
from ivr.domain.dialogue.turns.transfer_turn import begins_to_ring
from ivr.domain.menus.line import LineId, PersonIndex, line_now
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from tests.domain.dialogue.call import (
    LINES,
    MAIN,
    NIGHT,
    NOON,
    PATIENT,
    TREE,
    go,
    is_over,
    kinds,
    spoken,
    take,
)
from tests.domain.menus.folder import built

DESK, DECK, CREW = LineId("desk"), LineId("deck"), LineId("crew")


def dial_of(turn: Turn) -> Dial:
    dial = turn.actions[-1]
    assert isinstance(dial, Dial)
    return dial


def test_a_caller_hears_whom_the_call_goes_to_and_the_first_person_rings() -> None:
    turn = go("10")

    assert spoken(turn) == "I am connecting you to the desk. Please stay on the line."
    assert (dial_of(turn).people, dial_of(turn).ring_s) == ((PersonIndex(0),), 15)
    assert turn.effects == (TransferPlaced(line=DESK, person=0, why="tickets"),)
    assert (dial_of(turn).whisper.stage, dial_of(turn).ended) == ("whisper", turn.place)


@pytest.mark.parametrize("outcome", ["declined", "busy", "no_answer", "failed"])
def test_when_one_does_not_answer_a_message_is_offered_while_the_next_is_tried(outcome: Outcome) -> None:
    turn = take(TREE, go("0").place, DialEnded(outcome=outcome, talk_s=0))

    assert turn.effects == (TransferEnded(line=DESK, person=0, outcome=outcome, talk_s=0),)
    assert (turn.place.stage, turn.place.person, kinds(turn)) == ("between", 1, ["Gather"])
    assert spoken(turn).endswith("To leave a message instead, press 1.")
    waiting = turn.actions[0]
    assert isinstance(waiting, Gather)
    assert waiting.timeout_s == 2


@pytest.mark.parametrize("key", ["-", "2", "0", "#"])
def test_whoever_does_not_choose_a_message_is_put_through_to_the_next(key: str) -> None:
    turn = go("0b" + key)

    assert (turn.judged, dial_of(turn).people) == ("next_person", (PersonIndex(1),))
    assert kinds(turn) == ["Dial"]


def test_between_two_people_one_key_leaves_a_message_and_another_goes_home() -> None:
    assert (go("0b1").judged, kinds(go("0b1"))) == ("message", ["Say", "Record"])
    assert (go("0b*").judged, go("0b*").place.node) == ("back", "main")


def test_when_nobody_is_left_a_message_is_offered() -> None:
    turn = go("0b-b-b")

    assert (turn.place.stage, kinds(turn)) == ("message", ["Gather"])
    assert spoken(turn).startswith("I am sorry, nobody at the desk can take your call right now. To leave")


def test_a_line_without_messages_tries_the_next_at_once_and_then_goes_home() -> None:
    second, nobody = go("4b"), go("4bb")

    assert kinds(second) == ["Say", "Dial"]
    assert spoken(second) == "I am trying the next person."
    assert [type(effect).__name__ for effect in second.effects] == ["TransferEnded", "TransferPlaced"]
    assert (nobody.place.stage, nobody.place.node) == ("turn", "main")
    assert spoken(nobody).startswith("I am sorry, nobody at the crew can take your call right now. Choose.")


def test_after_a_talk_a_caller_who_stayed_is_asked_for_more() -> None:
    turn = go("0+")

    assert turn.effects == (TransferEnded(line=DESK, person=0, outcome="bridged", talk_s=7),)
    assert spoken(turn).startswith("Is there anything else? Choose.")


def test_a_caller_whom_silence_put_through_is_thanked_at_the_next_silence_after_the_talk() -> None:
    talked = go("0+---+")
    ended = take(TREE, talked.place, NothingHeard())

    assert spoken(talked).startswith("Is there anything else? Choose.")
    assert (ended.judged, spoken(ended)) == ("no_input", "Thank you for calling. Goodbye.")
    assert is_over(ended)


@pytest.mark.parametrize("key", ["1", "#", "9"])
def test_a_key_after_such_a_talk_is_heard_and_silence_counts_anew(key: str) -> None:
    turn = go("---+" + key)

    assert kinds(turn) == ["Gather"]
    assert turn.place.silences == 0
    assert kinds(take(TREE, turn.place, NothingHeard())) == ["Gather"]


def test_a_caller_who_asked_for_a_person_may_be_silent_three_times_after_the_talk() -> None:
    assert [kinds(go("0+" + "-" * times)) for times in (1, 2, 3)] == [["Gather"], ["Gather"], ["Say", "Dial"]]


def test_a_caller_who_left_is_not_spoken_to() -> None:
    turn = go("0x")

    assert kinds(turn) == ["HangUp"]
    assert turn.effects == (TransferEnded(line=DESK, person=0, outcome="caller_left", talk_s=7),)


def test_a_line_that_closed_meanwhile_has_nobody_left() -> None:
    turn = take(TREE, go("0b").place, KeyHeard(key="2"), NIGHT)

    assert (turn.place.stage, spoken(turn).partition(",")[0]) == ("message", "I am sorry")


def test_a_closed_line_says_when_it_opens_and_takes_a_message() -> None:
    turn = go("10", at=NIGHT)

    assert spoken(turn).startswith("the desk is closed. It opens in 9 hours, tomorrow at 8 in")
    assert (turn.place.stage, turn.place.line, turn.place.person) == ("message", DESK, 0)


def test_a_line_that_never_opens_says_no_time() -> None:
    assert spoken(go("5", at=NOON)).startswith("the dark line is closed until further notice. To leave")


def test_a_closed_line_without_messages_leads_home() -> None:
    turn = go("2", at=NIGHT)

    assert (turn.place.stage, turn.place.line) == ("turn", None)
    assert "Choose." in spoken(turn)


def test_a_silent_caller_may_be_offered_a_message_instead_of_a_goodbye() -> None:
    assert is_over(go("---", at=NIGHT))
    assert kinds(go("---", PATIENT, at=NIGHT)) == ["Gather"]


@pytest.mark.parametrize("keys", ["1---", "9---", "#---"])
def test_a_caller_who_ever_pressed_a_key_is_not_taken_for_a_robot(keys: str) -> None:
    turn = go(keys, at=NIGHT)

    assert not is_over(turn)
    assert (turn.place.stage, turn.place.silences) == ("message", 3)


def test_people_who_left_the_rota_meanwhile_are_not_rung() -> None:
    place = replace(go("0b").place, person=7)

    assert take(TREE, place, KeyHeard(key="2")).place.stage == "message"


def test_a_silent_caller_whom_nobody_can_take_is_thanked_instead_of_ringing_again_and_again() -> None:
    rung, closed = go("31---b"), go("31---", at=NIGHT)

    assert (
        spoken(rung)
        == "I am sorry, nobody at the deck can take your call right now. Thank you for calling. Goodbye."
    )
    assert is_over(rung)
    assert is_over(closed)


MANAGED = built(main=MAIN, lines=LINES.replace("{name: the desk,", "{name: the desk, own: tam,"))
MANAGER = E164("+14155550190")


def rung(person: int, *, managed: MenuTree = MANAGED) -> Place:
    return replace(go("10").place, version=managed.version, person=person)


def connected(at: datetime) -> Turn:
    """Ask for the desk, whose caller's own manager is known."""
    now = replace(line_now(MANAGED.lines[DESK], at), own=MANAGER)
    turn = step(MANAGED, go("1", MANAGED).place, KeyHeard(key="0"), Known(line=now))
    assert isinstance(turn, Turn)
    return turn


def test_the_callers_own_manager_rings_first_and_alone_and_nothing_personal_is_said() -> None:
    turn = connected(NOON)

    assert spoken(turn) == "I am connecting you to the desk. Please stay on the line."
    assert (dial_of(turn).own, dial_of(turn).people, dial_of(turn).ring_s) == (MANAGER, (), 15)
    assert turn.effects == (TransferPlaced(line=DESK, person=9, why="tickets"),)
    assert MANAGER not in write_place(dial_of(turn).ended) + write_place(dial_of(turn).whisper)
    assert MANAGER not in repr(turn)


def test_a_closed_line_rings_nobodys_manager() -> None:
    assert spoken(connected(NIGHT)) == spoken(go("10", MANAGED, at=NIGHT))
    assert kinds(connected(NIGHT)) == ["Gather"]


@pytest.mark.parametrize("outcome", ["declined", "busy", "no_answer", "failed"])
def test_after_the_own_manager_the_lines_people_follow_as_deputies(outcome: Outcome) -> None:
    missed = take(MANAGED, rung(9), DialEnded(outcome=outcome, talk_s=0))
    deputy = take(MANAGED, missed.place, NothingHeard())

    assert missed.effects == (TransferEnded(line=DESK, person=9, outcome=outcome, talk_s=0),)
    assert (missed.place.stage, missed.place.person) == ("between", 0)
    assert (dial_of(deputy).own, dial_of(deputy).people) == (None, (PersonIndex(0),))
    assert deputy.effects == (TransferPlaced(line=DESK, person=0, why="tickets"),)


def test_after_the_last_deputy_a_message_is_offered() -> None:
    turn = take(MANAGED, rung(2), DialEnded(outcome="busy", talk_s=0))

    assert (turn.place.stage, kinds(turn)) == ("message", ["Gather"])


def test_on_a_line_without_own_managers_no_deputy_follows_a_tenth_person() -> None:
    turn = take(TREE, rung(9, managed=TREE), DialEnded(outcome="busy", talk_s=0))

    assert turn.place.stage == "message"


def test_a_line_begins_to_ring_once_whoever_is_tried_next() -> None:
    first, deputy = connected(NOON), take(MANAGED, replace(rung(0), stage="between"), NothingHeard())

    assert begins_to_ring(go("1", MANAGED).place, first) == DESK
    assert begins_to_ring(replace(rung(0), stage="between"), deputy) is None
    assert begins_to_ring(go("1", MANAGED).place, go("1", MANAGED)) is None
