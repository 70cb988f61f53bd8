"""A call that goes on is taken to a place of ours, once; whatever else is answered, it was not."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
import requests
import responses

from ivr.carrier.messages import TwilioTelephone
from ivr.carrier.moving import TwilioCalls
from ivr.carrier.urls import Urls
from ivr.dialogue.event import CallId
from ivr.dialogue.place import Place
from ivr.live_calls import NotMoved
from ivr.mask import Secret
from ivr.menu.line import LineId
from ivr.menu.tree import MenuVersion, NodeId
from ivr.prompt.speech import Language

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


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_call_that_is_over_or_a_carrier_that_is_away_moves_nothing(
    twilio: responses.RequestsMock, status: int
) -> None:
    twilio.post(LIVE, status=status, json={"code": 20404, "status": status, "message": "not found"})

    with pytest.raises(NotMoved, match=r"HTTP|agreed"):
        move()

    assert len(twilio.calls) == 1


def test_a_carrier_that_falls_silent_is_asked_once(twilio: responses.RequestsMock) -> None:
    twilio.post(LIVE, body=requests.ReadTimeout("silence"))

    with pytest.raises(NotMoved, match="in_doubt"):
        move()

    assert len(twilio.calls) == 1
