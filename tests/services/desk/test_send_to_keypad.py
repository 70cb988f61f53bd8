"""An agent sends a caller to the keypad in the middle of their talk, and gets the caller back first."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.menus.tree import NodeId
from ivr.domain.recovery.case import CaseNumber
from ivr.entrypoints.console.pages.page_context import work_of
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.move_record import NoSuchCase
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.send_to_keypad import InDoubt, Keypad
from ivr.services.ports import StoreUnavailable
from ivr.simulator.carrier.simulated_agents import Behaviour
from ivr.simulator.handset import Handset
from tests.entrypoints.console.house import WHO, pages_of
from tests.entrypoints.console.staffed import token
from tests.services.desk.brought import (
    UNVERIFIED,
    Answers,
    Talk,
    called,
    line_that_keeps,
    on_record,
    rung,
    said,
    to_a_person,
    verify,
    whispers,
)
from tests.services.desk.office import names_of


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    return line_that_keeps(tmp_path)


def test_the_agent_who_sent_a_caller_to_the_keypad_is_rung_first_and_told_who_is_back(
    line: RehearsalLine,
) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    assert handset.waits_for_entry
    assert "I am taking you back to the keypad." in said(handset)
    assert whispers(handset)[-1].endswith("Press 1.")
    assert "not verified" in whispers(handset)[-1]

    verify(talk)

    assert rung(handset) == ["day desk", "on call", "on call"]
    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_a_caller_who_types_wrong_codes_comes_back_not_verified(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    for code in UNVERIFIED:
        handset.type(code)

    assert rung(handset)[-1] == "on call"
    assert whispers(handset)[-1].startswith("Back, not verified.")


def test_where_that_agent_does_not_answer_the_line_is_rung_in_its_order(line: RehearsalLine) -> None:
    people: Mapping[str, tuple[Behaviour, ...]] = {
        "day desk": ("busy", "answers"),
        "on call": ("answers", "no_answer"),
    }
    talk = called(line, Talk.claim_and_send, people=people)
    handset = to_a_person(talk)
    verify(talk)
    handset.stay_silent()

    assert rung(handset) == ["day desk", "on call", "on call", "day desk"]


def sent_once_it_ran_out(line: RehearsalLine) -> Handset:
    """Have a verified caller talk for longer than that lasts, and then be sent to the keypad."""

    def long_after(talk: Talk) -> None:
        talk.claim()
        line.clock.advance(901)
        talk.send()

    talk = called(line, long_after)
    verify(talk)
    handset = talk.carrier.handset
    handset.stay_silent()
    return handset


def test_a_verification_that_ran_out_is_not_restored_by_a_wrong_code(line: RehearsalLine) -> None:
    handset = sent_once_it_ran_out(line)
    assert "Verified" in whispers(handset)[-1]

    for code in UNVERIFIED:
        assert handset.waits_for_entry
        handset.type(code)

    assert "not verified" in whispers(handset)[-1]


def test_a_verification_that_ran_out_is_restored_by_one_fresh_code(line: RehearsalLine) -> None:
    handset = sent_once_it_ran_out(line)

    handset.type(handset.code_from("text"))

    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_who_is_verified_and_has_not_confirmed_is_sent_to_the_warning_and_types_no_code_again(
    line: RehearsalLine,
) -> None:
    talk = called(line, Talk.claim_and_send, way="112")
    verify(talk)
    handset = talk.carrier.handset
    sent = len([one for one in line.received if one.code is not None])
    handset.press("0")
    handset.stay_silent()

    assert whispers(handset)[-1].startswith("Recovery call. Verified. Change, not confirmed.")
    assert handset.stage == "warning"
    assert len([one for one in line.received if one.code is not None]) == sent
    handset.press(handset.named_key())

    assert rung(handset)[-1] == "on call"
    assert whispers(handset)[-1].startswith("Back. Verified. Change. Match")
    card = talk.desk.card(talk.number(), at=line.clock.now(), agent="ana")
    assert card.state == "CONFIRMED"
    assert [lack.name for one in card.moves if one.move == "keypad" for lack in one.lacks] == ["call"]


def test_who_does_not_confirm_there_either_comes_back_as_before(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim_and_send, way="112")
    verify(talk)
    handset = talk.carrier.handset
    for _ in range(2):
        handset.press("0")
        if handset.stage == "between":
            handset.stay_silent()

    assert rung(handset)[-1] == "on call"
    assert whispers(handset)[-1].startswith("Back. Verified. Change, not confirmed.")
    assert talk.desk.card(talk.number(), at=line.clock.now()).state == "VERIFIED"


def test_two_presses_take_the_caller_there_once(line: RehearsalLine) -> None:
    def twice(talk: Talk) -> None:
        talk.claim()
        assert line.desk is not None
        seen = line.desk.card(talk.number(), at=line.clock.now()).version
        talk.send(seen=seen)
        with pytest.raises(StaleCase):
            talk.send(seen=seen)

    talk = called(line, twice)
    to_a_person(talk)

    assert len(talk.carrier.moved) == 1


def test_what_the_carrier_does_not_do_is_told_and_put_down_and_the_talk_goes_on(line: RehearsalLine) -> None:
    def failing(talk: Talk) -> None:
        talk.claim()
        talk.carrier.answers = "failed"
        with pytest.raises(MoveBlocked, match="did not take the caller there"):
            talk.send()

    talk = called(line, failing)
    handset = to_a_person(talk)

    assert "Is there anything else" in said(handset)
    assert any('"outcome":"keypad_failed"' in body for body in on_record(line))


def test_where_the_carrier_gives_no_clear_answer_nobody_knows_and_a_second_press_sends(
    line: RehearsalLine,
) -> None:
    def pressing_again(talk: Talk) -> None:
        talk.claim()
        talk.carrier.answers = "silent"
        with pytest.raises(InDoubt, match="If you still hear the caller, ask for a moment, and press again"):
            talk.send()
        talk.carrier.answers = "taken"
        talk.send()

    talk = called(line, pressing_again)
    handset = to_a_person(talk)

    assert handset.stage == "phone"
    assert len(talk.carrier.moved) == 1
    assert sum('"outcome":"keypad_in_doubt"' in body for body in on_record(line)) == 1


@pytest.mark.parametrize(("answers", "told"), [("failed", MoveBlocked), ("silent", InDoubt)])
def test_the_agent_hears_what_became_of_the_call_even_where_it_cannot_be_put_down(
    line: RehearsalLine, answers: Answers, told: type[Exception]
) -> None:
    def store_is_away(fate: str) -> None:
        raise StoreUnavailable(fate)

    def sending(talk: Talk) -> None:
        case = talk.desk.cases.act(lambda tx: tx.cases())[0]
        through = talk.desk.cases.act(lambda tx: tx.desk.calls(case.id))[0].put
        assert through is not None
        place = talk.keypad.place(through, NodeId("ask-for-reset"), language="en", has_case=True)
        talk.carrier.answers = answers
        with pytest.raises(told):
            talk.keypad.bring(through, place, fails=store_is_away)

    to_a_person(called(line, sending))


def test_a_caller_who_was_taken_there_after_all_is_disturbed_by_no_second_press(line: RehearsalLine) -> None:
    def sending(talk: Talk) -> None:
        talk.claim()
        talk.carrier.answers = "silent_but_taken"
        with pytest.raises(InDoubt):
            talk.send()

    talk = called(line, sending)
    handset = to_a_person(talk)
    handset.type(handset.code_from("text"))
    talk.carrier.answers = "taken"
    with pytest.raises(MoveBlocked) as refused:
        talk.send()

    assert names_of(refused.value) == ("call",)
    assert (len(talk.carrier.moved), handset.stage) == (1, "mailbox")
    handset.type(handset.code_from("mail"))
    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_two_presses_before_the_carrier_has_asked_for_the_place_say_the_same_to_the_caller(
    line: RehearsalLine,
) -> None:
    def pressing_twice(talk: Talk) -> None:
        talk.claim()
        talk.carrier.answers = "silent_but_taken"
        for _ in range(2):
            with pytest.raises(InDoubt):
                talk.send()

    talk = called(line, pressing_twice)
    handset = to_a_person(talk)

    assert [str(place) for place in talk.carrier.moved] == [str(talk.carrier.moved[0])] * 2
    assert handset.stage == "phone"
    verify(talk)
    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_the_card_says_that_it_is_not_known_and_takes_the_next_press(line: RehearsalLine) -> None:
    def by_button(talk: Talk) -> None:
        talk.claim()
        work = work_of(line.tree, talk.desk, line.clock, lambda: "0" * 32, calls=talk.carrier)
        browser = pages_of(work).test_client()
        at, path = line.clock.now(), f"/case/{talk.number()}/keypad"

        def press(version: int) -> tuple[int, str]:
            form = {"version": str(version), "csrf_token": token(browser.get("/", headers={WHO: "ana"}))}
            told = browser.post(path, data=form, headers={WHO: "ana"})
            return told.status_code, told.text

        seen = talk.desk.card(talk.number(), at=at).version
        talk.carrier.answers = "silent"
        code, page = press(seen)
        assert (code, "It is not known whether the caller was taken to the keypad" in page) == (503, True)
        # The page before shows the case as it was: pressed there again, nothing is said to be done.
        code, page = press(seen)
        assert (code, "perhaps taken there" in page) == (409, True)
        talk.carrier.answers = "taken"
        assert press(talk.desk.card(talk.number(), at=at).version)[0] == 303

    talk = called(line, by_button)
    handset = to_a_person(talk)

    assert (handset.stage, len(talk.carrier.moved)) == ("phone", 1)


def test_a_call_that_is_over_is_not_sent_anywhere(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim)
    to_a_person(talk).hang_up()

    with pytest.raises(MoveBlocked) as refused:
        talk.send()

    assert names_of(refused.value) == ("call",)
    assert talk.carrier.moved == []


def test_only_who_has_claimed_the_case_sends_its_caller(line: RehearsalLine) -> None:
    def other(talk: Talk) -> None:
        talk.claim()
        with pytest.raises(MoveBlocked) as refused:
            talk.send(agent="ben")
        assert "claim" in names_of(refused.value)

    talk = called(line, other)
    to_a_person(talk)

    assert talk.carrier.moved == []


def test_a_case_that_nobody_has_sends_nobody(line: RehearsalLine) -> None:
    talk = called(line)
    assert line.desk is not None
    keypad = Keypad(desk=line.desk, tree=line.tree, calls=talk.carrier)

    with pytest.raises(NoSuchCase):
        keypad.send(CaseNumber("900000000"), "ana", at=line.clock.now() + timedelta(seconds=1))


def test_to_be_sent_to_the_keypad_proves_nothing_and_asks_for_keys_alone(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    assert line.desk is not None
    card = line.desk.card(talk.number(), at=line.clock.now(), agent="ana")
    assert card.verified_until is None
    assert handset.stage == "phone"
    assert [lack.missing for one in card.moves if one.move == "keypad" for lack in one.lacks] == [
        "the caller is with no agent now"
    ]
    codes = [handset.code_from("text")]
    assert not [body for body in on_record(line) if any(code in body for code in codes)]


def test_the_button_of_the_card_sends_the_caller_and_a_strangers_does_nothing(line: RehearsalLine) -> None:
    def by_button(talk: Talk) -> None:
        talk.claim()
        assert line.desk is not None
        work = work_of(line.tree, line.desk, line.clock, lambda: "0" * 32, calls=talk.carrier)
        browser = pages_of(work).test_client()
        version = line.desk.card(talk.number(), at=line.clock.now()).version

        def press(who: str) -> int:
            form = {"version": str(version), "csrf_token": token(browser.get("/", headers={WHO: "ana"}))}
            path = f"/case/{talk.number()}/keypad"
            return browser.post(path, data=form, headers={WHO: who}).status_code

        assert (press("carla"), talk.carrier.moved) == (404, [])
        assert (press("ana"), press("ana")) == (303, 303)

    talk = called(line, by_button)
    handset = to_a_person(talk)

    assert len(talk.carrier.moved) == 1
    assert handset.stage == "phone"
