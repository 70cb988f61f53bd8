"""A kept case's card tells of each call that we placed: when, how it ended, and when the next one comes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.entrypoints.console.page_times import Times
from ivr.entrypoints.console.pages.card_view import card_mark
from ivr.entrypoints.console.pages.page_context import work_of
from ivr.services.desk.card.card import Card
from ivr.services.desk.card.card_text import calls_of, lines_of
from ivr.services.desk.card.member_names import NO_NAMES
from ivr.services.desk.moves.call_back import begin_round
from ivr.services.desk.opening_callbacks import Opening
from ivr.services.desk.opening_callbacks import lines_of as waited_for
from tests.entrypoints.console.house import WHO, pages_of, soup
from tests.services.desk.overnight import PHONE, Morning, handset, kept_overnight

MINUTE = timedelta(minutes=1)
NEXT = "the next call, unless one is answered first"
OPENS = "24 Nov, 14:00:00 UTC"
NIGHT_TILL_NOW = timedelta(hours=12)
shown = Times(zone=ZoneInfo("UTC")).shown


@pytest.fixture
def morning() -> Morning:
    return kept_overnight(claimed=False)


def card(morning: Morning) -> Card:
    return morning.desk.card(morning.case().number, at=morning.line.clock.now())


def told(morning: Morning) -> list[str]:
    return [f"{shown(at)}, {how}" for at, how in calls_of(card(morning), NO_NAMES)]


def promised(morning: Morning) -> bool:
    return any(text.endswith(NEXT) for text in told(morning))


def by_the_house(morning: Morning, after: timedelta = timedelta()) -> None:
    morning.line.clock.advance(after.total_seconds())
    desk, tree = morning.desk, morning.line.tree
    opening = Opening(cases=desk.cases, policy=desk.policy, lines=waited_for(tree), fresh=desk.fresh)
    morning.line.settle()
    opening.tend(morning.line.clock.now())
    morning.line.settle()


def hang_up_at_once(morning: Morning) -> None:
    phone = handset(morning.line, PHONE, 20 + len(morning.placed()))
    phone.pick_up()
    phone.hang_up()


def now(morning: Morning) -> str:
    return shown(morning.line.clock.now())


def later(at: datetime, minutes: int) -> str:
    return shown(at + minutes * MINUTE)


def test_before_the_first_call_it_says_when_the_line_opens() -> None:
    assert told(kept_overnight(claimed=False, till_morning=6 * 60 * MINUTE)) == [
        f"{OPENS}, by the house: {NEXT}"
    ]


def test_each_of_three_calls_is_told_and_then_the_mail(morning: Morning) -> None:
    began = morning.line.clock.now()

    by_the_house(morning)
    ringing = told(morning)
    hang_up_at_once(morning)
    first = told(morning)
    for _ in range(2):
        by_the_house(morning, 10 * MINUTE)
    third = told(morning)
    by_the_house(morning, 10 * MINUTE)

    assert ringing == [
        f"{shown(began)}, by the house: placed, no answer yet",
        f"{later(began, 10)}, by the house: {NEXT}",
    ]
    assert first[0] == f"{shown(began)}, by the house: picked up, no key pressed: a machine, or somebody else"
    assert [text.partition(": ")[2] for text in third[1:3]] == [
        "nobody told us how it ended",
        "placed, no answer yet",
    ]
    assert third[3].endswith("by the house: a mail, if nobody answers")
    assert told(morning)[3] == f"{now(morning)}, by the house: a mail said that we called, and called in vain"
    assert len(told(morning)) == 4


def pressed(morning: Morning) -> None:
    morning.phone.pick_up()
    morning.phone.press("1")


def another_person(morning: Morning) -> None:
    morning.phone.pick_up()
    morning.phone.press("2")
    morning.phone.press("2")


@pytest.mark.parametrize(
    ("does", "words"),
    [
        pytest.param(pressed, "went through, the key was pressed", id="who presses the key"),
        pytest.param(another_person, "somebody pressed another key", id="another person"),
    ],
)
def test_who_was_there_is_told_and_whoever_answers_is_not_called_again(
    morning: Morning, does: Callable[[Morning], None], words: str
) -> None:
    began = morning.line.clock.now()
    by_the_house(morning)

    does(morning)

    assert told(morning)[0] == f"{shown(began)}, by the house: {words}"
    assert (len(told(morning)) == 1) == (does is pressed)


def test_an_agent_s_call_is_told_with_the_agent_and_nothing_comes_by_itself() -> None:
    morning = kept_overnight()
    began = morning.line.clock.now()
    assert promised(morning)

    morning.press(agent="ana")

    assert told(morning) == [f"{shown(began)}, by ana: placed, no answer yet"]


def by_agent(morning: Morning) -> Morning:
    policy = replace(morning.desk.policy, call_back="by_agent")
    tree = replace(morning.line.tree, verification=policy)
    return Morning(line=replace(morning.line, tree=tree), phone=morning.phone)


def too_old(morning: Morning) -> Morning:
    morning.line.clock.advance(timedelta(hours=16).total_seconds() - NIGHT_TILL_NOW.total_seconds() + 60)
    return morning


def called_twice_today(morning: Morning) -> Morning:
    """Use up the account's two rounds, for another case."""
    case, at = morning.case(), morning.line.clock.now()
    for _ in range(2):
        assert morning.desk.cases.act(lambda tx: begin_round(tx, case, at=at))
    by_the_house(morning)
    assert morning.placed() == []
    return morning


def restored(morning: Morning) -> Morning:
    by_the_house(morning)
    pressed(morning)
    morning.phone.type(morning.phone.code_from("text"))
    return morning


@pytest.mark.parametrize("become", [by_agent, too_old, called_twice_today, restored])
def test_no_next_call_is_promised_where_none_comes(
    morning: Morning, become: Callable[[Morning], Morning]
) -> None:
    assert promised(morning)

    assert not promised(become(morning))


def test_a_case_that_an_agent_kept_while_the_line_was_open_is_promised_no_call(morning: Morning) -> None:
    held = morning.case()
    opened = morning.line.clock.now()
    morning.desk.cases.act(lambda tx: tx.save(replace(held, held_at=opened)))

    assert told(morning) == []


def test_the_page_and_the_terminal_show_the_calls_and_the_page_learns_of_each(morning: Morning) -> None:
    before = card_mark(card(morning))
    by_the_house(morning)
    after = card_mark(card(morning))
    hang_up_at_once(morning)
    work = work_of(morning.line.tree, morning.desk, morning.line.clock, lambda: "0" * 32)

    page = pages_of(work).test_client().get(f"/case/{morning.case().number}", headers={WHO: "ana"})
    terminal = " ".join(" ".join(lines_of(card(morning))).split())

    (heading,) = [found for found in soup(page).find_all("h2") if found.get_text() == "Calls back"]
    listed = heading.find_next("ul")
    assert listed is not None
    in_the_line_s_zone = Times(zone=ZoneInfo("America/Los_Angeles")).shown
    calls = [f"{in_the_line_s_zone(at)}, {how}" for at, how in calls_of(card(morning), NO_NAMES)]
    assert [item.get_text() for item in listed.find_all("li")] == calls
    assert "Call back 24 Nov" in terminal
    assert "by the house: picked up, no key pressed: a machine, or somebody else" in terminal
    assert before != after != card_mark(card(morning))
