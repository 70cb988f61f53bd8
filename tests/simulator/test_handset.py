"""Each rule of the carrier stands in ivr/simulator; read there where it comes from."""

from datetime import timedelta

import pytest

from ivr.simulator.carrier.signed_requests import CallBroken
from tests.simulator.stub import MORNING, StubLine, call, said, url

MENU = f'<Gather numDigits="1" finishOnKey="" timeout="6" actionOnEmptyResult="true" action="{url("/next")}"><Say>Choose.</Say></Gather>'  # noqa: E501 -- one document
TYPING = f'<Gather finishOnKey="#" timeout="10" action="{url("/next")}"/><Say>Too late.</Say>'
RECORD = f'<Record maxLength="30" timeout="5" action="{url("/next")}"/><Redirect>{url("/nothing")}</Redirect>'


def test_a_call_arrives_ringing_and_is_told_of_at_its_end() -> None:
    line = StubLine({"/voice": "<Say>Goodbye.</Say><Hangup/><Say>Unheard.</Say>"})

    handset = call(line)

    assert said(handset) == ["Goodbye."]
    assert handset.is_over
    assert line.paths() == ["/voice", "/voice/status"]
    assert line.fields("/voice")["CallStatus"] == "ringing"
    assert line.fields("/voice/status")["CallStatus"] == "completed"


def test_a_document_that_ends_ends_the_call() -> None:
    line = StubLine({"/voice": "<Say>Goodbye.</Say>"})

    assert call(line).is_over


def test_speech_takes_the_time_that_it_takes_to_say() -> None:
    line = StubLine({"/voice": '<Say>One two three four. <break time="1500ms" /></Say>'})

    call(line)

    # four words at 160 a minute, the rest after a full stop, and the break
    assert line.clock.now() - MORNING == timedelta(seconds=1.5 + 0.7 + 1.5)
    assert line.fields("/voice/status")["CallDuration"] == "4"


def test_a_key_ends_an_entry_of_one_and_its_fields_are_sent() -> None:
    line = StubLine({"/voice": MENU, "/next": "<Say>Chosen.</Say>"})
    handset = call(line)

    handset.press("#")

    assert said(handset) == ["Choose.", "Chosen."]
    assert line.fields("/next")["Digits"] == "#"
    assert handset.pressed == [(url("/next"), "#")]
    assert handset.led_to == [url("/next")]


def test_silence_is_told_where_the_line_asked_for_it() -> None:
    line = StubLine({"/voice": MENU, "/next": ""})
    handset = call(line)
    before = line.clock.now()

    handset.stay_silent()

    assert "Digits" not in line.fields("/next")
    # 6 s of patience after the prompt, which is one word and a rest
    assert line.clock.now() - before == timedelta(seconds=6 + 60 / 160 + 0.7)


def test_silence_goes_on_to_the_next_verb_where_the_line_did_not_ask() -> None:
    line = StubLine({"/voice": TYPING, "/next": ""})
    handset = call(line)

    handset.stay_silent()

    assert said(handset) == ["Too late."]
    assert "/next" not in line.paths()


def test_keys_are_collected_until_the_key_that_ends_the_entry() -> None:
    line = StubLine({"/voice": TYPING, "/next": ""})
    handset = call(line)

    for key in "12*0":
        handset.press(key)
    assert handset.waiting == "keys"
    handset.press("#")

    assert line.fields("/next")["Digits"] == "12*0"


def test_keys_are_sent_when_no_further_one_comes() -> None:
    line = StubLine({"/voice": TYPING, "/next": ""})
    handset = call(line)

    handset.press("7")
    handset.stay_silent()

    assert line.fields("/next")["Digits"] == "7"


def test_an_ending_key_alone_is_silence() -> None:
    line = StubLine({"/voice": TYPING, "/next": ""})
    handset = call(line)

    handset.press("#")

    assert said(handset) == ["Too late."]


def test_a_gather_without_action_asks_its_own_document_again() -> None:
    line = StubLine({"/voice": '<Gather numDigits="1"/>'})
    handset = call(line)

    handset.press("1")

    assert line.paths() == ["/voice", "/voice"]
    assert line.fields("/voice")["Digits"] == "1"


def test_a_gather_that_hears_only_speech_takes_no_keys() -> None:
    line = StubLine({"/voice": f'<Gather input="speech" numDigits="1" action="{url("/next")}"/>'})
    handset = call(line)

    handset.press("1")

    assert handset.waiting == "keys"
    assert line.paths() == ["/voice"]


def test_speech_is_sent_with_how_sure_the_recogniser_is() -> None:
    document = f'<Gather input="dtmf speech" action="{url("/next")}"/>'
    line = StubLine({"/voice": document, "/next": ""})
    handset = call(line)

    handset.say("locked out")

    fields = line.fields("/next")
    assert (fields["SpeechResult"], 0 < float(fields["Confidence"]) <= 1) == ("locked out", True)


def test_speech_that_nobody_listens_to_is_silence() -> None:
    line = StubLine({"/voice": MENU, "/next": ""})
    handset = call(line)

    handset.say("locked out")

    assert "SpeechResult" not in line.fields("/next")


def test_a_prompt_is_heard_to_its_end_unless_the_caller_acts_sooner() -> None:
    line = StubLine({"/voice": MENU, "/next": ""})
    patient, hasty = call(line), call(line)

    before = line.clock.now()
    patient.press("1")
    whole = line.clock.now() - before
    hasty.listen(0.25)
    hasty.press("1")

    assert whole == timedelta(seconds=60 / 160 + 0.7)
    assert line.clock.now() - before - whole == timedelta(seconds=0.25)


def test_a_message_is_told_with_its_address_and_length() -> None:
    line = StubLine({"/voice": RECORD, "/next": "<Say>Kept.</Say>"})
    handset = call(line)

    handset.record(12)

    fields = line.fields("/next")
    assert said(handset) == ["Kept."]
    assert fields["RecordingDuration"] == "12"
    assert fields["RecordingUrl"].rpartition("/")[2].startswith("RE")


def test_a_message_ends_at_its_longest() -> None:
    line = StubLine({"/voice": RECORD, "/next": ""})

    call(line).record(300)

    assert line.fields("/next")["RecordingDuration"] == "30"


def test_an_empty_message_posts_nothing_and_the_next_verb_runs() -> None:
    line = StubLine({"/voice": RECORD, "/nothing": "<Say>I heard nothing.</Say>"})
    handset = call(line)

    handset.record(0)

    assert said(handset) == ["I heard nothing."]
    assert line.paths() == ["/voice", "/nothing", "/voice/status"]


def test_a_caller_who_hangs_up_after_the_message_has_left_it() -> None:
    line = StubLine({"/voice": RECORD, "/next": "<Say>Unheard.</Say>"})
    handset = call(line)

    handset.record(12, ended_by="hangup")

    assert (handset.is_over, said(handset)) == (True, [])
    assert line.fields("/next")["Digits"] == "hangup"
    assert line.fields("/next")["CallStatus"] == "completed"


@pytest.mark.parametrize(("seconds", "status"), [(2, "failed"), (3, "completed"), (30, "completed")])
def test_what_was_said_comes_later_and_only_of_messages_long_enough(seconds: int, status: str) -> None:
    record = f'<Record transcribe="true" transcribeCallback="{url("/text")}" action="{url("/next")}"/>'
    line = StubLine({"/voice": record, "/next": "", "/text": ""})

    call(line).record(seconds, "call me back")

    text = line.fields("/text")
    assert text["TranscriptionStatus"] == status
    assert text.get("TranscriptionText") == ("call me back" if status == "completed" else None)
    assert line.fields("/next")["RecordingUrl"].endswith(text["RecordingSid"])


def test_a_redirect_asks_for_another_document() -> None:
    line = StubLine({"/voice": f"<Redirect>{url('/there')}</Redirect>", "/there": "<Say>Here.</Say>"})

    assert said(call(line)) == ["Here."]


@pytest.mark.parametrize(("lost", "code"), [(500, "11200"), ("!no xml", "12100"), ("!<Other/>", "12100")])
def test_a_lost_document_is_asked_for_at_the_fallback_address(lost: str | int, code: str) -> None:
    line = StubLine({"/voice": MENU, "/next": lost, "/voice/fallback": "<Say>Sorry.</Say>"})
    handset = call(line)

    handset.press("1")

    assert said(handset) == ["Choose.", "Sorry."]
    assert len(said(handset, "fault")) == 1
    fields = line.fields("/voice/fallback")
    assert (fields["ErrorCode"], fields["ErrorUrl"]) == (code, url("/next"))


def test_a_line_without_a_fallback_breaks_the_call() -> None:
    with pytest.raises(CallBroken, match="/voice/fallback was answered with 503"):
        call(StubLine({"/voice": 500, "/voice/fallback": 503}))


@pytest.mark.parametrize("verb", ["Play", "Enqueue", "say"])
def test_a_verb_that_the_handset_cannot_play_is_named(verb: str) -> None:
    with pytest.raises(CallBroken, match=f"cannot play <{verb}>"):
        call(StubLine({"/voice": f"<{verb}/>"}))


def test_what_the_line_does_not_wait_for_is_refused() -> None:
    handset = call(StubLine({"/voice": MENU}))
    over = call(StubLine({"/voice": ""}))

    with pytest.raises(CallBroken, match="waits for a key now"):
        handset.record(3)
    with pytest.raises(CallBroken, match="the call is over"):
        over.press("1")
    with pytest.raises(CallBroken, match="the call is over"):
        over.hang_up()


def test_hanging_up_is_told_with_how_long_the_call_lasted() -> None:
    line = StubLine({"/voice": MENU})
    handset = call(line)

    handset.listen(42)
    handset.hang_up()

    assert line.fields("/voice/status")["CallDuration"] == "42"
