from datetime import timedelta

import pytest

from ivr.simulator.carrier.signed_requests import CallBroken
from ivr.simulator.carrier.simulated_agents import Behaviour
from tests.simulator.stub import FIRST_DESK, MORNING, SECOND_DESK, StubLine, call, said, url

WHISPER = (
    f'<Gather numDigits="1" finishOnKey="" timeout="8" actionOnEmptyResult="true" action="{url("/accept")}">'
    "<Say>Customer Service. Press 1.</Say></Gather><Hangup/>"
)


def dial(*numbers: str, action: str = f' action="{url("/ended")}"', whisper: str | None = "/whisper") -> str:
    address = "" if whisper is None else f' url="{url(whisper)}"'
    rung = "".join(f"<Number{address}>{number}</Number>" for number in numbers)
    return f'<Dial callerId="+14155550100" timeout="20"{action}>{rung}</Dial><Say>Nobody.</Say>'


def line_ringing(*numbers: str, accept: str = "", whisper: str = WHISPER) -> StubLine:
    return StubLine({"/voice": dial(*numbers), "/whisper": whisper, "/accept": accept, "/ended": ""})


def test_an_agent_hears_the_whisper_on_a_leg_of_their_own() -> None:
    line = line_ringing(FIRST_DESK)

    handset = call(line)

    assert said(handset, "whisper") == ["Customer Service. Press 1."]
    fields = line.fields("/whisper")
    assert fields["CallSid"] != handset.call
    assert fields["ParentCallSid"] == handset.call
    assert (fields["Direction"], fields["From"], fields["To"]) == (
        "outbound-dial",
        "+14155550100",
        FIRST_DESK,
    )


def test_an_agent_who_accepts_is_connected() -> None:
    line = line_ringing(FIRST_DESK)

    call(line)

    ended = line.fields("/ended")
    assert line.fields("/accept")["Digits"] == "1"
    assert (ended["DialCallStatus"], ended["DialBridged"]) == ("completed", "true")
    assert ended["DialCallSid"] == line.fields("/accept")["CallSid"]
    assert int(ended["DialCallDuration"]) >= 60


def test_an_agent_who_presses_another_key_reads_completed_too() -> None:
    line = line_ringing(FIRST_DESK, accept="<Hangup/>")

    call(line, first="declines")

    ended = line.fields("/ended")
    assert line.fields("/accept")["Digits"] != "1"
    assert (ended["DialCallStatus"], ended["DialBridged"]) == ("completed", "false")


def test_a_voicemail_presses_nothing_and_is_asked_about() -> None:
    line = line_ringing(FIRST_DESK, accept="<Hangup/>")

    call(line, first="silent")

    assert "Digits" not in line.fields("/accept")
    assert line.fields("/ended")["DialBridged"] == "false"


def test_a_whisper_that_asks_about_no_silence_runs_on_to_its_hangup() -> None:
    line = line_ringing(FIRST_DESK, whisper=WHISPER.replace('actionOnEmptyResult="true" ', ""))

    call(line, first="silent")

    assert "/accept" not in line.paths()
    assert line.fields("/ended")["DialBridged"] == "false"


def test_a_whisper_that_forgets_to_hang_up_connects_a_voicemail() -> None:
    line = line_ringing(FIRST_DESK, whisper="<Say>A caller.</Say>")

    call(line, first="silent")

    assert line.fields("/ended")["DialBridged"] == "true"


def test_whoever_picks_up_a_number_without_whisper_is_connected() -> None:
    line = StubLine({"/voice": dial(FIRST_DESK, whisper=None), "/ended": ""})

    call(line, first="silent")

    assert line.fields("/ended")["DialBridged"] == "true"


@pytest.mark.parametrize(
    ("behaviour", "status", "seconds"),
    [("busy", "busy", 5), ("no_answer", "no-answer", 20), ("failed", "failed", 5)],
)
def test_who_does_not_pick_up_is_told_by_status(behaviour: Behaviour, status: str, seconds: int) -> None:
    line = line_ringing(FIRST_DESK)

    call(line, first=behaviour)

    ended = line.fields("/ended")
    assert (ended["DialCallStatus"], ended["DialBridged"], "DialCallDuration" in ended) == (
        status,
        "false",
        False,
    )
    assert line.clock.now() - MORNING == timedelta(seconds=seconds)
    assert "/whisper" not in line.paths()


def test_a_caller_who_hangs_up_while_it_rings_hears_nothing_more() -> None:
    line = line_ringing(FIRST_DESK, SECOND_DESK)

    handset = call(line, first="caller_leaves")

    assert handset.is_over
    assert line.fields("/ended")["CallStatus"] == "completed"
    assert line.fields("/ended")["DialCallStatus"] == "canceled"
    assert said(handset) == []
    assert line.paths() == ["/voice", "/ended", "/voice/status"]


def test_several_ring_together_and_the_first_who_accepts_has_the_call() -> None:
    line = line_ringing(FIRST_DESK, SECOND_DESK)

    handset = call(line, first="busy")

    assert said(handset, "ring") == ["first desk (customer-service) and second desk (customer-service)"]
    assert line.fields("/whisper")["To"] == SECOND_DESK
    assert line.fields("/ended")["DialBridged"] == "true"


def test_a_voicemail_that_picks_up_first_ends_the_ringing_of_the_others() -> None:
    """Source: https://www.twilio.com/docs/voice/twiml/number, read November 2026."""
    line = line_ringing(FIRST_DESK, SECOND_DESK, accept="<Hangup/>")

    call(line, first="silent")

    assert [one.fields["To"] for one in line.asked if one.path == "/whisper"] == [FIRST_DESK]
    assert line.fields("/ended")["DialBridged"] == "false"


def test_nobody_further_is_asked_once_somebody_has_the_call() -> None:
    line = line_ringing(FIRST_DESK, SECOND_DESK)

    call(line)

    assert [one.fields["To"] for one in line.asked if one.path == "/whisper"] == [FIRST_DESK]


def test_a_dial_without_action_is_followed_by_the_next_verb() -> None:
    line = StubLine({"/voice": dial(FIRST_DESK, action="", whisper=None)})

    handset = call(line, first="busy")

    assert said(handset) == ["Nobody."]


def test_a_number_that_no_line_has_is_shown_as_it_is() -> None:
    line = StubLine({"/voice": dial("+12125550177", whisper=None), "/ended": ""})

    assert said(call(line), "ring") == ["+12125550177 (no line of the menu)"]


@pytest.mark.parametrize("verb", ["Dial", "Record"])
def test_what_an_agents_leg_cannot_play_is_named(verb: str) -> None:
    with pytest.raises(CallBroken, match=f"leg cannot play <{verb}>"):
        call(line_ringing(FIRST_DESK, whisper=f"<{verb}/>"))


def test_a_dial_that_rings_nobody_is_named() -> None:
    with pytest.raises(CallBroken, match="rings nobody"):
        call(line_ringing())
