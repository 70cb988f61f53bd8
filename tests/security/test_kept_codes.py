"""Of a contact's codes within a day two are kept: strangers cannot use them up, and whom they serve then.

Strangers here do their worst: each call goes on to the mailbox, so that no unproved code is left of either.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.factors import Evidence
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.test_enrolled_call import APP, CODES, FACTORS, SAVED, enrol, shown_by_app
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line

MAILBOX = "ann@northwind.example"
HALF_HOUR_S = 1800
PAUSE_S = 300
"""So long nothing is right after the fifth wrong entry of a day, and these strangers typed five."""
UNPROVED = {PHONE: 3, MAILBOX: 3}


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    """Give a line on which strangers have used up all that they can of both contacts of one account."""
    with guarded_line(policy={"factors": FACTORS}) as line:
        enrol(line, NUMBER)
        for _ in range(5):
            handset = line.handset(caller=f"+1415555{line.calls:04}")
            handset.type(NUMBER)
            handset.type(WRONG)
            handset.hang_up()
            line.clock.advance(HALF_HOUR_S + 1)
        yield line


def _asked(line: GuardedLine) -> Handset:
    handset = line.handset()
    handset.type(NUMBER)
    return handset


def _case(line: GuardedLine, handset: Handset) -> Case:
    case = line.case(handset)
    assert case is not None
    return case


def test_strangers_who_go_on_to_the_mailbox_use_up_three_of_each_and_no_more(line: GuardedLine) -> None:
    assert Counter(line.codes) == UNPROVED


def test_an_owner_who_proves_nothing_gets_no_code_that_day_and_one_the_day_after(line: GuardedLine) -> None:
    owner = _asked(line)
    owner.type(WRONG)
    owner.hang_up()
    on_the_day = Counter(line.codes)
    line.clock.advance(22 * 3600)

    _asked(line)

    assert on_the_day == UNPROVED
    assert Counter(line.codes) == UNPROVED | {PHONE: 4}


@pytest.mark.parametrize("key", [APP, SAVED], ids=["the app", "a saved code"])
def test_an_owner_who_proves_another_factor_gets_a_kept_code(line: GuardedLine, key: str) -> None:
    owner = _asked(line)
    owner.type(key)
    owner.type(shown_by_app(line) if key == APP else CODES[0].reveal())
    owner.type(line.code("mail"))

    assert Counter(line.codes) == UNPROVED | {MAILBOX: 4}
    assert _case(line, owner).state == "VERIFIED"


def test_an_owner_who_types_an_app_s_code_for_the_mailbox_s_gets_the_phone_s(line: GuardedLine) -> None:
    owner = _asked(line)
    owner.type(WRONG)
    line.clock.advance(PAUSE_S)
    owner.type(APP)
    owner.type(shown_by_app(line))
    owner.type(line.code("text"))

    assert Counter(line.codes) == UNPROVED | {PHONE: 4}
    assert _case(line, owner).state == "VERIFIED"


def test_an_owner_for_whom_her_manager_vouched_gets_a_kept_code(line: GuardedLine) -> None:
    first = _asked(line)
    first.hang_up()
    case = _case(line, first)
    vouch = Evidence(factor="vouch", call=case.call, at=line.clock.now())
    line.cases.room.cases.act(lambda tx: tx.prove(case.id, vouch))

    owner = line.handset()
    owner.type(case.number)
    owner.type(line.code("text"))

    assert Counter(line.codes) == UNPROVED | {PHONE: 4}
    assert _case(line, owner).state == "VERIFIED"


def test_a_code_to_the_phone_keeps_no_other_for_the_same_phone() -> None:
    with guarded_line() as line:
        for _ in range(2):
            _asked(line).hang_up()
            line.clock.advance(HALF_HOUR_S + 1)
        owner = _asked(line)
        owner.type(line.code("text"))
        line.clock.advance(61)
        owner.type(WRONG)

        assert [one.factor for one in line.proved(_case(line, owner))] == ["phone"]
        assert Counter(line.codes) == {PHONE: 3, MAILBOX: 1}
