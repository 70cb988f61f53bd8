"""A call about a held case is placed once at most: what may be ringing already is not placed again."""

from datetime import timedelta

import pytest

from ivr.domain.recovery.callback import PLACED_WITHIN, CallBack
from ivr.services.delivery import Delivery
from tests.entrypoints.worker.desk import AT, CASE, PHONE, Desk

NAME = "e" * 32
ACCEPTED = Delivery(fate="accepted", code=201, text="CA" + "7" * 32, host="api.twilio.com")
DEFERRED = Delivery(fate="deferred", code=429, text="HTTP 429, error 20429", host="api.twilio.com")
IN_DOUBT = Delivery(fate="in_doubt", text="no answer in time", host="api.twilio.com")
REFUSED = Delivery(fate="refused", code=21211, text="HTTP 400, error 21211", host="api.twilio.com")


@pytest.fixture(autouse=True)
def _begun(desk: Desk) -> None:
    desk.open()
    begun = CallBack(id=NAME, case=CASE, n=0, agent="ana", due_at=AT)
    desk.cases.act(lambda tx: tx.call_backs.add(begun))
    desk.queue(NAME, channel="call", purpose="call_back")


def kept(desk: Desk) -> CallBack:
    (one,) = desk.cases.act(lambda tx: tx.call_backs.of(CASE))
    return one


def test_it_rings_the_phone_on_file_and_hears_an_address_of_its_own(desk: Desk) -> None:
    desk.post.answers = [ACCEPTED]

    desk.sender().send_due("call")

    ((to, url),) = desk.post.calls
    assert (to, url.partition("#")[0]) == (
        desk.directory.addresses[PHONE].address,
        f"https://ivr.example.com/voice/call-back/{NAME}",
    )
    assert (kept(desk).placed_at, kept(desk).ended_at) == (AT, None)


def test_one_in_doubt_is_never_placed_again_and_stays_open(desk: Desk) -> None:
    desk.post.answers = [IN_DOUBT]

    desk.sender().send_due("call")
    desk.clock.advance(3600)
    desk.sender().send_due("call")

    assert len(desk.post.calls) == 1
    assert (desk.state(NAME), kept(desk).ended_at) == ("in_doubt", None)


def test_one_that_a_worker_died_with_is_never_placed_again(desk: Desk) -> None:
    assert desk.outbox.lease("call", worker="dead", at=desk.clock.now(), count=1)
    desk.clock.advance(61)

    desk.outbox.end_old(desk.clock.now())
    desk.sender().send_due("call")

    assert (desk.post.calls, desk.state(NAME)) == ([], "in_doubt")


def test_one_that_was_certainly_not_placed_is_tried_again_for_two_minutes(desk: Desk) -> None:
    desk.post.answers = [DEFERRED]
    sender = desk.sender()

    for _ in range(600):
        sender.send_due("call")
        desk.clock.advance(1)

    assert 2 <= len(desk.post.calls) <= PLACED_WITHIN // timedelta(seconds=5)
    assert (desk.state(NAME), kept(desk).outcome) == ("expired", "not_placed")


def test_one_that_lay_too_long_is_not_placed(desk: Desk) -> None:
    desk.clock.advance(PLACED_WITHIN.total_seconds())

    desk.sender().send_due("call")

    assert (desk.post.calls, kept(desk).outcome) == ([], "not_placed")


def test_a_number_that_the_carrier_refuses_ends_the_try(desk: Desk) -> None:
    desk.post.answers = [REFUSED]

    desk.sender().send_due("call")

    assert (kept(desk).outcome, kept(desk).ended_at) == ("not_placed", AT)
