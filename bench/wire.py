"""Several kept connections driven by one thread, at a pace that does not wait for slow answers."""

import gc
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector

from bench.caller import APOLOGY, Request

_CHUNK = 65_536


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One connection. due_s: when the request that it carries should have been sent."""

    wire: socket.socket
    due_s: float = 0.0
    heard: bytes = b""


def raw(request: Request) -> bytes:
    """Write a request as it goes over the wire, so that driving costs the driver little."""
    path, body, headers = request
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def drive(
    port: int, requests: Sequence[bytes], *, connections: int, per_second: float | None
) -> tuple[list[float], float]:
    """Send them all; give the milliseconds that each answer took, and the seconds that all took.

    per_second: answers are timed from the moment each request was due, so that what waits because
    an earlier answer is slow counts as slow. None: each connection sends as soon as it is answered.
    """
    took: list[float] = []
    with _connected(port, connections) as (selector, free), _no_collections():
        began = time.perf_counter()
        sent = 0
        while len(took) < len(requests):
            now = time.perf_counter()
            while free and sent < len(requests):
                due = now if per_second is None else began + sent / per_second
                if due > now:
                    break
                _send(free.popleft(), requests[sent], due)
                sent += 1
            # No waiting inside: the driver has a core of its own, and a timer is late by a millisecond.
            for key, _ in selector.select(0):
                exchange: _Exchange = key.data
                if _is_answered(exchange):
                    took.append((time.perf_counter() - exchange.due_s) * 1000)
                    free.append(exchange)
        return took, time.perf_counter() - began


@contextmanager
def _connected(port: int, count: int) -> Iterator[tuple[DefaultSelector, deque[_Exchange]]]:
    with DefaultSelector() as selector:
        exchanges = [_Exchange(wire=_connect(port)) for _ in range(count)]
        for exchange in exchanges:
            selector.register(exchange.wire, EVENT_READ, exchange)
        try:
            yield selector, deque(exchanges)
        finally:
            for exchange in exchanges:
                exchange.wire.close()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep our own garbage collector from being taken for the server's slowness."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _connect(port: int) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", port), 30)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def _send(exchange: _Exchange, request: bytes, due_s: float) -> None:
    exchange.due_s, exchange.heard = due_s, b""
    exchange.wire.sendall(request)


def _is_answered(exchange: _Exchange) -> bool:
    """Read what came, and tell whether the answer is whole. Raises RuntimeError for any but a 200."""
    chunk = exchange.wire.recv(_CHUNK)
    exchange.heard += chunk
    if not chunk:
        raise RuntimeError("a connection was closed in the middle: see what the server wrote")
    head, blank, body = exchange.heard.partition(b"\r\n\r\n")
    if not blank:
        return False
    if not head.startswith(b"HTTP/1.1 200") or APOLOGY.encode() in body:
        raise RuntimeError(f"answered {exchange.heard!r}: refusals or apologies measure nothing.")
    _, _, rest = head.lower().partition(b"content-length: ")
    return len(body) == int(rest.partition(b"\r\n")[0])
