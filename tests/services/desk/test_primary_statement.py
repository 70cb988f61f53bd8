"""Who says to be the primary administrator: asked in every way to a case, and the last answer decides."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.engine import Database
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.recovery.case import Case
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.card.primary_statement import primary_words
from ivr.services.desk.live_callers import OnLine
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.simulator.carrier.simulated_agents import Behaviour
from ivr.simulator.handset import Handset
from tests.entrypoints.console.house import member_of
from tests.services.desk.brought import (
    Talk,
    line_that_keeps,
    on_record,
    rung,
    said,
    talk_on,
    verify,
    whispers,
)
from tests.services.desk.office import names_of
from tests.services.desk.primary_said import say_primary

SUE = member_of("sue", roles=("supervisor",))
QUESTION = (
    "Are you the primary administrator of your QualysGuard subscription? If yes, press 1. If no, press 2."
)
FIRST_BUSY: Mapping[str, tuple[Behaviour, ...]] = {"first desk": ("busy",)}
ANOTHER = "+14155550142"


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    return line_that_keeps(tmp_path)


def send(talk: Talk) -> None:
    """Send the one caller without a case who is on the line."""
    on_line, at = OnLine(keypad=talk.keypad), talk.line.clock.now()
    (caller,) = on_line.callers(SUE, at=at)
    on_line.send(caller.name, SUE, at=at)


def work(talk: Talk) -> None:
    """Do what an agent does before the reset may be asked for."""
    talk.claim()
    number, at = talk.number(), talk.line.clock.now()
    talk.desk.spoke(number, "ana", at=at)
    talk.desk.subaccounts(number, "ana", count=1, at=at)


def sent(line: RehearsalLine, *does: Callable[[Talk], object]) -> Handset:
    """Ask for a person in the main menu, whom the second of the desk's agents is, who sends the caller."""
    handset = talk_on(line, send, *does, people=FIRST_BUSY).carrier.handset
    handset.press("0")
    handset.stay_silent()
    return handset


def worked(line: RehearsalLine) -> Handset:
    """Say yes, be verified for a reset, and talk with an agent who hangs up once all but that is done."""
    talk = talk_on(line, work, people={})
    for key in "111":
        talk.carrier.handset.press(key)
    talk.carrier.handset.type("204118")
    verify(talk)
    assert "Is there anything else?" in said(talk.carrier.handset)
    return talk.carrier.handset


def answer(handset: Handset, key: str) -> None:
    """Answer the menu's own question, from the main menu."""
    handset.press("1")
    handset.press(key)


def the_case(line: RehearsalLine) -> Case:
    assert line.desk is not None
    (case,) = line.desk.cases.act(lambda tx: tx.cases())
    return case


def the_card(line: RehearsalLine) -> str:
    assert line.desk is not None
    card = line.desk.card(the_case(line).number, at=line.clock.now(), agent="ana")
    return " ".join(" ".join(lines_of(card)).split())


def reset(line: RehearsalLine) -> Case:
    assert line.desk is not None
    return line.desk.ask_for_reset(the_case(line).number, "ana", at=line.clock.now())


def kept(line: RehearsalLine, handset: Handset) -> tuple[bool, datetime | None]:
    """What is kept of this call as one about the case."""
    case = the_case(line)
    assert line.desk is not None
    joined = line.desk.cases.act(lambda tx: tx.joined(case.id, handset.call))
    assert joined is not None
    return joined.is_primary, joined.said_at


def lacks_for_reset(line: RehearsalLine) -> tuple[str, ...]:
    with pytest.raises(MoveBlocked) as refused:
        reset(line)
    return names_of(refused.value)


def database(line: RehearsalLine) -> Database:
    assert line.cases is not None
    return line.cases.database


def cases(line: RehearsalLine) -> tuple[Case, ...]:
    assert line.desk is not None
    return line.desk.cases.act(lambda tx: tx.cases())


def test_whom_an_agent_sends_is_asked_before_anything_else(line: RehearsalLine) -> None:
    handset = sent(line)

    assert said(handset).endswith(f"{QUESTION} For a person, press 0 at any time.")
    assert "Type your subscription number" not in said(handset)
    assert cases(line) == ()


def test_whoever_says_yes_there_goes_on_and_the_reset_is_allowed(line: RehearsalLine) -> None:
    talk = talk_on(line, send, work, people=FIRST_BUSY)
    handset = talk.carrier.handset
    handset.press("0")
    handset.stay_silent()
    handset.press("1")
    handset.type("204118")
    verify(talk)

    assert "Primary says yes, by key, 24 Nov" in the_card(line)
    assert reset(line).state == "RESET_REQUESTED"


def test_whoever_says_no_there_hears_whom_to_ask_and_comes_back_to_the_agent_without_a_case(
    line: RehearsalLine,
) -> None:
    handset = sent(line)
    handset.press("2")

    heard = said(handset)
    assert "Only the primary administrator of your subscription can have your password reset." in heard
    assert "cannot edit any user or subaccount that was created within a subscription" in heard
    assert "Type your subscription number" not in heard
    assert rung(handset) == ["first desk", "second desk", "second desk"]
    assert whispers(handset)[-1] == "Back, not the primary administrator. Press 1."
    assert cases(line) == ()
    assert not [body for body in on_record(line) if '"kind":"case"' in body]


def test_whoever_said_no_is_asked_again_where_an_agent_sends_the_caller_again(line: RehearsalLine) -> None:
    handset = sent(line, send, Talk.claim)
    handset.press("2")
    assert said(handset).count(QUESTION) == 2

    handset.press("1")
    handset.type("204118")
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))

    assert the_case(line).primary_claimed
    assert whispers(handset)[-1].startswith("Back. Verified.")


@pytest.mark.parametrize("mistaken", [None, "4", "*"])
def test_who_answers_nothing_three_times_comes_back_not_verified(
    line: RehearsalLine, mistaken: str | None
) -> None:
    handset = sent(line)
    for _ in range(3):
        assert rung(handset) == ["first desk", "second desk"]
        if mistaken is None:
            handset.stay_silent()
        else:
            handset.press(mistaken)

    assert said(handset).count(QUESTION) == 3
    assert rung(handset)[-1] == "second desk"
    assert whispers(handset)[-1].startswith("Back, ")
    assert whispers(handset)[-1].endswith(("not verified. Press 1.", "caller silent. Press 1."))
    assert cases(line) == ()


def test_key_pound_asks_again_and_counts_nothing(line: RehearsalLine) -> None:
    handset = sent(line)
    for _ in range(5):
        handset.press("#")

    assert said(handset).count(QUESTION) == 6
    handset.press("1")
    assert handset.stage == "identify"


def test_key_0_there_is_the_agent_at_once(line: RehearsalLine) -> None:
    handset = sent(line)
    handset.press("0")

    assert rung(handset)[-1] == "second desk"
    assert whispers(handset)[-1].endswith("not verified. Press 1.")


def test_a_no_in_the_menus_and_a_yes_at_the_keypad_both_stand_on_the_card(line: RehearsalLine) -> None:
    talk = talk_on(line, send, work, people={})
    handset = talk.carrier.handset
    answer(handset, "2")
    assert "Only the primary administrator" in said(handset)
    handset.press("1")
    assert handset.stage == "primary"
    handset.press("1")
    handset.type("204118")
    verify(talk)

    card = the_card(line)
    assert "Primary said no, by key, 24 Nov" in card
    assert card.index("said no, by key") < card.index("says yes, by key")
    assert reset(line).state == "RESET_REQUESTED"


def test_a_no_after_the_proof_takes_the_right_away_and_a_yes_gives_it_back(line: RehearsalLine) -> None:
    handset = worked(line)
    before = the_case(line).l2_at

    answer(handset, "2")
    assert "primary" in lacks_for_reset(line)
    assert not the_case(line).primary_claimed
    card = the_card(line)
    assert card.index("said yes, by key") < card.index("says no, by key")
    assert "MISSING primary administrator" in card

    handset.press("*")
    handset.press("1")
    assert the_case(line).l2_at == before
    assert "says no" not in the_card(line)
    assert reset(line).state == "RESET_REQUESTED"


@pytest.mark.parametrize("keys", ["2", "21", "212", "2121", "112", "1112", "221"])
def test_after_any_answers_in_that_call_the_last_one_decides(line: RehearsalLine, keys: str) -> None:
    handset = worked(line)
    handset.press("1")
    for key in keys:
        handset.press(key)
        handset.press("*")

    assert the_card(line).count("yes, by key") == keys.count("1") + 1
    assert the_card(line).count("no, by key") == keys.count("2")
    if keys.endswith("1"):
        assert reset(line).state == "RESET_REQUESTED"
    else:
        assert "primary" in lacks_for_reset(line)


@pytest.mark.parametrize(("is_primary", "lacks"), [(False, True), (True, False)])
def test_an_answer_that_the_database_learns_late_decides_all_the_same(
    line: RehearsalLine, *, is_primary: bool, lacks: bool
) -> None:
    worked(line)
    case = the_case(line)
    assert case.l2_call is not None
    if is_primary:  # as where the first answer waited in the spool while the case was opened
        with database(line).engine.begin() as connection:
            connection.execute(delete(call_tables.primary_answer))
            unsaid = {"primary_claimed": 0, "primary_at_us": None}
            connection.execute(update(case_tables.recovery_case).values(**unsaid))
        assert "primary" in lacks_for_reset(line)
    say_primary(database(line), case.l2_call, turn=97, at=line.clock.now(), is_primary=is_primary)

    if lacks:
        assert "primary" in lacks_for_reset(line)
    else:
        assert reset(line).primary_claimed


def test_a_caller_of_whom_no_answer_is_kept_counts_for_nobody_and_is_asked_by_the_keypad(
    line: RehearsalLine,
) -> None:
    talk = talk_on(line, work, Talk.send, people={})
    handset = talk.carrier.handset
    for key in "111":
        handset.press(key)
    with database(line).engine.begin() as connection:
        connection.execute(delete(call_tables.primary_answer))
    handset.type("204118")
    assert not the_case(line).primary_claimed
    verify(talk)

    assert (the_case(line).state, the_case(line).primary_claimed) == ("VERIFIED", False)
    assert "Primary was not asked" in the_card(line)
    assert "primary" in lacks_for_reset(line)
    handset.press("0")
    assert handset.stage == "primary"
    handset.press("1")
    assert reset(line).primary_claimed


def test_what_the_agent_hears_of_a_proved_caller_who_then_says_no_is_that(line: RehearsalLine) -> None:
    handset = worked(line)
    answer(handset, "2")
    handset.press("1")

    assert "not the primary administrator" in whispers(handset)[-1]
    assert "erified" not in whispers(handset)[-1]
    assert handset.match_digits()


def test_whoever_has_a_case_and_said_no_is_asked_again_where_an_agent_sends_that_caller(
    line: RehearsalLine,
) -> None:
    talk = talk_on(line, work, Talk.send, people={})
    handset = talk.carrier.handset
    for key in "111":
        handset.press(key)
    handset.type("204118")
    verify(talk)
    answer(handset, "2")
    handset.press("1")

    assert handset.stage == "primary"
    codes = len([one for one in line.received if one.code])
    handset.press("2")
    assert whispers(handset)[-1].startswith("Back, not the primary administrator. Match")
    assert len([one for one in line.received if one.code]) == codes
    assert "primary" in lacks_for_reset(line)


def test_whoever_has_a_case_and_then_says_yes_there_is_verified_still(line: RehearsalLine) -> None:
    talk = talk_on(line, work, Talk.send, people={})
    handset = talk.carrier.handset
    for key in "111":
        handset.press(key)
    handset.type("204118")
    verify(talk)
    answer(handset, "2")
    handset.press("1")
    handset.press("1")

    assert whispers(handset)[-1].startswith("Back. Verified. Reset.")
    assert reset(line).state == "RESET_REQUESTED"


def test_each_call_about_a_case_keeps_what_its_caller_said_last(line: RehearsalLine) -> None:
    handset = worked(line)
    assert kept(line, handset) == (True, the_case(line).primary_at)

    answer(handset, "2")
    assert kept(line, handset) == (False, the_case(line).primary_at)


def test_the_card_of_a_strangers_call_keeps_the_two_callers_answers_apart(line: RehearsalLine) -> None:
    owner = talk_on(line, people={"day desk": ("no_answer",), "on call": ("no_answer",)}).carrier.handset
    for key in "111":
        owner.press(key)
    owner.type("204118")
    owner.type(owner.code_from("text"))
    owner.hang_up()
    seen: list[str] = []
    stranger = talk_on(line, lambda _: seen.append(the_card(line)), people={}, number=2, caller=ANOTHER)
    for key in "111":
        stranger.carrier.handset.press(key)
    stranger.carrier.handset.type(str(the_case(line).number))
    stranger.carrier.handset.type("0")

    assert re.search(r"Primary says yes, by key, [^;]+; said yes, [^;]+, in another call Phone", seen[0])


def test_a_card_whose_call_was_asked_nothing_shows_what_the_case_goes_by(line: RehearsalLine) -> None:
    worked(line)
    assert line.desk is not None
    card = line.desk.card(the_case(line).number, at=line.clock.now())
    unasked = replace(card, now=replace(card.now, answers=()))

    assert primary_words(unasked, str) == f"said yes, {card.primary_at}"
    assert primary_words(replace(unasked, is_primary=False), str) == f"said no, {card.primary_at}"
    assert primary_words(replace(unasked, is_primary=False, primary_at=None), str) == "was not asked"
    (yes,) = card.now.answers
    aloud = replace(card, now=replace(card.now, answers=(replace(yes, way="word"),)))
    assert primary_words(aloud, str) == f"says yes, in words, {yes.at}"


def test_a_no_before_level_2_keeps_the_case_from_counting(line: RehearsalLine) -> None:
    talk = talk_on(line, people={})
    handset = talk.carrier.handset
    for key in "111":
        handset.press(key)
    handset.type("204118")
    handset.type(handset.code_from("text"))
    handset.type("0")
    assert the_case(line).primary_claimed

    answer(handset, "2")
    assert (the_case(line).state, the_case(line).primary_claimed) == ("CLAIMED", False)
    handset.press("*")
    handset.press("1")
    handset.press("1")
    assert handset.stage == "phone"
    assert the_case(line).primary_claimed


def test_a_strangers_no_about_the_case_changes_nothing_of_the_owners(line: RehearsalLine) -> None:
    worked(line)
    number, owner = the_case(line).number, the_case(line)

    stranger = talk_on(line, people={}, number=2, caller=ANOTHER).carrier.handset
    for key in "111":
        stranger.press(key)
    stranger.type(str(number))
    stranger.type("0")
    answer(stranger, "2")

    case = the_case(line)
    assert (case.primary_claimed, case.primary_at) == (True, owner.primary_at)
    assert "says no" not in the_card(line)
    assert reset(line).state == "RESET_REQUESTED"


def test_a_strangers_yes_makes_nobody_of_whoever_said_no(line: RehearsalLine) -> None:
    answer(worked(line), "2")
    number = the_case(line).number

    stranger = talk_on(line, people={}, number=2, caller=ANOTHER).carrier.handset
    for key in "111":
        stranger.press(key)
    stranger.type(str(number))

    assert not the_case(line).primary_claimed
    assert "primary" in lacks_for_reset(line)


def test_what_was_asked_for_in_the_product_keeps_the_answer_that_it_rests_on(line: RehearsalLine) -> None:
    handset = worked(line)
    reset(line)
    asked = the_case(line)

    answer(handset, "2")

    assert "Only the primary administrator" in said(handset)
    assert replace(the_case(line), version=asked.version) == asked
