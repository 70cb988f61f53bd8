from urllib.parse import urlencode

import pytest

from ivr.adapters.twilio.request_signature import Signatures
from ivr.adapters.twilio.webhook_form import MalformedForm, parse_form
from ivr.simulator.carrier.signed_requests import MOST_REQUESTS, CallBroken, sid
from tests.simulator.stub import PUBLIC_URL, StubLine, call, url

MENU = f'<Gather numDigits="1" action="{url("/next")}"/>'


def test_every_request_carries_a_signature_that_the_line_accepts() -> None:
    line = StubLine({"/voice": MENU, "/next": ""})

    call(line).press("1")

    judge = Signatures(public_url=PUBLIC_URL, account_sid=line.account_sid, tokens=(line.token,))
    for one in line.asked:
        form = parse_form(urlencode(one.fields).encode())
        assert not isinstance(form, MalformedForm)
        verdict = judge.verdict(
            path_and_query=one.path, form=form, signature_headers=[one.signature], shared_key_header=False
        )
        assert verdict == "accepted"
    assert len(line.asked) == 3


def test_blank_fields_are_sent_as_the_carrier_sends_them() -> None:
    line = StubLine({"/voice": ""})

    call(line)

    fields = line.fields("/voice")
    assert fields["ToZip"] == fields["FromCity"] == fields["CallerState"] == ""
    assert (fields["Direction"], fields["ApiVersion"]) == ("inbound", "2010-04-01")
    assert fields["From"] == fields["Caller"]
    assert fields["To"] == fields["Called"]


def test_the_call_keeps_its_id_and_another_call_has_its_own() -> None:
    line = StubLine({"/voice": MENU, "/next": ""})
    call(line).press("1")

    assert len({one.fields["CallSid"] for one in line.asked}) == 1
    assert sid("CA", "+14155550199", 1) != sid("CA", "+14155550199", 2)
    assert sid("CA", 1) == sid("CA", 1)


def test_the_fragment_stays_with_the_carrier() -> None:
    line = StubLine({"/voice": f"<Redirect>{url('/there')}</Redirect>", "/there": ""})

    call(line)

    assert line.paths() == ["/voice", "/there", "/voice/status"]


@pytest.mark.parametrize("address", ["https://elsewhere.example/x", f"{PUBLIC_URL}.evil.example/x", "/voice"])
def test_an_address_that_is_not_the_lines_own_breaks_the_call(address: str) -> None:
    line = StubLine({"/voice": f"<Redirect>{address}</Redirect>"})

    with pytest.raises(CallBroken, match=r"not below https://ivr\.example\.com"):
        call(line)


def test_a_call_that_never_comes_to_an_end_is_broken_off() -> None:
    line = StubLine({"/voice": f"<Redirect>{url('/voice')}</Redirect>"})

    with pytest.raises(CallBroken, match="without end"):
        call(line)

    assert len(line.asked) == MOST_REQUESTS


def test_a_refused_notice_breaks_the_call() -> None:
    record = f'<Record transcribe="true" transcribeCallback="{url("/text")}" action="{url("/next")}"/>'
    handset = call(StubLine({"/voice": record, "/next": "", "/text": 403}))

    with pytest.raises(CallBroken, match="/text was answered with 403"):
        handset.record(9)
