"""With TWILIO_API_URL every request goes to a stand-in, over plain HTTP, and none to Twilio."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from ivr.adapters.settings.demo_settings import DEMO_ACCOUNT_SID
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.twilio.rest_messages import TwilioTelephone
from ivr.bootstrap.startup import calls_of, telephone_of
from ivr.cli.group import main
from ivr.cli.processes.work import _telephone_of
from ivr.services.delivery import Delivery
from tests.process.production import ACCOUNT_SID, PRODUCTION

CALL, TEXT = "CA" + "3d" * 16, "SM" + "4e" * 16
URL, FALLBACK = "https://ivr.example.com/voice/turn/x", "https://ivr.example.com/voice/fallback"


class StandIn:
    """A server of our own that takes every request as Twilio does. asked: path and fields, in order."""

    def __init__(self) -> None:
        asked: list[tuple[str, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked.append((self.path, {name: values[0] for name, values in parse_qs(body).items()}))
                reply = json.dumps({"sid": TEXT if "Messages" in self.path else CALL}).encode()
                self.send_response(201)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                """Say nothing: standard error is the tests'."""

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    yield server
    server.close()


REQUESTS: list[tuple[Callable[[TwilioTelephone], Delivery], str, str]] = [
    (lambda it: it.text(to="+14155550123", body="471199", name="m"), "Messages.json", TEXT),
    (lambda it: it.ring(to="+14155550123", url=URL, name="m"), "Calls.json", CALL),
    (lambda it: it.move(call=CALL, url=URL, fallback=FALLBACK), f"Calls/{CALL}.json", CALL),
]


@pytest.mark.parametrize(("ask", "path", "sid"), REQUESTS, ids=["text", "call", "update"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_texts_calls_and_updates_go_to_the_stand_in(
    stand_in: StandIn, ask: Callable[[TwilioTelephone], Delivery], path: str, sid: str, slash: str
) -> None:
    environ = PRODUCTION | {"IVR_ENV": "development", "TWILIO_API_URL": stand_in.url + slash}

    told = ask(telephone_of(read_settings(environ, read_bytes=None)))

    assert (told.fate, told.text) == ("accepted", sid)
    assert [path for path, _ in stand_in.asked] == [f"/2010-04-01/Accounts/{ACCOUNT_SID}/{path}"]


def test_a_demo_sends_nothing_anywhere_but_to_a_stand_in_that_was_named(stand_in: StandIn) -> None:
    demo = read_settings({}, read_bytes=None)
    named = replace(demo, api_url=stand_in.url)

    assert calls_of(demo) is None
    assert calls_of(named) is not None
    assert not isinstance(_telephone_of(demo), TwilioTelephone)
    assert _telephone_of(named).text(to="+14155550123", body="471199", name="m").fate == "accepted"
    ((path, fields),) = stand_in.asked
    assert path == f"/2010-04-01/Accounts/{DEMO_ACCOUNT_SID}/Messages.json"
    assert fields["Body"] == "471199"


def test_a_stand_in_that_is_not_there_is_tried_again_later() -> None:
    server = StandIn()
    server.close()
    demo = replace(read_settings({}, read_bytes=None), api_url=server.url)

    assert telephone_of(demo).text(to="+14155550123", body="471199", name="m").fate == "deferred"


def test_production_refuses_a_stand_in(tmp_path: Path) -> None:
    environ = PRODUCTION | {"TWILIO_API_URL": "http://127.0.0.1:9", "IVR_HOME": str(tmp_path)}

    refused = CliRunner().invoke(main, ["work", "--once"], env=environ, catch_exceptions=False)

    assert refused.exit_code == 2
    assert (
        "TWILIO_API_URL is set, and texts and calls would not go to Twilio; do not set it" in refused.stderr
    )


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("127.0.0.1:8080", "TWILIO_API_URL "),
        ("http://twilio.example.com", "TWILIO_API_URL is not encrypted"),
        ("https://user:word@twilio.example.com", "TWILIO_API_URL carries a user or a password"),
        ("http://127.0.0.1:8080/2010-04-01", "TWILIO_API_URL has more than an origin"),
    ],
)
def test_an_address_that_is_no_origin_is_a_fault(tmp_path: Path, url: str, fault: str) -> None:
    environ = {"TWILIO_API_URL": url, "IVR_HOME": str(tmp_path)}

    refused = CliRunner().invoke(main, ["work", "--once"], env=environ, catch_exceptions=False)

    assert refused.exit_code == 2
    assert fault in refused.stderr
