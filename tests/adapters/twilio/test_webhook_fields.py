import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.twilio.webhook_fields import (
    CallFields,
    StatusFields,
    TranscriptFields,
    read_call,
    read_status,
    read_transcript,
)
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.phone import E164
from tests.adapters.twilio.forms import CALL, LEG, RECORDING, any_forms, form, without


def test_a_callers_own_leg_is_the_call() -> None:
    assert read_call(form(StirVerstat="TN-Validation-Passed-A")) == CallFields(
        call=CallId(CALL),
        leg=LegId(CALL),
        caller=E164("+18181234567"),
        called=E164("+13231234567"),
        stir_level="TN-Validation-Passed-A",
        status="in-progress",
    )


def test_an_agents_leg_belongs_to_the_callers_call() -> None:
    fields = read_call(form(CallSid=LEG, ParentCallSid=CALL))

    assert fields is not None
    assert (fields.call, fields.leg) == (CallId(CALL), LegId(LEG))


def test_a_blank_parent_is_no_parent() -> None:
    assert read_call(form(ParentCallSid="")) == read_call(form())


BAD_SIDS = [
    "CA1",
    CALL[:-1],
    CALL + "0",
    CALL.upper(),
    "SM" + CALL[2:],
    CALL + "\n",
    "x" * 10_000,
    f" {CALL}",
]


@pytest.mark.parametrize(
    "sent",
    [
        without("CallSid"),
        form(("CallSid", CALL)),
        form(CallSid=""),
        form(("ParentCallSid", CALL), ("ParentCallSid", CALL)),
        form(("ParentCallSid", ""), ("ParentCallSid", CALL)),
        *(form(CallSid=sid) for sid in BAD_SIDS),
        *(form(ParentCallSid=sid) for sid in BAD_SIDS),
    ],
)
def test_a_call_that_cannot_be_told_is_none(sent: Form) -> None:
    assert read_call(sent) is None
    assert read_status(sent) is None


@pytest.mark.parametrize(
    "shown",
    [
        *(
            "anonymous",
            "unknown",
            "Restricted",
            "",
            "+266696687",
            "client:x",
            "sip:a@b",
            "+",
            "+1 818 123 4567",
        ),
        *(
            "8181234567",
            "+1818CALLNOW",
            "+\uff11\uff18\uff11\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
            "x" * 10_000,
        ),
    ],
)
def test_a_caller_without_a_number_calls_all_the_same(shown: str) -> None:
    fields = read_call(form(From=shown))

    assert fields is not None
    assert fields.caller is None


def test_a_number_that_is_given_twice_is_no_number() -> None:
    fields = read_call(form(("From", "+18181234567")))

    assert fields is not None
    assert fields.caller is None


GRADED = [
    f"TN-Validation-{result}-{grade}{way}"
    for result in ("Passed", "Failed")
    for grade in ("A", "B", "C")
    for way in ("", "-Diverted", "-Passthrough")
]


@pytest.mark.parametrize("level", [*GRADED, "TN-Validation-Failed", "No-TN-Validation", "NULL"])
def test_every_level_that_the_carrier_documents_is_kept(level: str) -> None:
    fields = read_call(form(StirVerstat=level))

    assert fields is not None
    assert fields.stir_level == level


@pytest.mark.parametrize(
    "level",
    [
        *("", "null", "tn-validation-passed-a", "TN-Validation-Passed", "TN-Validation-Passed-D"),
        *("TN-Validation-Passed-A ", "TN-Validation-Failed-Diverted", "No-TN-Validation-Diverted"),
    ],
)
def test_any_other_level_says_nothing(level: str) -> None:
    fields = read_call(form(StirVerstat=level))

    assert fields is not None
    assert fields.stir_level is None


@pytest.mark.parametrize("status", ["", "Ringing", "in progress", "hacked"])
def test_a_status_that_the_carrier_does_not_know_is_unknown(status: str) -> None:
    fields = read_call(form(CallStatus=status))

    assert fields is not None
    assert fields.status == "unknown"


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_a_final_status_of_the_callers_leg_ends_the_call(status: str) -> None:
    ended = read_status(form(CallStatus=status))

    assert ended is not None
    assert (ended.call, ended.status, ended.has_ended) == (CALL, status, True)


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "", "COMPLETED"])
def test_any_other_status_leaves_the_call_open(status: str) -> None:
    told = read_status(form(CallStatus=status))

    assert told is not None
    assert not told.has_ended


def test_the_end_of_an_agents_leg_leaves_the_call_open() -> None:
    told = read_status(form(CallSid=LEG, ParentCallSid=CALL, CallStatus="completed"))

    assert told == StatusFields(call=CallId(CALL), status="completed", has_ended=False)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"TranscriptionStatus": "completed", "TranscriptionText": "please call back"}, "please call back"),
        ({"TranscriptionStatus": "completed", "TranscriptionText": "a\0\u202eb\nc"}, "ab c"),
        ({"TranscriptionStatus": "completed", "TranscriptionText": "d" * 60_000}, "d" * 5000),
        ({"TranscriptionStatus": "completed"}, ""),
        ({"TranscriptionStatus": "failed", "TranscriptionText": "noise"}, ""),
        ({"TranscriptionText": "noise"}, ""),
    ],
)
def test_a_transcript_is_kept_where_one_was_made(fields: dict[str, str], text: str) -> None:
    told = read_transcript(form(RecordingSid=RECORDING, **fields))

    assert told == TranscriptFields(recording=RecordingId(RECORDING), text=text)


@pytest.mark.parametrize(
    "sent", [form(), form(RecordingSid="RE1"), form(RecordingUrl="http://169.254.169.254/")]
)
def test_a_transcript_of_no_recording_is_none(sent: Form) -> None:
    assert read_transcript(sent) is None


@settings(max_examples=500, deadline=None)
@given(sent=any_forms, has_call=st.booleans())
def test_any_form_gives_fields_in_their_shape_or_none(*, sent: Form, has_call: bool) -> None:
    whole = Form.of([*sent.pairs, ("CallSid", CALL)]) if has_call else sent

    fields = read_call(whole)
    told = read_transcript(whole)

    assert fields is None or re.fullmatch("CA[0-9a-f]{32}", fields.leg)
    assert fields is None or fields.caller is None or re.fullmatch(r"\+[0-9]{2,15}", fields.caller)
    assert told is None or (re.fullmatch("RE[0-9a-f]{32}", told.recording) and told.text.isprintable())
