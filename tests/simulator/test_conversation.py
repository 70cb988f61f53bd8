from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.conversation import Conversation, read_conversation

BEGIN = "call: A call\n"
END = "ends: answered\n"
STEPS = "steps:\n  - hears: Hello\n"


def faults_of(text: str) -> list[str]:
    _, conversation, findings = read_conversation("calls/one.yaml", text.encode())
    assert (conversation is None) == bool(findings)
    return [f"{one.spot} {one.rule} {one.what}; {one.remedy}" for one in findings]


def conversation_of(text: str) -> Conversation:
    _, conversation, findings = read_conversation("calls/one.yaml", text.encode())
    assert findings == ()
    assert conversation is not None
    return conversation


def test_a_conversation_needs_little() -> None:
    conversation = conversation_of(BEGIN + STEPS + END)

    assert (conversation.caller, conversation.people) == ("+14155550199", {})
    assert conversation.steps[0].hears == "Hello"


def test_a_moment_keeps_its_offset() -> None:
    conversation = conversation_of(BEGIN + "at: 2026-11-24T03:07:00-08:00\n" + STEPS + END)

    assert conversation.at == datetime(2026, 11, 24, 3, 7, tzinfo=timezone(timedelta(hours=-8)))


def test_keys_may_be_written_without_quotes_where_they_are_a_number() -> None:
    steps = 'steps:\n  - presses: 26\n  - presses: "#"\n  - presses: 0\n'

    assert [step.presses for step in conversation_of(BEGIN + steps + END).steps] == ["26", "#", "0"]


def test_a_person_may_behave_otherwise_at_the_second_ring() -> None:
    people = "people:\n  day desk: busy\n  on call: [no_answer, answers]\n"

    conversation = conversation_of(BEGIN + people + STEPS + END)

    assert conversation.people == {"day desk": ("busy",), "on call": ("no_answer", "answers")}


def test_a_withheld_number_is_a_caller_too() -> None:
    assert conversation_of(BEGIN + "caller: anonymous\n" + STEPS + END).caller == "anonymous"


@pytest.mark.parametrize(
    ("text", "begins", "holds"),
    [
        (
            BEGIN + "at: noon\n" + STEPS + END,
            "calls/one.yaml:2:5 bad-value",
            '"noon" is no time; write it as 2026-',
        ),
        (BEGIN + "at: 2026-11-24T10:00:00\n" + STEPS + END, "calls/one.yaml:2:5 bad-value", "add the offset"),
        (
            BEGIN + 'caller: "12"\n' + STEPS + END,
            "calls/one.yaml:2:9 bad-value",
            '"12" is no number; write it as',
        ),
        (BEGIN + STEPS, "calls/one.yaml:1:1 missing-field", '"ends" is missing'),
        (BEGIN + STEPS + "ends: answerd\n", "calls/one.yaml:4:7 unknown-value", 'did you mean "answered"?'),
        (BEGIN + "steps: []\n" + END, "calls/one.yaml:2:8 too-short", "at least 1 item"),
        (
            BEGIN + "people: {desk: bussy}\n" + STEPS + END,
            "calls/one.yaml:2:16 unknown-value",
            'did you mean "busy"?',
        ),
        (BEGIN + "people: {desk: []}\n" + STEPS + END, "calls/one.yaml:2:16 too-short", "at least 1 item"),
        (BEGIN + "steps:\n  - heers: x\n" + END, "calls/one.yaml:3:5 unknown-field", 'did you mean "hears"?'),
        (BEGIN + "steps:\n  - presses: A\n" + END, "calls/one.yaml:3:14 bad-value", '"A" are no keys'),
        (BEGIN + "steps:\n  - {}\n" + END, "calls/one.yaml:3:5 one-act", "here is nothing"),
        (
            BEGIN + "steps:\n  - hears: x\n    presses: 1\n" + END,
            "calls/one.yaml:3:5 one-act",
            "hears and presses",
        ),
        (BEGIN + "steps:\n  - hangs_up: false\n" + END, "calls/one.yaml:3:15 bad-value", "write true"),
        ("- hears: x\n", "calls/one.yaml:1:1 wrong-top", "fields"),
        ("", "calls/one.yaml:1:1 empty-file", ""),
    ],
)  # fmt: skip -- a row each
def test_what_is_written_wrong_is_told_with_its_place(text: str, begins: str, holds: str) -> None:
    faults = faults_of(text)

    assert any(fault.startswith(begins) and holds in fault for fault in faults), faults


def test_every_fault_is_told_at_once() -> None:
    assert len(faults_of("call: ''\nat: noon\nsteps:\n  - heers: x\nends: well\n")) >= 4


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_whatever_the_file_holds_is_answered_with_findings(data: bytes) -> None:
    _, conversation, findings = read_conversation("calls/one.yaml", data)

    assert conversation is None
    assert findings
