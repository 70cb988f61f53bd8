"""Twilio's odd replies, each judged by whether the text may have been sent."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
import requests
import responses
from structlog.testing import capture_logs
from urllib3.exceptions import MaxRetryError, NewConnectionError

from ivr.adapters.twilio.rest_messages import TwilioTelephone
from ivr.domain.redaction import Secret
from ivr.services.delivery import Delivery, Fate

ACCOUNT = "AC" + "1f" * 16
MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
TELEPHONE = TwilioTelephone(
    account=ACCOUNT, user="SK" + "2e" * 16, password=Secret("hush"), sender="+14155550100"
)
SID = "SM" + "3d" * 16
TO, BODY = "+14155550123", "471199 is your code"


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


def sent() -> Delivery:
    return TELEPHONE.text(to=TO, body=BODY, name="m")


def test_a_text_is_handed_over_with_its_number_once(twilio: responses.RequestsMock) -> None:
    form = {"To": TO, "From": "+14155550100", "Body": BODY}
    twilio.post(
        MESSAGES,
        status=201,
        json={"sid": SID, "status": "queued"},
        match=[responses.matchers.urlencoded_params_matcher(form)],
    )

    assert sent() == Delivery(fate="accepted", code=201, text=SID, host="api.twilio.com")
    assert len(twilio.calls) == 1


STATUS = "https://ivr.example.com/texts/status/m#rc=2"


@pytest.mark.parametrize(("lasts_s", "told"), [(600, "600"), (0, "1"), (-5, "1"), (90_000, "36000")])
def test_of_a_text_the_carrier_tells_what_became_of_it_and_keeps_it_no_longer_than_it_is_of_use(
    twilio: responses.RequestsMock, lasts_s: int, told: str
) -> None:
    form = {"To": TO, "From": "+14155550100", "Body": BODY, "StatusCallback": STATUS, "ValidityPeriod": told}
    twilio.post(
        MESSAGES,
        status=201,
        json={"sid": SID, "status": "queued"},
        match=[responses.matchers.urlencoded_params_matcher(form)],
    )

    assert TELEPHONE.text(to=TO, body=BODY, name="m", status=STATUS, lasts_s=lasts_s).fate == "accepted"


def test_a_messaging_service_sends_in_place_of_a_number(twilio: responses.RequestsMock) -> None:
    service = "MG" + "5c" * 16
    form = {"To": TO, "MessagingServiceSid": service, "Body": BODY}
    twilio.post(
        MESSAGES,
        status=201,
        json={"sid": SID, "status": "queued"},
        match=[responses.matchers.urlencoded_params_matcher(form)],
    )

    assert replace(TELEPHONE, messaging_service=service).text(to=TO, body=BODY, name="m").fate == "accepted"


def test_a_call_is_placed_to_hear_an_address_of_ours(twilio: responses.RequestsMock) -> None:
    url = "https://ivr.example.com/voice/spoken/m"
    form = {"To": TO, "From": "+14155550100", "Url": url, "Method": "POST", "Timeout": "30"}
    twilio.post(
        CALLS,
        status=201,
        json={"sid": "CA" + "3d" * 16},
        match=[responses.matchers.urlencoded_params_matcher(form)],
    )

    assert TELEPHONE.ring(to=TO, url=url, name="m").fate == "accepted"


def test_of_a_call_back_the_carrier_tells_the_end(twilio: responses.RequestsMock) -> None:
    url, status = (
        "https://ivr.example.com/voice/call-back/m",
        "https://ivr.example.com/voice/call-back-status/m",
    )
    told = {"StatusCallback": status, "StatusCallbackMethod": "POST"}
    form = {"To": TO, "From": "+14155550100", "Url": url, "Method": "POST", "Timeout": "30", **told}
    twilio.post(
        CALLS,
        status=201,
        json={"sid": "CA" + "3d" * 16},
        match=[responses.matchers.urlencoded_params_matcher(form)],
    )

    assert TELEPHONE.ring(to=TO, url=url, name="m", status=status).fate == "accepted"


@pytest.mark.parametrize("name", ["TWILIO_EDGE", "TWILIO_REGION"])
def test_the_environment_sends_nothing_to_another_host(
    twilio: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "elsewhere")
    twilio.post(MESSAGES, status=201, json={"sid": SID})

    assert sent().fate == "accepted"


def error(code: int) -> str:
    return json.dumps({"code": code, "message": f"the number {TO} is bad", "status": 400})


@pytest.mark.parametrize(
    ("status", "body", "fate", "code"),
    [
        (400, error(21211), "refused", 21211),
        (400, error(21610), "refused", 21610),
        (400, "<html>Bad Request</html>", "refused", 400),
        (401, error(20003), "deferred", 20003),
        (403, error(20003), "deferred", 20003),
        (404, error(20404), "deferred", 20404),
        (302, "", "deferred", 302),
        (500, "<html>oops</html>", "in_doubt", 500),
        (502, "", "in_doubt", 502),
        (503, error(20503), "deferred", 20503),
        (200, "<html>Welcome to the hotel</html>", "in_doubt", 200),
        (200, error(21211), "in_doubt", 200),
        (201, "", "in_doubt", 201),
        (201, "[]", "in_doubt", 201),
        (201, "null", "in_doubt", 201),
        (201, '{"sid": 7}', "in_doubt", 201),
        (201, '{"sid": "XX123"}', "in_doubt", 201),
        (201, '{"sid": "' + "9" * 10_000_000 + '"}', "in_doubt", 201),
        (201, '{"filling": "' + "9" * 100_000 + f'", "sid": "{SID}"}}', "in_doubt", 201),
        (
            400,
            '{"type": "about:blank", "title": "Bad", "status": 400, "code": 21211}',
            "refused",
            21211,
        ),
    ],
)
def test_each_odd_reply_is_told_from_the_others_and_nothing_of_it_is_kept_or_logged(
    twilio: responses.RequestsMock, status: int, body: str, fate: Fate, code: int
) -> None:
    twilio.post(MESSAGES, status=status, body=body, headers={"Location": "https://elsewhere.example.com/"})

    with capture_logs() as logs:
        delivery = sent()

    assert (delivery.fate, delivery.code) == (fate, code)
    assert TO not in delivery.text
    assert "hotel" not in delivery.text
    assert len(delivery.text) < 100
    assert logs == []
    assert len(twilio.calls) == 1


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [("7", 7), ("99999999", 3600), ("-1", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("\u0667", 0), ("", 0)],
)
def test_too_many_requests_wait_as_long_as_twilio_asks_for_within_an_hour(
    twilio: responses.RequestsMock, header: str, wait_s: float
) -> None:
    twilio.post(MESSAGES, status=429, body=error(20429), headers={"Retry-After": header})

    delivery = sent()

    assert (delivery.fate, delivery.code, delivery.retry_after_s) == ("deferred", 20429, wait_s)


@pytest.mark.parametrize(
    ("fault", "fate"),
    [
        (requests.ConnectTimeout("no route"), "deferred"),
        (requests.exceptions.SSLError("bad certificate"), "deferred"),
        (requests.exceptions.ProxyError("no proxy"), "deferred"),
        (
            requests.ConnectionError(
                MaxRetryError(None, MESSAGES, NewConnectionError(None, "refused"))  # type: ignore[arg-type]
            ),
            "deferred",
        ),
        (requests.ReadTimeout("silence"), "in_doubt"),
        (requests.ConnectionError(f"reset while sending to {TO}"), "in_doubt"),
        (requests.exceptions.ChunkedEncodingError("cut"), "in_doubt"),
    ],
)
def test_a_broken_connection_is_in_doubt_once_anything_was_sent(
    twilio: responses.RequestsMock, fault: Exception, fate: Fate
) -> None:
    twilio.post(MESSAGES, body=fault)

    delivery = sent()

    assert (delivery.fate, delivery.code) == (fate, None)
    assert delivery.text == type(fault).__name__


def test_a_peer_that_drips_for_ever_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        dripping = Thread(target=_drip, args=(silent,))
        dripping.start()
        delivery = TwilioTelephone(
            account=ACCOUNT,
            user=ACCOUNT,
            password=Secret("hush"),
            sender="+14155550100",
            longest_s=0.2,
        ).text(to=TO, body=BODY, name="m")
        assert dripping.is_alive()
        dripping.join()

    assert (delivery.fate, delivery.text) == ("in_doubt", "no answer in time")


def _drip(silent: socket.socket) -> None:
    """Say one letter of a header every tenth of a second, for two seconds."""
    peer, _ = silent.accept()
    with peer:
        pause = socket.socketpair()
        pause[0].settimeout(0.1)
        for _ in range(20):
            peer.sendall(b"H")
            try:
                pause[0].recv(1)
            except TimeoutError:
                continue
        for end in pause:
            end.close()
