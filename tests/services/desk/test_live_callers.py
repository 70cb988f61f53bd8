"""A caller who reached a person without a case is sent to the keypad too, and comes back to that agent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from ivr.adapters.database.calls import call_tables
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.dialogue.place import Place
from ivr.services.desk.live_callers import OnLine, Talking
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.send_to_keypad import InDoubt, Keypad
from ivr.services.staff.member import Member
from ivr.simulator.carrier.simulated_agents import Behaviour
from ivr.simulator.handset import Handset
from tests.entrypoints.console.house import member_of
from tests.entrypoints.voice.service import post, usual
from tests.services.desk.brought import (
    MORNING,
    UNVERIFIED,
    Talk,
    called,
    line_that_keeps,
    on_record,
    rung,
    said,
    talk_on,
    to_a_person,
    verify,
    whispers,
)
from tests.services.desk.office import names_of

CAL = member_of("cal", "customer-service")
ANA = member_of("ana", "support")
SUE = member_of("sue", roles=("supervisor",))
ON_FILE = "+14155550123"
"""The telephone of an account that has a manager of its own."""
FIRST_BUSY: Mapping[str, tuple[Behaviour, ...]] = {"first desk": ("busy",)}


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    return line_that_keeps(tmp_path)


def callers(talk: Talk, member: Member = CAL) -> tuple[Talking, ...]:
    return OnLine(keypad=talk.keypad).callers(member, at=talk.line.clock.now())


def send(talk: Talk, member: Member = CAL) -> bool:
    """Send the one caller who is on the line."""
    (caller,) = callers(talk, SUE)
    return OnLine(keypad=talk.keypad).send(caller.name, member, at=talk.line.clock.now())


def asked_for_a_person(
    line: RehearsalLine,
    *does: Callable[[Talk], object],
    people: Mapping[str, tuple[Behaviour, ...]] = FIRST_BUSY,
) -> Handset:
    """Press 0 in the main menu, which leads to Customer Service, and leave a busy agent for the next."""
    handset = talk_on(line, *does, people=people).carrier.handset
    handset.press("0")
    handset.stay_silent()
    return handset


def keep_turn(line: RehearsalLine, *, call: str, leg: str, turn: int, language: str) -> None:
    """Write a turn into the journal, which in a rehearsal is kept elsewhere."""
    cells = {"call": call, "leg": leg, "turn": turn, "language": language, "at_us": turn, "took_ms": 1.0}
    rest = {"version": "0" * 12, "node": "main", "judged": "choice", "heard": "1"}
    assert line.cases is not None
    with line.cases.database.engine.begin() as connection:
        connection.execute(insert(call_tables.journal).values(**cells, **rest))


def transfers(line: RehearsalLine) -> list[tuple[str, str | None]]:
    """List how each ringing began or ended."""
    kept = call_tables.transfer.c
    assert line.cases is not None
    with line.cases.database.engine.connect() as connection:
        return [(row.moment, row.outcome) for row in connection.execute(select(kept.moment, kept.outcome))]


def test_whom_an_agent_has_without_a_case_stands_there_by_line_telephone_and_reason(
    line: RehearsalLine,
) -> None:
    seen: list[tuple[Talking, ...]] = []
    handset = asked_for_a_person(line, lambda talk: seen.append(callers(talk)))

    ((caller,),) = seen
    assert (caller.line, caller.people, caller.is_own) == ("customer-service", ("second desk",), False)
    assert f"Customer Service, {caller.why}, not verified" in whispers(handset)[-1]
    assert MORNING < caller.since <= line.clock.now()


def test_a_caller_without_a_case_is_asked_for_the_account_and_comes_back_to_the_same_agent(
    line: RehearsalLine,
) -> None:
    handset = asked_for_a_person(line, send)

    assert handset.stage == "primary"
    assert "I am taking you back to the keypad." in said(handset)
    handset.press("1")
    handset.type("204117")
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))

    assert handset.stage == "warning"
    handset.press(handset.named_key())
    assert rung(handset) == ["first desk", "second desk", "second desk"]
    assert whispers(handset)[-1].startswith("Back. Verified. Change.")


def test_the_case_that_the_caller_opens_there_is_claimed_by_what_the_same_agent_hears(
    line: RehearsalLine,
) -> None:
    handset = asked_for_a_person(line, send, Talk.claim)
    handset.press("1")
    handset.type("204118")
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))

    assert line.desk is not None
    (card,) = line.desk.open_cards(at=line.clock.now())
    assert (card.agent, card.state) == ("ana", "VERIFIED")


def test_who_types_wrong_codes_comes_back_not_verified(line: RehearsalLine) -> None:
    handset = asked_for_a_person(line, send)
    handset.press("1")
    handset.type("204117")
    for code in UNVERIFIED:
        handset.type(code)

    assert rung(handset)[-1] == "second desk"
    assert whispers(handset)[-1].startswith("Back, not verified. Match")


def test_who_asks_for_the_person_at_once_comes_back_and_nothing_is_proved(line: RehearsalLine) -> None:
    handset = asked_for_a_person(line, send)
    handset.press("0")

    assert rung(handset)[-1] == "second desk"
    assert whispers(handset)[-1].startswith("Back, ")
    assert "not verified" in whispers(handset)[-1]
    assert line.desk is not None
    assert line.desk.open_cards(at=line.clock.now()) == ()


def test_where_that_agent_does_not_answer_the_same_line_is_rung_in_its_order(line: RehearsalLine) -> None:
    people: Mapping[str, tuple[Behaviour, ...]] = {
        "first desk": ("busy", "answers"),
        "second desk": ("answers", "no_answer"),
    }
    handset = asked_for_a_person(line, send, people=people)
    handset.press("0")
    handset.stay_silent()

    assert rung(handset) == ["first desk", "second desk", "second desk", "first desk"]


def test_a_caller_who_was_led_to_support_is_asked_there(line: RehearsalLine) -> None:
    talk = talk_on(line, lambda talk: send(talk, ANA), people={"day desk": ("busy",)})
    handset = talk.carrier.handset
    handset.press("1")
    handset.press("0")
    handset.stay_silent()

    assert rung(handset) == ["day desk", "on call"]
    assert handset.stage == "primary"
    (place,) = talk.carrier.moved
    assert (place.line, place.node, place.has_case) == ("support", "ask-which-way", False)


def test_a_caller_whom_the_own_manager_sends_is_rung_back_to_that_manager_first(line: RehearsalLine) -> None:
    seen: list[tuple[str, ...]] = []

    def sending(talk: Talk) -> None:
        seen.extend(caller.people for caller in callers(talk, SUE))
        send(talk, SUE)

    handset = talk_on(line, sending, people={}, caller=ON_FILE).carrier.handset
    for key in "211":
        handset.press(key)
    assert handset.stage == "primary"
    handset.press("1")
    handset.type("1")
    for code in UNVERIFIED:
        handset.type(code)

    assert seen == [()]
    assert len(rung(handset)) == 2
    assert rung(handset)[0] == rung(handset)[1]
    assert "account managers" not in rung(handset)
    assert whispers(handset)[-1].startswith("Back, not verified.")


def test_of_two_presses_one_takes_the_caller_there(line: RehearsalLine) -> None:
    did: list[bool] = []

    def twice(talk: Talk) -> None:
        (caller,) = callers(talk)
        on_line, at = OnLine(keypad=talk.keypad), line.clock.now()
        did.extend(on_line.send(caller.name, CAL, at=at + timedelta(seconds=late)) for late in (0, 9))

    asked_for_a_person(line, twice)

    assert did == [True, False]
    assert sum('"outcome":"sent"' in body for body in on_record(line)) == 1


def test_a_carrier_that_asks_for_the_place_again_hears_the_same_and_ends_the_talk_once(
    line: RehearsalLine,
) -> None:
    talk = talk_on(line, send, people=FIRST_BUSY)
    handset = talk.carrier.handset
    handset.press("0")
    handset.stay_silent()
    (place,) = talk.carrier.moved
    path = talk.carrier.urls.of(place).removeprefix(line.public_url)

    again = [post(line, path, usual(line, CallSid=handset.call)).text for _ in range(2)]

    assert again[0] == again[1]
    assert "I am taking you back to the keypad." in again[0]
    assert handset.stage == "primary"
    ended = [kept for kept in transfers(line) if kept == ("ended", "bridged")]
    assert len(ended) == 1


def test_only_an_agent_of_the_line_sends_its_callers_and_a_try_is_on_record(line: RehearsalLine) -> None:
    def trying(talk: Talk) -> None:
        assert callers(talk, ANA) == ()
        with pytest.raises(MoveBlocked) as refused:
            send(talk, ANA)
        assert names_of(refused.value) == ("call",)
        assert talk.carrier.moved == []
        assert send(talk, SUE)

    handset = asked_for_a_person(line, trying)

    assert handset.stage == "primary"
    told = [body for body in on_record(line) if '"kind":"keypad"' in body]
    assert ['"actor":"agent:ana"' in body and '"outcome":"refused"' in body for body in told] == [True, False]


def test_a_call_that_has_a_case_is_sent_from_its_card_alone(line: RehearsalLine) -> None:
    seen: list[tuple[Talking, ...]] = []
    to_a_person(called(line, lambda talk: seen.append(callers(talk, SUE))))

    assert seen == [()]


def test_whoever_only_rings_has_left_or_was_sent_is_with_no_agent(line: RehearsalLine) -> None:
    talk = talk_on(line, send, people={"first desk": ("no_answer",), "second desk": ("answers",)})
    handset = talk.carrier.handset
    handset.press("0")
    assert (handset.stage, callers(talk)) == ("between", ())
    handset.stay_silent()
    assert (handset.stage, callers(talk)) == ("primary", ())

    later = talk_on(line, number=2)
    later.carrier.handset.press("0")
    assert callers(later) == ()


def test_a_talk_whose_end_nobody_told_is_none_after_four_hours(line: RehearsalLine) -> None:
    seen: list[int] = []

    def looking(talk: Talk) -> None:
        for hours in (0, 3, 2):
            line.clock.advance(hours * 3600)
            seen.append(len(callers(talk)))

    asked_for_a_person(line, looking)

    assert seen == [1, 1, 0]


def test_a_carrier_that_did_not_do_it_may_be_asked_again_at_once(line: RehearsalLine) -> None:
    def failing(talk: Talk) -> None:
        talk.carrier.answers = "failed"
        with pytest.raises(MoveBlocked, match="did not take the caller there"):
            send(talk)
        talk.carrier.answers = "silent"
        with pytest.raises(InDoubt):
            send(talk)
        talk.carrier.answers = "taken"
        assert send(talk)

    handset = asked_for_a_person(line, failing)

    assert handset.stage == "primary"
    outcomes = [body for body in on_record(line) if '"kind":"keypad"' in body]
    wanted = ("sent", "keypad_failed", "sent", "keypad_in_doubt", "sent")
    assert [f'"outcome":"{word}"' in body for word, body in zip(wanted, outcomes, strict=True)] == [True] * 5


def test_the_caller_goes_on_in_the_language_of_the_own_last_turn_and_not_in_the_agents(
    line: RehearsalLine,
) -> None:
    places: list[Place] = []

    def sending(talk: Talk) -> None:
        call = talk.carrier.handset.call
        for turn, leg, language in ((1, call, "en"), (2, call, "de"), (3, "CA" + "f" * 32, "fr")):
            keep_turn(line, call=call, leg=leg, turn=turn, language=language)
        talk.carrier.answers = "failed"
        with pytest.raises(MoveBlocked):
            send(talk)
        places.extend(talk.carrier.asked)

    asked_for_a_person(line, sending)

    assert [place.language for place in places] == ["de"]


def test_where_nobody_is_verified_by_phone_nobody_is_sent(line: RehearsalLine) -> None:
    seen: list[int] = []

    def looking(talk: Talk) -> None:
        tree = replace(line.tree, verification=None)
        keypad = Keypad(desk=talk.desk, tree=tree, calls=talk.carrier)
        seen.append(len(OnLine(keypad=keypad).callers(SUE, at=line.clock.now())))
        seen.append(len(callers(talk, SUE)))

    asked_for_a_person(line, looking)

    assert seen == [0, 1]


def test_what_is_typed_there_is_heard_by_no_agent_and_kept_nowhere(line: RehearsalLine) -> None:
    talk = talk_on(line, send, people=FIRST_BUSY)
    handset = talk.carrier.handset
    handset.press("0")
    handset.stay_silent()
    handset.press("1")
    handset.type("204118")
    codes = [handset.code_from("text")]
    verify(talk)

    assert not [body for body in on_record(line) if any(code in body for code in codes)]
    assert not [words for words in whispers(handset) if "204118" in words]
