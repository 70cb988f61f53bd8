"""Every webhook that is refused leaves a line in the log with the reason, and nothing of what was sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from werkzeug.test import Client

from ivr.adapters.twilio.request_signature import sign
from ivr.bootstrap.rehearsal import RehearsalLine
from tests.entrypoints.voice.service import FORM, fresh_line, place, usual

CASE, TOKEN = "471199", "8d0c1f2e"
SIGNATURE = "X-Twilio-Signature"
SHARED = "X-Twilio-Webhooks-Signature-Settings"
ROUTES = [
    "/voice",
    "/voice/status",
    "/voice/transcribed",
    "/voice/fallback",
    "/voice/turn/PLACE",
    "/voice/dial/PLACE",
    "/voice/identify/PLACE",
    "/voice/whisper/PLACE",
    "/voice/spoken/5f0e1d2c",
    "/voice/call-back/5f0e1d2c",
    "/voice/call-back-status/5f0e1d2c",
]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How a request differs from one that is taken. body: instead of the fields that were signed."""

    reason: str
    status: int
    fields: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str | None] = field(default_factory=dict)
    content_type: str = FORM
    method: str = "POST"
    body: bytes | None = None
    query: str = ""


REASONS = [
    Sent(reason="bad_signature", status=403, headers={SIGNATURE: "A" * 27 + "="}),
    Sent(reason="bad_signature", status=403, headers={SIGNATURE: "short"}),
    Sent(reason="missing_signature", status=403, headers={SIGNATURE: None}),
    Sent(reason="wrong_account", status=403, fields=(("AccountSid", "AC" + "9" * 32),)),
    Sent(reason="shared_key_header", status=403, headers={SHARED: "key=1,algorithm=HMAC_SHA256"}),
    Sent(reason="parameter_name", status=403, fields=(("a/b", "x"),)),
    Sent(reason="parameter_name", status=403, fields=(("", "x"),)),
    Sent(reason="not_utf8", status=403, body=b"Digits=\xff"),
    Sent(reason="unusual_address", status=403, query="?a=\x7f"),
    Sent(reason="wrong_type", status=415, content_type="application/json"),
    Sent(reason="wrong_type", status=415, content_type=f"{FORM}; charset=latin-1"),
    Sent(reason="too_long", status=413, body=b"a=" + b"b" * 70_000),
    Sent(reason="too_many_fields", status=413, fields=tuple((f"n{number}", "") for number in range(101))),
    Sent(reason="wrong_method", status=405, method="GET"),
    Sent(reason="wrong_method", status=405, method="PUT"),
]


@pytest.fixture
def line() -> RehearsalLine:
    return fresh_line()


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


def send(line: RehearsalLine, path: str, sent: Sent) -> int:
    """Send one webhook, signed as the carrier signs but for what is wrong with it."""
    path = path.replace("PLACE", place(line))
    pairs = [*{**usual(line, Digits=CASE), **dict(sent.fields)}.items()]
    body = (
        sent.body if sent.body is not None else "&".join(f"{name}={value}" for name, value in pairs).encode()
    )
    body = body.replace(b"+", b"%2B")
    headers = {SIGNATURE: sign(line.token, line.public_url + path, pairs), **sent.headers}
    reply = Client(line.wsgi, use_cookies=False).open(
        path + sent.query,
        method=sent.method,
        data=body,
        content_type=sent.content_type,
        headers={name: value for name, value in headers.items() if value is not None},
    )
    assert reply.get_data() == b"" or sent.status == 200
    return reply.status_code


def routes_of(line: RehearsalLine) -> list[str]:
    served = []
    for path in ROUTES:
        asked = path.replace("PLACE", place(line))
        reply = Client(line.wsgi, use_cookies=False).open(asked, method="PATCH")
        if reply.status_code != 404:
            served.append(path)
    return served


@pytest.mark.parametrize("sent", REASONS, ids=lambda sent: f"{sent.reason}-{sent.status}")
def test_every_refused_webhook_leaves_one_line_with_the_reason_and_nothing_of_what_was_sent(
    line: RehearsalLine, sent: Sent
) -> None:
    routes = routes_of(line)
    assert len(routes) == len(ROUTES)

    for path in routes:
        fresh = fresh_line()
        assert send(fresh, path, Sent(reason="", status=200)) == 200
        with capture_logs() as logs:
            status = send(fresh, path, sent)

        refused = [told for told in logs if told["event"] == "webhook_refused"]
        assert status == sent.status
        assert [(told["reason"], told["status"]) for told in refused] == [(sent.reason, sent.status)], path
        assert refused[0]["log_level"] == "warning"
        assert refused[0]["route"].split("/")[1:3] == path.split("/")[1:3]
        shown = str(logs)
        for secret in (CASE, "4155550", "5f0e1d2c", line.account_sid, place(line), "AC999", "A" * 27):
            assert secret not in shown, path


def test_of_each_reason_five_a_minute_are_told_and_the_rest_are_counted(
    line: RehearsalLine, logs: list[EventDict]
) -> None:
    bad, missing = REASONS[0], REASONS[2]
    for _ in range(40):
        send(line, "/voice", bad)
    send(line, "/voice/status", missing)
    line.clock.advance(61)
    send(line, "/voice", bad)
    line.clock.advance(61)
    send(line, "/voice", bad)

    told = [(one["reason"], one["left_out"]) for one in logs if one["event"] == "webhook_refused"]
    assert told == [
        *[("bad_signature", 0)] * 5,
        ("missing_signature", 0),
        ("bad_signature", 35),
        ("bad_signature", 0),
    ]


def test_what_was_left_out_is_told_with_the_next_line_of_any_reason(
    line: RehearsalLine, logs: list[EventDict]
) -> None:
    for _ in range(7):
        send(line, "/voice", REASONS[0])
    line.clock.advance(timedelta(minutes=2).total_seconds())
    send(line, "/voice", REASONS[2])

    told = [(one["reason"], one["left_out"]) for one in logs if one["event"] == "webhook_refused"]
    assert told[5:] == [("bad_signature", 2), ("missing_signature", 0)]


def test_what_is_no_webhook_leaves_no_such_line(line: RehearsalLine, logs: list[EventDict]) -> None:
    client = Client(line.wsgi, use_cookies=False)

    assert client.get("/wp-login.php").status_code == 404
    assert client.post("/healthz").status_code == 405

    assert [told for told in logs if told["event"] == "webhook_refused"] == []


@pytest.mark.parametrize(
    ("code", "url", "told"),
    [
        ("11200", "OURS", {"error_code": "11200", "stage": "turn", "node": "main"}),
        ("12100", "https://elsewhere.example.com/x?pin=471199", {"error_code": "12100", "stage": None}),
        ("+14155550199", "", {"error_code": "unknown", "stage": None}),
        ("", "", {"error_code": "unknown", "stage": None}),
    ],
)
def test_why_the_fallback_was_asked_is_told(
    line: RehearsalLine, logs: list[EventDict], code: str, url: str, told: dict[str, str | None]
) -> None:
    address = f"{line.public_url}/voice/turn/{place(line)}" if url == "OURS" else url
    fields = usual(line, ErrorCode=code, ErrorUrl=address)
    pairs = [*fields.items()]

    reply = Client(line.wsgi, use_cookies=False).post(
        "/voice/fallback",
        data=fields,
        headers={SIGNATURE: sign(line.token, f"{line.public_url}/voice/fallback", pairs)},
    )

    (asked,) = [one for one in logs if one["event"] == "fallback_asked"]
    assert reply.status_code == 200
    assert {name: asked[name] for name in told} == told
    assert "471199" not in str(asked)
    assert "4155550199" not in str(asked)
