"""Budgets of codes: what goes to nobody uses up none, a mailed code has no range, and a spent one is told."""

from collections import Counter

import pytest
from structlog.testing import capture_logs

from ivr.domain.recovery.limits import DAY_S
from ivr.domain.recovery.policy import Limit, Wait
from ivr.simulator.handset import Handset
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line

UNKNOWN = "999111"
CLOSED, YOUNG, NO_PHONE = "204121", "204120", "204119"
MAILBOX = "ann@northwind.example"
WITHHELD = "anonymous"
HOUR_S = 3600
SMALL = {"prefix_sends": Limit(count=3, seconds=HOUR_S), "day_sends": Limit(count=3, seconds=DAY_S)}


def ask(line: GuardedLine, number: str, *, caller: str | None = None, entries: int = 0) -> Handset:
    """Call, from a number of one's own or from *caller*, name the account, and type so many wrong entries."""
    handset = line.handset(caller=caller or f"+1415556{line.calls:04}")
    handset.type(number)
    for _ in range(entries):
        handset.type(WRONG)
    return handset


def state_of_owner(line: GuardedLine) -> str:
    handset = line.handset()
    handset.type(NUMBER)
    for kind in ("text", "mail"):
        handset.type(line.code(kind))
    case = line.case(handset)
    assert case is not None
    return case.state


@pytest.mark.parametrize("number", [UNKNOWN, CLOSED, YOUNG, NO_PHONE])
def test_calls_whose_codes_go_to_nobody_use_up_nobody_s(number: str) -> None:
    with guarded_line() as line:
        for _ in range(30):
            at = line.clock.now()
            ask(line, number, caller=WITHHELD, entries=1).hang_up()
            line.clock.at = at
            line.clock.advance(61)
        before = Counter(line.codes)

        assert state_of_owner(line) == "VERIFIED"
        assert Counter(line.codes) == before | {PHONE: 1, MAILBOX: 1}


def test_a_paused_account_s_calls_use_up_no_budget_of_others() -> None:
    pause = {"account_waits": (Wait(failures=3, seconds=HOUR_S),)}
    with guarded_line(policy=SMALL | pause) as line:
        ask(line, "204118", entries=3).hang_up()
        before = Counter(line.codes)
        for _ in range(6):
            ask(line, "204118", caller=WITHHELD).hang_up()

        assert Counter(line.codes) == before
        assert state_of_owner(line) == "VERIFIED"


def test_mailed_codes_are_counted_to_no_range_of_numbers_and_to_no_budget_of_texts() -> None:
    with guarded_line(policy=SMALL) as line:
        for _ in range(2):
            ask(line, "204119", entries=1).hang_up()
            ask(line, "204118", entries=1).hang_up()
            line.clock.advance(61)
        of_strangers = Counter(line.codes)
        ask(line, NUMBER).hang_up()

        assert of_strangers == {"+14155550124": 2, "ben@blueharbor.example": 2, "cy@cedar.example": 2}
        assert Counter(line.codes) == of_strangers | {PHONE: 1}


def test_whoever_proved_the_mailbox_gets_the_phone_s_code_of_a_spent_budget() -> None:
    with guarded_line(policy=SMALL) as line:
        for caller in range(3):
            ask(line, "204118", caller=f"+1415557000{caller}").hang_up()
            line.clock.advance(1801)
        of_strangers = Counter(line.codes)
        owner = line.handset()
        owner.type(NUMBER)
        assert Counter(line.codes) == of_strangers
        owner.type(WRONG)
        owner.type(line.code("mail"))
        owner.type(line.code("text"))

        case = line.case(owner)
        assert case is not None
        assert case.state == "VERIFIED"


@pytest.mark.parametrize("number", ["204118", UNKNOWN])
def test_one_telephone_asks_for_so_many_codes_an_hour_and_then_for_none(number: str) -> None:
    policy = {"caller_sends": (Limit(count=2, seconds=HOUR_S),)}
    with guarded_line(policy=policy) as line:
        for _ in range(2):
            ask(line, number, caller="+14155550177").hang_up()
            line.clock.advance(61)
        before = Counter(line.codes)

        late = ask(line, NUMBER, caller="+14155550177")
        assert Counter(line.codes) == before
        said = line.exchanges[-1].reply
        late.hang_up()
        ask(line, NUMBER).hang_up()

        assert b"a code is on its way" in said
        assert Counter(line.codes) == before | {PHONE: 1}


def test_callers_who_withhold_their_numbers_have_a_budget_together_and_no_other_caller_shares_it() -> None:
    policy = {"withheld_sends": Limit(count=2, seconds=HOUR_S)}
    with guarded_line(policy=policy) as line:
        for number in ("204118", "204120", "204122"):
            ask(line, number, caller=WITHHELD).hang_up()
        before = Counter(line.codes)
        ask(line, NUMBER, caller=WITHHELD).hang_up()
        assert Counter(line.codes) == before

        assert state_of_owner(line) == "VERIFIED"


BUDGETS: dict[str, dict[str, Limit | tuple[Limit, ...]]] = {
    "prefix_sends": {"prefix_sends": Limit(count=1, seconds=HOUR_S)},
    "day_sends": {"day_sends": Limit(count=1, seconds=DAY_S)},
    "contact_sends": {"contact_sends": (Limit(count=3, seconds=DAY_S),)},
    "caller_sends": {"caller_sends": (Limit(count=1, seconds=HOUR_S),)},
    "withheld_sends": {"withheld_sends": Limit(count=1, seconds=HOUR_S)},
    "withheld_failures": {"withheld_failures": Limit(count=1, seconds=HOUR_S)},
}


@pytest.mark.parametrize("budget", BUDGETS)
def test_each_budget_that_is_spent_is_told_once_a_minute(budget: str) -> None:
    caller = WITHHELD if "withheld" in budget else "+14155550177"
    with guarded_line(policy=BUDGETS[budget]) as line, capture_logs() as logs:
        first = line.clock.now()
        for minute in range(3):
            for _ in range(2):
                line.clock.at = first
                line.clock.advance(61 * minute)
                handset = ask(line, NUMBER, caller=caller)
                if handset.waits_for_entry and budget == "withheld_failures" and minute == 0:
                    handset.type(WRONG)
                if not handset.is_over:
                    handset.hang_up()
        told = [one for one in logs if one.get("limit") == budget]

    assert 2 <= len(told) <= 3
    assert {one["log_level"] for one in told} == {"warning"}
    assert {one["event"] for one in told} <= {"verification_closed_for_all", "verification_budget_spent"}
