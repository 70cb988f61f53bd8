import gzip
import json
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.clock import ManualClock
from ivr.adapters.product.product_json import AcceptedReply, CountedReply, MalformedJson, read_reply
from ivr.adapters.product.product_service import MOST_BYTES, HttpProduct
from ivr.domain.redaction import Secret
from ivr.services.product_ports import ProductUnavailable
from tests.adapters.product.service import ACCOUNT, ADDRESS, SECRET, http_product, signature_of
from tests.adapters.product.test_contract import CASE, PERMIT
from tests.domain.recovery.ready import AT

PRIVATE = "ann@northwind.example"
GOOD_COUNT = {"count": 0, "at": AT.isoformat()}
GOOD_ORDER = {"reference": "R-1", "at": AT.isoformat()}
COUNT, CHANGE = f"{ADDRESS}/accounts/{ACCOUNT}/subaccounts", f"{ADDRESS}/accounts/{ACCOUNT}/change"


def at(seconds: float) -> str:
    return (AT + timedelta(seconds=seconds)).isoformat()


def count(product: HttpProduct) -> object:
    return product.subaccounts(ACCOUNT)


def change(product: HttpProduct) -> object:
    return product.change(ACCOUNT, PERMIT, case=CASE)


ODD = [
    pytest.param({"body": f"<html>{PRIVATE}</html>", "content_type": "text/html"}, id="HTML"),
    pytest.param({"body": f"<html>{PRIVATE}</html>"}, id="HTML that says it is JSON"),
    pytest.param({"status": 204}, id="204"),
    pytest.param({"status": 302, "headers": {"Location": "https://evil.example/"}}, id="302"),
    pytest.param({"json": {"error": PRIVATE}, "status": 400}, id="400"),
    pytest.param({"json": {}, "status": 401}, id="401"),
    pytest.param({"json": {}, "status": 404}, id="404"),
    pytest.param({"json": {}, "status": 429, "headers": {"Retry-After": "1"}}, id="429"),
    pytest.param({"json": {}, "status": 500}, id="500"),
    pytest.param({"body": b""}, id="empty"),
    pytest.param({"body": b'{"count": '}, id="cut short"),
    pytest.param({"body": b"\xff\xfe{}"}, id="not UTF-8"),
    pytest.param({"body": b"[" * 15_000}, id="nested without an end"),
    pytest.param({"body": b"x" * 1_000_000}, id="1 MB"),
    pytest.param({"body": b"{}" + b" " * MOST_BYTES}, id="a little too long"),
    pytest.param({"body": requests.ConnectionError(PRIVATE)}, id="nobody there"),
    pytest.param({"body": requests.ConnectTimeout(PRIVATE)}, id="no connection in time"),
    pytest.param({"body": requests.ReadTimeout(PRIVATE)}, id="no answer in time"),
    pytest.param({"body": requests.exceptions.SSLError(PRIVATE)}, id="a wrong certificate"),
    pytest.param({"json": []}, id="a list"),
    pytest.param({"json": {}}, id="nothing in it"),
    pytest.param({"json": None}, id="null"),
]
ODD_COUNTS = [
    pytest.param({"json": {**GOOD_COUNT, "count": "0"}}, id="a text for a number"),
    pytest.param({"json": {**GOOD_COUNT, "count": False}}, id="false for a number"),
    pytest.param({"json": {**GOOD_COUNT, "count": 0.0}}, id="a number with a point"),
    pytest.param({"json": {**GOOD_COUNT, "count": None}}, id="no number"),
    pytest.param({"json": {**GOOD_COUNT, "count": -1}}, id="less than none"),
    pytest.param({"json": {**GOOD_COUNT, "count": 10**30}}, id="more than there can be"),
    pytest.param({"json": {"count": 0}}, id="no time"),
    pytest.param({"json": {"count": 0, "at": "2026-11-24T18:00:00"}}, id="a time without a zone"),
    pytest.param({"json": {"count": 0, "at": 1764007200}}, id="a number for a time"),
    pytest.param({"json": {"count": 0, "at": at(-301)}}, id="counted five minutes ago"),
    pytest.param({"json": {"count": 0, "at": at(301)}}, id="counted in five minutes"),
    pytest.param({"body": f'{{"count": 0, "count": 2, "at": "{at(0)}"}}'}, id="two counts"),
    pytest.param({"json": GOOD_COUNT, "status": 202}, id="taken for an order"),
    pytest.param({"json": GOOD_COUNT, "content_type": "text/plain"}, id="JSON that says it is text"),
    pytest.param(
        {"body": gzip.compress(json.dumps(GOOD_COUNT).encode()), "headers": {"Content-Encoding": "gzip"}},
        id="packed, unasked",
    ),
]
ODD_ORDERS = [
    pytest.param({"status": 202, "json": {**GOOD_ORDER, "reference": ""}}, id="no reference"),
    pytest.param(
        {"status": 202, "json": {**GOOD_ORDER, "reference": PRIVATE}}, id="an address for a reference"
    ),
    pytest.param(
        {"status": 202, "json": {**GOOD_ORDER, "reference": "R-1\n"}}, id="a break in the reference"
    ),
    pytest.param({"status": 202, "json": {**GOOD_ORDER, "reference": "R" * 65}}, id="too long a reference"),
    pytest.param({"status": 202, "json": {**GOOD_ORDER, "reference": 7}}, id="a number for a reference"),
    pytest.param({"json": GOOD_ORDER, "status": 200}, id="200 for an order"),
]


@pytest.mark.parametrize(
    ("method", "url", "ask", "reply"),
    [
        *(pytest.param("GET", COUNT, count, *one.values, id=f"count: {one.id}") for one in ODD + ODD_COUNTS),
        *(pytest.param("POST", CHANGE, change, *one.values, id=f"change: {one.id}") for one in ODD),
        *(pytest.param("POST", CHANGE, change, *one.values, id=f"change: {one.id}") for one in ODD_ORDERS),
    ],
)
def test_whatever_is_no_answer_makes_the_product_unavailable_and_tells_nothing_of_it(
    method: str,
    url: str,
    ask: Callable[[HttpProduct], object],
    reply: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with responses.RequestsMock() as mock:
        mock.add(method, url, **{"content_type": "application/json", **reply})

        with pytest.raises(ProductUnavailable) as raised:
            ask(http_product())

        assert len(mock.calls) == 1
    told = f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert not [one for one in (PRIVATE, SECRET.reveal(), PERMIT.reveal(), ACCOUNT) if one in told]


@responses.activate
def test_a_good_reply_with_more_in_it_is_read() -> None:
    responses.get(COUNT, json={**GOOD_COUNT, "took_ms": 3})

    assert http_product().subaccounts(ACCOUNT).count == 0


@responses.activate
def test_what_is_signed_is_the_time_the_method_the_path_and_what_is_sent() -> None:
    responses.post(CHANGE, json=GOOD_ORDER, status=202)
    responses.get(COUNT, json=GOOD_COUNT)

    change(http_product())
    count(http_product())

    ordered, counted = (call.request for call in responses.calls)
    assert ordered.headers["X-IVR-Timestamp"] == str(int(AT.timestamp()))
    for request in (ordered, counted):
        assert request.headers["X-IVR-Signature"] == signature_of(request)
    assert ordered.body == b'{"case": "900000001", "permit": "04711-12345-67890-00042"}'
    assert "Authorization" not in ordered.headers


@responses.activate
def test_both_waits_together_are_shorter_than_five_seconds() -> None:
    responses.get(COUNT, json=GOOD_COUNT)

    count(http_product())

    connecting_s, reading_s = responses.calls[0].request.req_kwargs["timeout"]  # type: ignore[attr-defined]  # of responses
    assert connecting_s + reading_s <= 5


@responses.activate
def test_a_product_that_never_answers_is_waited_for_no_longer_than_told() -> None:
    released = threading.Event()

    def hang(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        released.wait()
        return 200, {}, "{}"

    responses.add_callback(responses.GET, COUNT, callback=hang)
    product = http_product(longest_wait_s=0.01, most_at_once=1)

    with pytest.raises(ProductUnavailable, match="did not answer in time"):
        count(product)
    with pytest.raises(ProductUnavailable, match="still unanswered"):
        count(product)
    released.set()
    # Its call is noted when it ends, and must not be among those of the next test.
    for thread in threading.enumerate():
        if thread.name == "the product":
            thread.join()


@responses.activate
@pytest.mark.parametrize("account", ["204117", "../admin", "A" * 32, "a" * 33, "", f"{'a' * 32}\n"])
def test_an_account_is_asked_for_by_its_id_alone(account: str) -> None:
    with pytest.raises(ProductUnavailable):
        http_product().subaccounts(account)

    assert len(responses.calls) == 0


@pytest.mark.parametrize(
    "address", ["http://product.example.com", "product.example.com", "", "ftp://a.example"]
)
def test_an_address_in_clear_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpProduct(address, secret=Secret("s" * 32), clock=ManualClock(AT))


@given(
    st.binary(max_size=200)
    | st.builds(
        json.dumps,
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda some: (
                st.lists(some)
                | st.dictionaries(st.sampled_from(["count", "at", "reference"]) | st.text(), some)
            ),
        ),
    ).map(str.encode)
)
def test_any_reply_is_read_as_agreed_or_refused(body: bytes) -> None:
    for read in (partial(read_reply, CountedReply), partial(read_reply, AcceptedReply)):
        try:
            said = read(body)
        except MalformedJson:
            continue
        assert said.at.utcoffset() is not None
