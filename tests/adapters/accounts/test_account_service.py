import gzip
import logging
from threading import Event
from threading import enumerate as enumerate_threads

import pytest
import requests
import responses

from ivr.adapters.accounts.account_service import MOST_BYTES, HttpDirectory
from ivr.services.case_ports import DirectoryUnavailable
from tests.adapters.accounts.service import ADDRESS, TOKEN, http_directory

ID = "a" * 32
PRIVATE = "ann@northwind.example"
ACCOUNT = {
    "id": ID,
    "language": "en",
    "subaccounts": "no",
    "is_closed": False,
    "tam": None,
    "contacts": [
        {
            "id": "b" * 32,
            "kind": "phone",
            "added_at": "2025-03-01T00:00:00Z",
            "can_text": True,
            "has_consented": False,
            "prefix": "+1415",
        }
    ],
}
PHONE = ACCOUNT["contacts"][0]  # type: ignore[index]  # a list, as written above


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param({"body": f"<html>{PRIVATE}</html>", "content_type": "text/html"}, id="HTML"),
        pytest.param({"body": f"<html>{PRIVATE}</html>"}, id="HTML that says it is JSON"),
        pytest.param(
            {"json": {"account": None}, "content_type": "text/plain"}, id="JSON that says it is text"
        ),
        pytest.param({"json": {"account": None}, "status": 201}, id="201"),
        pytest.param({"status": 204}, id="204"),
        pytest.param({"status": 302, "headers": {"Location": "https://evil.example/"}}, id="302"),
        pytest.param({"json": {"account": None}, "status": 401}, id="401"),
        pytest.param({"json": {"account": None}, "status": 404}, id="404"),
        pytest.param({"json": {}, "status": 429, "headers": {"Retry-After": "1"}}, id="429"),
        pytest.param({"json": {"account": None}, "status": 500}, id="500"),
        pytest.param({"body": b""}, id="empty"),
        pytest.param({"body": b'{"account": '}, id="cut short"),
        pytest.param({"body": b"[" * 60_000}, id="nested without an end"),
        pytest.param({"body": b'{"account": null}' + b" " * MOST_BYTES}, id="a little too long"),
        pytest.param({"body": b"x" * 10_000_000}, id="10 MB"),
        pytest.param(
            {"body": gzip.compress(b'{"account": null}'), "headers": {"Content-Encoding": "gzip"}},
            id="packed, unasked",
        ),
        pytest.param({"body": requests.ConnectionError(PRIVATE)}, id="nobody there"),
        pytest.param({"body": requests.ConnectTimeout(PRIVATE)}, id="no connection in time"),
        pytest.param({"body": requests.ReadTimeout(PRIVATE)}, id="no answer in time"),
        pytest.param({"body": requests.exceptions.SSLError(PRIVATE)}, id="a wrong certificate"),
        pytest.param({"json": []}, id="a list"),
        pytest.param({"json": {}}, id="no account, and no null"),
        pytest.param({"json": {"account": PRIVATE}}, id="a text"),
        pytest.param({"json": {"account": {**ACCOUNT, "id": PRIVATE}}}, id="an id of its own kind"),
        pytest.param({"json": {"account": {**ACCOUNT, "is_closed": "no"}}}, id="a text for yes or no"),
        pytest.param({"json": {"account": {**ACCOUNT, "is_closed": 0}}}, id="a number for yes or no"),
        pytest.param({"json": {"account": {**ACCOUNT, "subaccounts": "2"}}}, id="a number of subaccounts"),
        pytest.param({"json": {"account": {**ACCOUNT, "tam": "+1415CALLTAM"}}}, id="letters to ring"),
        pytest.param(
            {"json": {"account": {**ACCOUNT, "contacts": [{**PHONE, "added_at": "2025-03-01T00:00:00"}]}}},
            id="a time without a zone",
        ),
        pytest.param(
            {"json": {"account": {**ACCOUNT, "contacts": [{**PHONE, "prefix": "+14155550123"}]}}},
            id="a whole number for a prefix",
        ),
    ],
)
def test_whatever_is_no_answer_closes_the_directory_and_tells_nothing_of_it(
    reply: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    directory = http_directory()
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{ADDRESS}/accounts", **{"content_type": "application/json", **reply})  # type: ignore[arg-type]  # as listed above

        with pytest.raises(DirectoryUnavailable) as raised:
            directory.find("204117")

        assert len(mock.calls) == 1
    told = f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert PRIVATE not in told
    assert TOKEN.reveal() not in told


@responses.activate
def test_a_good_reply_with_more_in_it_is_read() -> None:
    responses.get(f"{ADDRESS}/accounts", json={"account": {**ACCOUNT, "segment": "gold"}, "took_ms": 3})

    account = http_directory().find("204117")

    assert account is not None
    assert account.id == ID


@responses.activate
def test_a_service_that_never_answers_is_waited_for_no_longer_than_told() -> None:
    released = Event()

    def hang(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        released.wait()
        return 200, {}, "{}"

    responses.add_callback(responses.GET, f"{ADDRESS}/accounts", callback=hang)
    directory = http_directory(longest_wait_s=0.01, most_at_once=1)

    with pytest.raises(DirectoryUnavailable, match="did not answer in time"):
        directory.find("204117")
    with pytest.raises(DirectoryUnavailable, match="still unanswered"):
        directory.find("204117")
    released.set()
    for thread in enumerate_threads():
        if thread.name == "the account service":
            thread.join()


@responses.activate
def test_a_service_that_was_slow_is_asked_again_later() -> None:
    responses.get(f"{ADDRESS}/accounts", body=requests.ReadTimeout())
    responses.get(f"{ADDRESS}/accounts", json={"account": None})
    directory = http_directory(most_at_once=1)

    with pytest.raises(DirectoryUnavailable):
        directory.find("204117")

    assert directory.find("204117") is None


@responses.activate
def test_both_waits_together_are_shorter_than_five_seconds() -> None:
    responses.get(f"{ADDRESS}/accounts", json={"account": None})

    http_directory().find("204117")

    connecting_s, reading_s = responses.calls[0].request.req_kwargs["timeout"]  # type: ignore[attr-defined]  # of responses
    assert connecting_s + reading_s <= 5


@responses.activate
def test_another_account_than_the_one_asked_for_is_no_answer() -> None:
    responses.get(f"{ADDRESS}/accounts/{'c' * 32}", json={"account": ACCOUNT})

    with pytest.raises(DirectoryUnavailable, match="another account"):
        http_directory().account("c" * 32)


@responses.activate
@pytest.mark.parametrize(
    "contact",
    [
        {"kind": "phone", "address": "4155550123", "company": "Northwind"},
        {"kind": "phone", "address": PRIVATE, "company": "Northwind"},
        {"kind": "mailbox", "address": "ann@a.example, eve@b.example", "company": "Northwind"},
        {"kind": "mailbox", "address": "ann@a.example\nBcc: eve@b.example", "company": "Northwind"},
        {"kind": "mailbox", "address": "+14155550123", "company": "Northwind"},
        {"kind": "post", "address": "1 Main Street", "company": "Northwind"},
    ],
)
def test_an_address_that_is_not_plain_is_no_answer(contact: dict[str, str]) -> None:
    responses.get(f"{ADDRESS}/contacts/{ID}", json={"contact": contact})

    with pytest.raises(DirectoryUnavailable):
        http_directory().addressee(ID)


@responses.activate
@pytest.mark.parametrize("ask", ["../admin", "a" * 31, "A" * 32, "", "a/b", f"{ID}?x=1"])
def test_what_is_no_id_is_never_asked_for(ask: str) -> None:
    assert http_directory().account(ask) is None
    assert http_directory().addressee(ask) is None
    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize("typed", ["204117&admin=1", "+14155550123", "1#2", "../x"])
def test_what_was_typed_stays_one_value_of_the_query(typed: str) -> None:
    responses.get(f"{ADDRESS}/accounts", json={"account": None})

    http_directory().find(typed)

    assert responses.calls[0].request.params == {"typed": typed}  # type: ignore[attr-defined]  # of responses


@pytest.mark.parametrize(
    "address", ["http://accounts.example.com", "accounts.example.com", "", "ftp://accounts.example.com"]
)
def test_an_address_that_would_send_the_token_in_clear_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpDirectory(address, token=TOKEN)


def test_a_service_on_this_machine_may_be_asked_without_tls() -> None:
    assert HttpDirectory("http://127.0.0.1:8080/", token=TOKEN)
