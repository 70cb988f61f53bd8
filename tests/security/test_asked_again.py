"""What a caller hears on asking for another code: what will happen, in the same words for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line

ON_ITS_WAY = "is on its way"
IN_A_MINUTE = "wait a minute"
PEOPLE = {
    "known": NUMBER,
    "nobody": "999111",
    "no phone": "204119",
    "a young mailbox": "204120",
    "closed": "204121",
}


@pytest.fixture(scope="module")
def shared() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


@pytest.fixture
def line(shared: GuardedLine) -> GuardedLine:
    shared.rehearsed.forget_callers()
    shared.clock.at = MORNING
    return shared


def heard_of(handset: Handset, entry: str, *, after_s: float) -> str:
    """Type so long after the last words began; give what is said in answer."""
    known = len(handset.heard)
    handset.listen(after_s)
    handset.type(entry)
    return " ".join(one.words for one in handset.heard[known:] if one.who == "line")


@pytest.mark.parametrize(("key", "after_s"), [*product("12", [0, 20, 59])])
def test_within_a_minute_no_code_is_sent_and_none_is_said_to_be(
    line: GuardedLine, key: str, after_s: float
) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    first = line.code("text")

    heard = heard_of(handset, key, after_s=after_s)

    assert (line.codes, len(line.received)) == ([PHONE], 1)
    assert ON_ITS_WAY not in heard
    assert IN_A_MINUTE in heard
    handset.type(first)
    assert handset.stage == "mailbox"


@pytest.mark.parametrize("key", "12")
def test_after_a_minute_the_key_brings_what_was_offered(line: GuardedLine, key: str) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    offered = " ".join(one.words for one in handset.heard)

    heard = heard_of(handset, key, after_s=61)

    assert f"{IN_A_MINUTE}, then press 1, then pound" in offered
    assert ON_ITS_WAY in heard
    assert [one.kind for one in line.received] == ["text", "text" if key == "1" else "call"]


def test_what_will_not_happen_is_offered_no_more(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)

    second = heard_of(handset, "1", after_s=61)
    third = heard_of(handset, "1", after_s=61)

    assert "press 1" not in second
    assert "press 2" not in second
    assert (ON_ITS_WAY in second, ON_ITS_WAY in third) == (True, False)
    assert len(line.codes) == 2
    handset.type(line.code("text"))
    assert handset.stage == "mailbox"


def test_a_second_round_within_the_minute_says_that_no_new_code_comes(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    heard_of(handset, WRONG, after_s=1)

    again = heard_of(handset, WRONG, after_s=1)

    assert again.startswith("Not everything matched")
    assert ON_ITS_WAY not in again
    assert line.codes == [PHONE, "ann@northwind.example"]


def test_the_mailbox_s_code_is_asked_for_by_the_same_rule(line: GuardedLine) -> None:
    handset = line.handset()
    handset.type(NUMBER)
    handset.type(line.code("text"))

    soon = heard_of(handset, "1", after_s=30)
    later = heard_of(handset, "1", after_s=61)
    at_last = heard_of(handset, "1", after_s=61)

    assert [ON_ITS_WAY in heard for heard in (soon, later, at_last)] == [False, True, False]
    assert line.codes == [PHONE, "ann@northwind.example", "ann@northwind.example"]


def test_a_code_is_said_to_be_on_its_way_only_on_a_condition_that_holds_in_every_call(
    line: GuardedLine,
) -> None:
    line.handset().type(NUMBER)
    again = line.handset(caller="+14155550177")
    line.clock.at = MORNING + timedelta(seconds=50)

    heard = heard_of(again, NUMBER, after_s=0)

    assert line.codes == [PHONE]
    assert "no more than three codes were asked for in half an hour, and none in the last minute" in heard


def _whole_call(line: GuardedLine, number: str, calls_before: int) -> list[bytes]:
    """Ask again too soon, in time, too often, and from the place of another code; give all replies."""
    line.rehearsed.forget_callers()
    line.clock.at = MORNING
    for last in range(calls_before):
        line.handset(caller=f"+1415555015{last}").type(number)
    line.clock.at = MORNING
    line.exchanges.clear()
    handset = line.handset(caller="+14155550159")
    handset.type(number)
    for entry, after_s in (("1", 5), ("2", 30), ("*", 1), ("1", 61), ("1", 1), ("2", 90)):
        heard_of(handset, entry, after_s=after_s)
    heard_of(handset, WRONG, after_s=1)
    for entry, after_s in (("1", 1), ("1", 61), ("1", 61)):
        heard_of(handset, entry, after_s=after_s)
    while handset.waits_for_entry:
        handset.stay_silent()
    handset.hang_up()
    return [exchange.alike for exchange in line.exchanges]


@pytest.mark.parametrize("calls_before", [0, 1, 4])
def test_the_words_and_the_time_are_the_same_for_everybody(line: GuardedLine, calls_before: int) -> None:
    heard = {name: _whole_call(line, number, calls_before) for name, number in PEOPLE.items()}

    assert {name: replies == heard["nobody"] for name, replies in heard.items()} == dict.fromkeys(
        PEOPLE, True
    )
