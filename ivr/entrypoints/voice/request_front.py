"""What stands before the threads: a request takes one when its body is there, and never before.

Whoever sends half of a body would otherwise hold a thread for as long as they like, and with it a call. Here
an event loop waits for all of them together, and for none longer than a deadline. The server hands requests
over by RSGI, since a whole body then costs one wait; behind this is any WSGI application.
"""

import sys
from asyncio import AbstractEventLoop, CancelledError, Task, current_task, get_running_loop
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Protocol

from ivr.adapters.twilio.webhook_form import MAX_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

BODY_WITHIN_S: Final = 5.0
"""The carrier sends a webhook whole, within milliseconds; a browser on a poor line takes a second or two."""
THREADS: Final = 4
"""So many requests of one process are answered at once."""
_LOOKED_AT_EVERY_S: Final = 0.5
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BARE: Final = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
_BAD_REQUEST: Final = 400
_REQUEST_TIMEOUT: Final = 408

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """A request that is there whole. headers: each came once, in plain text; names in small letters."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


AtOnce = Callable[[PendingRequest], tuple[Fields, bytes] | None]
"""Answers what can be answered without waiting for anything: None for all else."""


class Headers(Protocol):
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...
    def items(self) -> Fields: ...
    def get(self, name: str) -> str | None: ...
    def get_all(self, name: str) -> list[str]: ...


class Scope(Protocol):
    """What the server says of a request."""

    headers: Headers
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str


class Exchange(Protocol):
    """How the server gives a body, whole or in pieces, and takes the reply."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_empty(self, status: int, headers: Fields) -> None: ...
    def response_bytes(self, status: int, headers: Fields, body: bytes) -> None: ...


class Front:
    """An RSGI application in front of *app*. at_once: what is asked first, in the event loop itself."""

    def __init__(
        self,
        app: "WSGIApplication",
        at_once: AtOnce = lambda _: None,
        *,
        within_s: float = BODY_WITHIN_S,
    ) -> None:
        self._app = app
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        self._overdue = _Overdue(within_s=within_s)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        loop, headers = get_running_loop(), scope.headers
        waits = self._overdue.begin(loop)
        try:
            body = await _body(scope.method, headers.get("content-length"), exchange)
        except CancelledError:
            exchange.response_empty(_REQUEST_TIMEOUT, [("Connection", "close")])
            return
        except RuntimeError:
            # The server says so where a body broke off, or is none.
            exchange.response_empty(_BAD_REQUEST, [("Connection", "close")])
            return
        finally:
            self._overdue.end(waits)
        reply = self._answered_at_once(scope, headers, body)
        if reply is None:
            await loop.run_in_executor(self._threads, self._answer, scope, exchange, body)
        else:
            exchange.response_bytes(200, *reply)

    def _answered_at_once(self, scope: Scope, headers: Headers, body: bytes) -> tuple[Fields, bytes] | None:
        fields = headers.items()
        named = dict(fields)
        # One that came twice, or is no plain text and so not among the fields, is left to the long way.
        if not len(fields) == len(named) == len(headers):
            return None
        return self._at_once(
            PendingRequest(path=scope.path, query=scope.query_string, headers=named, body=body)
        )

    def _answer(self, scope: Scope, exchange: Exchange, body: bytes) -> None:
        reply = _Reply()
        parts: Any = self._app(environ_of(scope, body), reply.start)
        try:
            text = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        exchange.response_bytes(reply.status, reply.headers, text)


@dataclass(slots=True, kw_only=True)
class _Overdue:
    """Ends tasks that wait too long. One timer for all: one for each would cost as much as the wait."""

    within_s: float
    _until: dict["Task[Any]", float] = field(default_factory=dict)
    _is_looking: bool = False

    def begin(self, loop: AbstractEventLoop) -> "Task[Any]":
        task = current_task(loop)
        if task is None:
            raise RuntimeError("the server runs requests as tasks of its loop")
        self._until[task] = loop.time() + self.within_s
        if not self._is_looking:
            self._look_later(loop)
        return task

    def end(self, task: "Task[Any]") -> None:
        del self._until[task]

    def _look_later(self, loop: AbstractEventLoop) -> None:
        self._is_looking = True
        loop.call_later(min(self.within_s, _LOOKED_AT_EVERY_S), self._look, loop)

    def _look(self, loop: AbstractEventLoop) -> None:
        now = loop.time()
        for task, until in self._until.items():
            if until > now:
                break  # they stand in the order in which they began
            task.cancel()
        self._is_looking = False
        if self._until:
            self._look_later(loop)


@dataclass(slots=True)
class _Reply:
    status: int = 500
    headers: Fields = field(default_factory=list)

    def start(self, status: str, headers: Fields, _: object = None, /) -> Callable[[bytes], object]:
        self.status, self.headers = int(status.partition(" ")[0]), headers
        return _no_write


def _no_write(_: bytes) -> None:
    raise NotImplementedError("a reply is given back whole, and never written piece by piece")


async def _body(method: str, length: str | None, exchange: Exchange) -> bytes:
    """Read a body; of one that is too long as much as shows that, and nothing where its length says so."""
    if method in _BODILESS:
        return b""
    if length is not None:
        # The server let through only what is a number, and hands over no more than that.
        return b"" if int(length) > MAX_BYTES else await exchange()
    body = bytearray()
    async for piece in exchange:
        body += piece
        if not piece or len(body) > MAX_BYTES:
            break
    return bytes(body[: MAX_BYTES + 1])


def environ_of(scope: Scope, body: bytes) -> "WSGIEnvironment":
    """Say the same of a request as WSGI has it (PEP 3333)."""
    server, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    headers = scope.headers
    for name in headers.keys():  # noqa: SIM118 -- the server's own kind, which is no mapping
        # With an underscore it could not be told from one with a hyphen, which a proxy may have set.
        if "_" not in name:
            key = name.upper().replace("-", "_")
            environ[key if key in _BARE else f"HTTP_{key}"] = ",".join(headers.get_all(name))
    return environ
