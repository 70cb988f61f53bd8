"""Strangers who send half of a request: none of them holds a thread, and each has a deadline."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.process.served import Served, call_sid, serving
from tests.twiml_lint import lint

pytestmark = pytest.mark.chaos

STRANGERS = 200
PATIENCE_S = 30
TIMEOUT = b"HTTP/1.1 408 "
FORM = "application/x-www-form-urlencoded"
PRODUCT = {"IVR_PRODUCT_SECRET": "a secret of both sides, thirty-two bytes"}
TARGETS: Mapping[str, tuple[str, dict[str, str]]] = {
    "serve": ("/voice", {}),
    "events": ("/product/events", PRODUCT),
    "console": ("/sign-in", {}),
}


def _head(path: str, *fields: str) -> bytes:
    return "\r\n".join(
        (f"POST {path} HTTP/1.1", "Host: line", f"Content-Type: {FORM}", *fields, "", "")
    ).encode()


def _halves(path: str) -> Mapping[str, bytes]:
    return {
        "one byte of a thousand": _head(path, "Content-Length: 1000") + b"A",
        "none of a thousand": _head(path, "Content-Length: 1000"),
        "half a chunk": _head(path, "Transfer-Encoding: chunked") + b"3e8\r\nA",
        "chunks without an end": _head(path, "Transfer-Encoding: chunked") + b"1\r\nA\r\n",
    }


@contextmanager
def _strangers(port: int, half: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        opened = []
        for _ in range(STRANGERS):
            stranger = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)))
            stranger.sendall(half)
            opened.append(stranger)
        yield opened


def _to_the_end(stranger: socket.socket) -> bytes:
    said = b""
    while piece := stranger.recv(4096):
        said += piece
    return said


@pytest.mark.parametrize("half", _halves("/voice"))
def test_a_line_answers_while_two_hundred_have_sent_half(tmp_path: Path, half: str) -> None:
    with serving(tmp_path) as served:
        with _strangers(served.port, _halves("/voice")[half]) as strangers:
            status, document = served.post("/voice", call_sid(1))
            turn = served.post(served.begin(call_sid(2)), call_sid(2), Digits="3")
            ends = [_to_the_end(stranger) for stranger in strangers]
        warned = served.warned

    assert (status, lint(document), turn[0], lint(turn[1])) == (200, [], 200, [])
    assert [end for end in ends if not end.startswith(TIMEOUT)] == []
    assert warned == ""


@pytest.mark.parametrize("command", ["events", "console"])
def test_the_other_listeners_answer_while_two_hundred_have_sent_half(tmp_path: Path, command: str) -> None:
    path, environ = TARGETS[command]
    with serving(tmp_path, command=command, **environ) as served:
        for half in _halves(path).values():
            with _strangers(served.port, half) as strangers:
                asked = served.get("/healthz")[0]
                typed = _typed(served, path)
                ends = [_to_the_end(stranger) for stranger in strangers]
            assert (asked, typed) == (200, {"events": 401, "console": 403}[command])
            assert [end for end in ends if not end.startswith(TIMEOUT)] == []


def _typed(served: Served, path: str) -> int:
    """Send a whole body that is refused, after it was read."""
    body = b"name=ana"
    with closing(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)) as browser:
        browser.sendall(_head(path, f"Content-Length: {len(body)}", "Connection: close") + body)
        return int(_to_the_end(browser).split(b" ", 2)[1])


@pytest.mark.parametrize("command", TARGETS)
def test_a_body_that_drips_has_the_same_deadline(tmp_path: Path, command: str) -> None:
    path, environ = TARGETS[command]
    said = b""

    with (
        serving(tmp_path, command=command, **environ) as served,
        closing(socket.create_connection(("127.0.0.1", served.port), 0.1)) as stranger,
    ):
        stranger.sendall(_head(path, "Content-Length: 1000"))
        # At ten bytes a second it would take more than a minute and a half.
        for _ in range(999):
            try:
                said = stranger.recv(4096)
                break
            except TimeoutError:
                stranger.sendall(b"A")

    assert said.startswith(TIMEOUT)


def test_a_connection_may_rest_between_two_requests_for_longer_than_a_body_may_take(tmp_path: Path) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: line\r\n\r\n"

    with (
        serving(tmp_path) as served,
        closing(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)) as resting,
        closing(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)) as stranger,
    ):
        resting.sendall(asked)
        first = resting.recv(4096)
        stranger.sendall(_head("/voice", "Content-Length: 1000"))
        ended = _to_the_end(stranger)
        resting.sendall(asked)
        second = resting.recv(4096)

    assert ended.startswith(TIMEOUT)
    assert [reply.partition(b"\r\n")[0] for reply in (first, second)] == [b"HTTP/1.1 200 OK"] * 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (_head("/voice", "Content-Length: 65537"), 413),
        (_head("/voice", "Transfer-Encoding: chunked") + b"10001\r\n" + b"A" * 65537 + b"\r\n0\r\n\r\n", 413),
        (_head("/voice", "Content-Length: 8").replace(FORM.encode(), b"text/plain") + b"name=ana", 415),
        (_head("/voice", "Content-Length: 8") + b"name=ana", 403),
        (_head("/voice", "Content-Length: 1") + b"\xff", 403),
        (_head("/voice", "Content-Length: 0"), 403),
        (_head("/nowhere", "Content-Length: 8") + b"name=ana", 404),
        (_head("/voice", "Content-Length: 8").replace(b"POST", b"PUT") + b"name=ana", 405),
        (_head("/voice").replace(b"POST", b"GET"), 405),
        (_head("/healthz").replace(b"POST", b"HEAD"), 200),
    ],
)
def test_what_is_no_webhook_is_refused_as_it_is_without_a_server(
    day: Served, asked: bytes, status: int
) -> None:
    with closing(socket.create_connection(("127.0.0.1", day.port), PATIENCE_S)) as stranger:
        stranger.sendall(asked)
        said = stranger.recv(4096)

    assert int(said.split(b" ", 2)[1]) == status
    assert said.partition(b"\r\n\r\n")[2] == b""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("home")) as served:
        yield served
