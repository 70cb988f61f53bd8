"""A call that goes on is taken to a place of ours, once; or it was not, or nobody can tell."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
import requests
import responses

from ivr.adapters.twilio.rest_messages import TwilioTelephone
from ivr.adapters.twilio.rest_redirect import TwilioCalls
from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language
from ivr.domain.redaction import Secret
from ivr.services.live_calls import NotMoved, PerhapsMoved

ACCOUNT = "AC" + "0" * 32
CALL = CallId("CA" + "1" * 32)
LIVE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"
URLS = Urls(public_url="https://ivr.example.com")
PLACE = Place(
    version=MenuVersion("0123456789ab"),
    stage="sent_back",
    node=NodeId("ask-for-reset"),
    language=Language("en"),
    turn=12,
    line=LineId("support"),
    person=1,
    has_case=True,
)


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def move() -> None:
    telephone = TwilioTelephone(
        account=ACCOUNT, user="SK" + "2" * 32, password=Secret("hush"), sender="+14155550100"
    )
    TwilioCalls(telephone=telephone, urls=URLS).move(CALL, PLACE)


def test_the_call_is_told_where_it_goes_on_and_where_if_that_fails(twilio: responses.RequestsMock) -> None:
    twilio.post(LIVE, json={"sid": CALL})

    move()

    (asked,) = twilio.calls
    assert parse_qs(str(asked.request.body)) == {
        "Url": [URLS.of(PLACE)],
        "Method": ["POST"],
        "FallbackUrl": [URLS.fallback()],
        "FallbackMethod": ["POST"],
    }


@pytest.mark.parametrize("status", [400, 401, 404, 429, 503])
def test_a_call_that_is_over_or_a_carrier_that_is_away_moves_nothing(
    twilio: responses.RequestsMock, status: int
) -> None:
    twilio.post(LIVE, status=status, json={"code": 20404, "status": status, "message": "not found"})

    with pytest.raises(NotMoved, match="HTTP"):
        move()

    assert len(twilio.calls) == 1


def test_a_carrier_that_cannot_be_reached_moves_nothing(twilio: responses.RequestsMock) -> None:
    twilio.post(LIVE, body=requests.ConnectTimeout("nobody there"))

    with pytest.raises(NotMoved, match="ConnectTimeout"):
        move()


def test_of_a_carrier_that_falls_silent_nobody_can_tell_and_it_is_asked_once(
    twilio: responses.RequestsMock,
) -> None:
    twilio.post(LIVE, body=requests.ReadTimeout("silence"))

    with pytest.raises(PerhapsMoved, match="ReadTimeout"):
        move()

    assert len(twilio.calls) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_carrier_whose_own_server_failed_may_have_moved_the_call(
    twilio: responses.RequestsMock, status: int
) -> None:
    twilio.post(LIVE, status=status, json={"code": 20500, "status": status, "message": "internal"})

    with pytest.raises(PerhapsMoved, match=f"HTTP {status}"):
        move()


def test_an_answer_that_is_not_what_was_agreed_leaves_it_open(twilio: responses.RequestsMock) -> None:
    twilio.post(LIVE, body="<html>welcome</html>")

    with pytest.raises(PerhapsMoved, match="agreed"):
        move()
