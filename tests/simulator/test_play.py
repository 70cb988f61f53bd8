"""Conversations against the shipped menus, and where they part from them."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.simulator.conversation import read_conversation
from ivr.simulator.play import Result, play
from tests.simulator.stub import MORNING, StubLine

BEGIN = "call: A call\nsteps:\n"


def played(text: str) -> Result:
    return played_and_kept(text)[0]


def played_and_kept(text: str) -> tuple[Result, RehearsalLine]:
    document, conversation, findings = read_conversation("calls/one.yaml", text.encode())
    assert findings == ()
    assert conversation is not None
    line = line_for_tests(menus="menus", prompts="prompts", at=conversation.at)
    there = line.in_circumstances(hours=conversation.hours, away=conversation.away)
    return play(document, conversation, there), there


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


KEPT = (
    "call: A call\nat: 2026-11-24T03:07:00-08:00\ncaller: '+14155550177'\n"
    "hours: {support: 'Mo-Fr 06:00-18:00'}\nsteps:\n"
    "  - presses: 112\n  - types: 204117\n  - types_code: text\n  - types_code: mail\n"
)
AT_OPENING = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def placed(line: RehearsalLine) -> list[str]:
    return [one.to for one in line.received if one.status is not None]


def test_the_call_that_the_line_places_is_taken_when_it_comes_on_the_telephone_that_rings() -> None:
    steps = "  - picks_up: true\n  - presses: 1\n  - hears: one fresh code takes it up again.\n"
    result, line = played_and_kept(f"{KEPT}{steps}ends: abandoned\n")

    assert result.fault is None
    assert placed(line) == ["+14155550123"]
    assert AT_OPENING <= line.clock.now() < AT_OPENING + timedelta(minutes=2)


def test_what_is_not_heard_in_the_call_that_the_line_places_is_told_at_its_place() -> None:
    fault = fault_of(KEPT + "  - picks_up: true\n  - hears: Bananas\nends: abandoned\n")

    assert fault.startswith('calls/one.yaml:11:5 "Bananas" is expected, and was not heard, but "This is')


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{BEGIN}  - presses: 2\n", id="nothing was kept"),
        pytest.param(f"{KEPT}  - waits: 400\n", id="it has called already, three times"),
    ],
)
def test_a_call_that_never_comes_is_a_fault(text: str) -> None:
    fault = fault_of(f"{text}  - picks_up: true\nends: abandoned\n")

    assert "the line has called nobody for a day" in fault


def test_a_line_whose_sender_is_away_calls_nobody() -> None:
    _, line = played_and_kept(f"{KEPT}ends: answered\n")
    assert line.cases is not None
    line.clock.at = AT_OPENING

    line.cases.is_sender_away = True
    away = (line.tend(), placed(line))
    line.cases.is_sender_away = False
    back = (line.tend(), placed(line))

    assert (away, back) == ((None, []), (600, ["+14155550123"]))


def test_while_a_caller_waits_the_line_calls_by_itself_and_then_mails() -> None:
    steps = "  - hangs_up: true\n  - waits: {}\n  - receives: we tried to call you\nends: answered\n"
    early, line = played_and_kept(KEPT + steps.format(195))
    late, later = played_and_kept(KEPT + steps.format(240))

    assert early.fault is not None
    assert "we tried to call you" in early.fault.what
    assert len(placed(line)) == 3
    assert (late.fault, len(placed(later))) == (None, 3)


def test_words_that_no_message_may_have_are_expected_in_none_since_the_last_act() -> None:
    call = "call: A code\nsteps:\n  - presses: 112\n  - types: 204117\n"
    ends = "  - hangs_up: true\nends: abandoned\n"

    came, _ = played_and_kept(f"{call}  - receives_no: is your code\n{ends}")
    none, _ = played_and_kept(f"{call}  - receives_no: will be lost\n{ends}")
    earlier, _ = played_and_kept(f"{call}  - stays: silent\n  - receives_no: is your code\n{ends}")

    assert came.fault is not None
    assert came.fault.what == '"is your code" is expected in no message, and came in one'
    assert (none.fault, earlier.fault) == (None, None)
