"""A line that closes, or whose rota turns, while a caller is at the keypad: the same agent comes first."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.simulator.carrier.simulated_agents import Behaviour
from ivr.simulator.handset import Handset
from tests.entrypoints.console.house import member_of
from tests.entrypoints.voice.service import place, post, usual
from tests.services.desk.brought import (
    SECOND,
    UNVERIFIED,
    Talk,
    called,
    line_that_keeps,
    rung,
    said,
    talk_on,
    verify,
    whispers,
)
from tests.services.desk.test_live_callers import send

JUST_OPEN = datetime(2026, 11, 24, 17, 56, tzinfo=ZoneInfo("America/Los_Angeles"))
TILL_CLOSED_S = 240
BY_DAY = {"support": "Mo-Fr 06:00-18:00"}
ANA = member_of("ana", "support")
DAY_DESK: Mapping[str, tuple[Behaviour, ...]] = {}
"""The line's first person answers."""
GONE_HOME: Mapping[str, tuple[Behaviour, ...]] = {"day desk": ("answers", "no_answer"), "on call": ("busy",)}


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    return line_that_keeps(tmp_path, at=JUST_OPEN, hours=BY_DAY)


def sent_before_closing(
    line: RehearsalLine,
    people: Mapping[str, tuple[Behaviour, ...]] = DAY_DESK,
    does: Callable[[Talk], object] = Talk.claim_and_send,
) -> Talk:
    """Have an agent send the caller while the line is open; then it closes, and the caller is still there."""
    talk = called(line, does, people=people)
    handset = talk.carrier.handset
    handset.type("0")
    if not handset.waits_for_entry:
        handset.stay_silent()
    assert handset.stage == "phone"
    line.clock.advance(TILL_CLOSED_S)
    return talk


def verified(talk: Talk) -> Handset:
    verify(talk)
    return talk.carrier.handset


@pytest.mark.parametrize(
    ("people", "agent"), [(DAY_DESK, "day desk"), (SECOND, "on call")], ids=["first", "second"]
)
def test_a_caller_who_is_verified_after_closing_comes_back_to_the_agent_who_waits(
    line: RehearsalLine, people: Mapping[str, tuple[Behaviour, ...]], agent: str
) -> None:
    handset = verified(sent_before_closing(line, people))

    assert rung(handset)[-1] == agent
    assert whispers(handset)[-1].startswith("Back. Verified. Reset.")
    assert line.desk is not None
    (card,) = line.desk.open_cards(at=line.clock.now())
    assert card.state == "VERIFIED"


def test_a_caller_who_is_not_verified_by_then_comes_back_to_that_agent_too(line: RehearsalLine) -> None:
    handset = sent_before_closing(line).carrier.handset
    for code in UNVERIFIED:
        handset.type(code)

    assert rung(handset) == ["day desk", "day desk"]
    assert whispers(handset)[-1].startswith("Back, not verified.")


def test_where_that_agent_has_gone_home_a_verified_case_is_kept_until_opening(line: RehearsalLine) -> None:
    handset = verified(sent_before_closing(line, GONE_HOME))

    assert rung(handset) == ["day desk", "day desk"]
    assert line.desk is not None
    (card,) = line.desk.open_cards(at=line.clock.now())
    assert card.state == "HELD"
    assert f"Your case number is {' '.join(card.number)}" in said(handset)
    assert "Support is closed" in said(handset)


def test_where_that_agent_has_gone_home_others_hear_when_the_line_opens(line: RehearsalLine) -> None:
    handset = sent_before_closing(line, GONE_HOME).carrier.handset
    handset.type("0")

    assert rung(handset) == ["day desk", "day desk"]
    assert handset.stage == "message"
    assert "Support is closed" in said(handset)


def test_a_caller_without_a_case_comes_back_after_closing_too(line: RehearsalLine) -> None:
    caller = talk_on(line, lambda talk: send(talk, ANA), people=DAY_DESK)
    handset = caller.carrier.handset
    handset.press("1")
    handset.press("0")
    assert handset.stage == "primary"
    line.clock.advance(TILL_CLOSED_S)
    handset.press("1")
    handset.type("204118")
    verify(caller)

    assert rung(handset) == ["day desk", "day desk"]
    assert whispers(handset)[-1].startswith("Back. Verified. Reset.")


def test_a_rota_that_turns_meanwhile_does_not_ring_somebody_else_first(tmp_path: Path) -> None:
    """The shipped support line is open by night too, and rings its people the other way round then."""
    line = line_that_keeps(tmp_path, at=JUST_OPEN)
    handset = verified(sent_before_closing(line))

    assert rung(handset) == ["day desk", "day desk"]
    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_who_is_sent_a_second_time_after_closing_comes_back_to_the_same_agent(line: RehearsalLine) -> None:
    def again(talk: Talk) -> None:
        line.clock.advance(1000)
        talk.send()

    talk = sent_before_closing(line)
    talk.does.append(again)
    handset = verified(talk)
    handset.type("0")

    assert rung(handset) == ["day desk"] * 3
    assert whispers(handset)[-1].startswith("Back, not verified.")


def test_people_on_call_are_woken_after_that_agent_did_not_answer(tmp_path: Path) -> None:
    menus = Path(shutil.copytree("menus", tmp_path / "menus"))
    lines = menus / "lines.yaml"
    woken = "    people: [day desk, on call]\n"
    text = lines.read_text(encoding="utf-8")
    assert woken in text
    on_call = "    on_call: [on call]\n    after_hours: {who: on_call, for: verified_recovery}\n"
    lines.write_text(text.replace(woken, woken + on_call), encoding="utf-8")
    line = line_that_keeps(tmp_path, menus=str(menus), at=JUST_OPEN, hours=BY_DAY)
    people: Mapping[str, tuple[Behaviour, ...]] = {"day desk": ("answers", "no_answer")}

    handset = verified(sent_before_closing(line, people))

    assert rung(handset) == ["day desk", "day desk", "on call"]


def test_an_address_that_names_an_agent_who_never_had_the_call_rings_nobody_out_of_hours(
    line: RehearsalLine,
) -> None:
    there = f"/voice/phone/{place(line, 'ask-for-reset', rest='-.support.0.1', turn='09')}"
    person = usual(line, Digits="0")

    assert "<Dial" in post(line, there, person).text
    line.clock.advance(TILL_CLOSED_S)
    reply = post(line, there.removesuffix("09") + "10", person)

    assert (reply.status_code, "<Dial" in reply.text) == (200, False)
    assert "Support is closed" in reply.text


def test_who_calls_a_closed_line_anew_rings_nobody(line: RehearsalLine) -> None:
    handset = sent_before_closing(line, GONE_HOME).carrier.handset
    handset.hang_up()
    later = called(line).carrier.handset
    later.type("0")

    assert rung(later) == []
