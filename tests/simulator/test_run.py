"""Conversations against the shipped menus, and where they part from them."""

import pytest

from ivr.rehearsal import line_for_tests
from ivr.simulator.conversation import read_conversation
from ivr.simulator.run import Result, play
from tests.simulator.stub import MORNING, StubLine

BEGIN = "call: A call\nsteps:\n"


def played(text: str) -> Result:
    document, conversation, findings = read_conversation("calls/one.yaml", text.encode())
    assert findings == ()
    assert conversation is not None
    line = line_for_tests(menus="menus", prompts="prompts", at=conversation.at)
    return play(document, conversation, line)


def fault_of(text: str) -> str:
    fault = played(text).fault
    return "" if fault is None else f"{fault.spot} {fault.what}; {fault.remedy}"


def test_a_call_that_goes_as_written_has_no_fault() -> None:
    assert (
        fault_of(
            BEGIN
            + "  - presses: 2\n  - hears: Customer\n      service.\n  - hangs_up: true\nends: abandoned\n"
        )
        == ""
    )


def test_a_caller_who_does_nothing_more_hangs_up() -> None:
    result = played(BEGIN + "  - presses: 2\nends: abandoned\n")

    assert result.fault is None
    assert [one.words for one in result.heard if one.who == "caller"] == ["presses 2", "hangs up"]


def test_what_was_not_heard_is_told_beside_what_was() -> None:
    fault = fault_of(BEGIN + "  - presses: 2\n  - hears: Bananas\nends: abandoned\n")

    assert fault.startswith(
        'calls/one.yaml:4:5 "Bananas" is expected, and was not heard, but "Customer service. For'
    )


def test_only_what_was_heard_since_the_last_act_counts() -> None:
    fault = fault_of(BEGIN + "  - presses: 2\n  - hears: Thank you for calling\nends: abandoned\n")

    assert fault.startswith("calls/one.yaml:4:5 ")


def test_what_the_agent_hears_is_not_what_the_caller_hears() -> None:
    heard = "  - presses: 0\n  - agent_hears: Customer Service, asked for a person\n"

    assert fault_of(BEGIN + heard + "ends: transferred\n") == ""
    assert "was not heard" in fault_of(BEGIN + heard.replace("agent_hears", "hears") + "ends: transferred\n")


def test_another_end_than_expected_is_told_at_its_place() -> None:
    fault = fault_of(BEGIN + "  - presses: 2\nends: transferred\n")

    assert fault.startswith("calls/one.yaml:4:7 transferred is expected, and the call ended abandoned")


def test_an_act_that_the_line_does_not_wait_for_is_a_fault() -> None:
    fault = fault_of(BEGIN + "  - records: 5\nends: abandoned\n")

    assert fault.startswith("calls/one.yaml:3:5 the line waits for a key now")


def test_a_misspelt_person_is_told_before_anything_is_played() -> None:
    result = played("call: A call\npeople: {day desc: busy}\nsteps:\n  - presses: 0\nends: transferred\n")

    assert result.fault is not None
    assert str(result.fault.spot) == "calls/one.yaml:2:10"
    assert result.fault.remedy == 'did you mean "day desk"?'
    assert result.heard == ()


def test_a_line_that_needs_its_fallback_has_failed() -> None:
    text = BEGIN + "  - hears: Sorry.\nends: answered\n"
    document, conversation, _ = read_conversation("calls/one.yaml", text.encode())
    assert conversation is not None

    result = play(document, conversation, StubLine({"/voice": 500, "/voice/fallback": "<Say>Sorry.</Say>"}))

    assert result.fault is not None
    assert "/voice was answered with 500" in result.fault.what


@pytest.mark.parametrize(("listens", "ends"), [(1, "abandoned"), (60, "answered")])
def test_how_long_an_answer_was_heard_decides_how_the_call_went(listens: int, ends: str) -> None:
    steps = f"  - presses: 32\n  - listens: {listens}\n  - hangs_up: true\n"

    assert fault_of(f"{BEGIN}{steps}ends: {ends}\n") == ""


def test_calls_of_one_line_are_told_apart_by_number() -> None:
    line = line_for_tests(menus="menus", prompts="prompts", at=MORNING)
    ends = []
    for number, steps in enumerate(("presses: 0", "presses: 2")):
        text = f"{BEGIN}  - {steps}\nends: transferred\n"
        document, conversation, _ = read_conversation("calls/one.yaml", text.encode())
        assert conversation is not None
        ends.append(play(document, conversation, line, number=number).fault is None)

    assert ends == [True, False]
    assert len(line.store.ended) == 2
