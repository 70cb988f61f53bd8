"""Once the line is open the house itself calls about what was kept overnight: three times, then it mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.opening_callbacks import Opening, lines_of
from tests.services.desk.office import names_of
from tests.services.desk.overnight import PHONE, TILL_MORNING, Morning, handset, kept_overnight

MINUTE = timedelta(minutes=1)


@pytest.fixture
def morning() -> Morning:
    return kept_overnight(claimed=False)


def opening(morning: Morning) -> Opening:
    tree, desk = morning.line.tree, morning.desk
    return Opening(cases=desk.cases, policy=desk.policy, lines=lines_of(tree), fresh=desk.fresh)


def tend(morning: Morning, after: timedelta = timedelta()) -> int:
    morning.line.clock.advance(after.total_seconds())
    count = opening(morning).tend(morning.line.clock.now())
    morning.line.settle()
    return count


def hang_up_at_once(morning: Morning) -> None:
    phone = handset(morning.line, PHONE, 20 + len(morning.placed()))
    phone.pick_up()
    phone.hang_up()


def mails(morning: Morning) -> list[str]:
    return [one.words for one in morning.line.received if "we tried to call you" in one.words]


def test_the_phone_on_file_is_called_by_itself_and_one_fresh_code_restores_the_case(morning: Morning) -> None:
    assert tend(morning) == 1
    assert morning.placed() == [PHONE]
    phone = morning.phone

    phone.pick_up()
    phone.press("1")
    phone.type(phone.code_from("text"))

    assert morning.case().state == "VERIFIED"
    assert tend(morning, 20 * MINUTE) == 0


def test_nobody_is_called_before_the_line_opens() -> None:
    morning = kept_overnight(claimed=False, till_morning=timedelta(hours=6))

    assert (tend(morning), morning.placed()) == (0, [])
    assert tend(morning, timedelta(hours=3)) == 1


def test_it_rings_three_times_ten_minutes_apart_and_then_one_mail_says_so(morning: Morning) -> None:
    placed_at: list[datetime] = []
    for _ in range(50):
        if tend(morning, MINUTE) and len(morning.placed()) > len(placed_at):
            placed_at.append(morning.line.clock.now())
            hang_up_at_once(morning)

    assert len(placed_at) == 3
    pauses = [later - earlier for earlier, later in pairwise(placed_at)]
    assert [pause // (10 * MINUTE) for pause in pauses] == [1, 1]
    (mail,) = mails(morning)
    for wanted in (morning.case().number, "+14155550100", "Mo-Fr 06:00-18:00", "Nothing has been changed"):
        assert wanted in mail.replace("\n", " ")
    assert morning.case().state == "HELD"


def test_a_try_that_the_carrier_never_ends_does_not_hold_up_the_next(morning: Morning) -> None:
    tend(morning)
    assert tend(morning, 9 * MINUTE) == 0
    assert tend(morning, MINUTE) == 1

    assert len(morning.placed()) == 2


def by_an_agent(morning: Morning) -> None:
    morning.desk.claim(morning.case().number, "ana", at=morning.line.clock.now())
    morning.press()
    hang_up_at_once(morning)


def answered_with_wrong_codes(morning: Morning) -> None:
    tend(morning)
    morning.phone.pick_up()
    morning.phone.press("1")
    for _ in range(3):
        morning.phone.type("000000")


def ended(morning: Morning) -> None:
    morning.desk.refuse(morning.case().number, "ana", why="withdrew", at=morning.line.clock.now())


def too_old(morning: Morning) -> None:
    morning.line.clock.advance((timedelta(hours=16) - TILL_MORNING + MINUTE).total_seconds())


@pytest.mark.parametrize("before", [by_an_agent, answered_with_wrong_codes, ended, too_old])
def test_it_calls_no_more_where_that_is_for_nothing(
    morning: Morning, before: Callable[[Morning], None]
) -> None:
    before(morning)
    placed = len(morning.placed())

    counts = [tend(morning, after) for after in (timedelta(), 31 * MINUTE, 31 * MINUTE)]

    assert (counts, len(morning.placed())) == ([0, 0, 0], placed)
    assert mails(morning) == []


def test_a_round_by_itself_is_one_of_the_two_of_a_day_however_often_it_rings(morning: Morning) -> None:
    for _ in range(3):
        tend(morning, 10 * MINUTE)
        hang_up_at_once(morning)
    morning.desk.claim(morning.case().number, "ana", at=morning.line.clock.now())

    morning.press()
    hang_up_at_once(morning)
    with pytest.raises(MoveBlocked) as refused:
        morning.press()

    assert names_of(refused.value) == ("limit",)
    assert len(morning.placed()) == 4


def test_where_agents_call_back_nobody_else_does(morning: Morning) -> None:
    by_agent = replace(opening(morning), policy=replace(morning.desk.policy, call_back="by_agent"))

    assert by_agent.tend(morning.line.clock.now()) == 0
    assert tend(morning) == 1
