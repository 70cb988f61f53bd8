"""Replies held open: an open page costs a socket and no thread.

The pages are Flask's, each request in a thread of a few. Whoever asks for a live page is answered there
too, so that who may see what is decided in one place; its view leaves a Watch, and the reply is then held
open from here. 500 open pages hold back neither each other nor the line, which is a process of its own.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from a2wsgi import WSGIMiddleware
from flask import Flask

from ivr.entrypoints.console.console_app import MOST_BYTES
from ivr.entrypoints.console.live.live_views import KEEPER, QUIET, LiveView, Watch, written
from ivr.entrypoints.console.live.open_pages import KeptPages, OpenPage

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_THREADS: Final = 16
"""So many requests are answered at once; a page that is held open needs none."""
MOST_KEPT: Final = 800
"""Many systems let a process have 1,024 files; whoever comes later polls."""
_QUIET_S: Final = 25
_BODY_WITHIN_S: Final = 5.0
"""A browser on a poor line takes a second or two for a form."""
_BODY: Final = "http.response.body"


def _ten_minutes() -> float:
    """End pages at different times, so that they do not all come again in one moment."""
    return random.uniform(300, 600)  # noqa: S311 -- nothing to guess


@dataclass(slots=True, kw_only=True)
class Live:
    """An ASGI application: *pages*, whose live ones are held open.

    life_s: so long a page is held, and then comes again. body_within_s: so long a form may take to come.
    on_stop: has what it is given called, in the loop, when the process is told to stop: a server waits for
    every open reply.
    """

    pages: Application
    kept: KeptPages = field(default_factory=KeptPages)
    most: int = MOST_KEPT
    life_s: Callable[[], float] = _ten_minutes
    quiet_s: float = _QUIET_S
    body_within_s: float = _BODY_WITHIN_S
    on_stop: Callable[[Callable[[], None]], None] = lambda _: None
    _is_ending: bool = False
    _open: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def open(self) -> int:
        """Pages that are held open, or are about to be."""
        return self._open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._serve(receive, send)
        elif scope["type"] == "http":
            await self._answer({**scope, "headers": _ours(scope)}, _in_coroutine(receive), send)

    def enter(self) -> bool:
        """Whether there is room for one more; whoever entered leaves. Called from any thread."""
        with self._lock:
            if self._is_ending or self._open >= self.most:
                return False
            self._open += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._open -= 1

    async def _serve(self, receive: Receive, send: Send) -> None:
        """Begin and end with the process."""
        await receive()
        self.on_stop(self._end)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    def _end(self) -> None:
        self._is_ending = True
        self.kept.end()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await self._answer_typed(scope, receive, send)
            return
        keeper = _Keeper(live=self)
        try:
            await self.pages({**scope, KEEPER: keeper}, receive, keeper.unended(send))
            if keeper.watch is not None:
                await self._hold(keeper.watch, receive, send)
                await send({"type": _BODY, "body": b""})
        finally:
            if keeper.watch is not None:
                self.leave()

    async def _answer_typed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what a form sent, once it is there whole: whoever sends half of one holds no thread."""
        try:
            async with asyncio.timeout(self.body_within_s):
                body = await _whole(scope, receive)
        except TimeoutError:
            await send({"type": "http.response.start", "status": 408, "headers": [(b"connection", b"close")]})
            await send({"type": _BODY, "body": b""})
            return
        await self.pages(scope, _given(body, receive), send)

    async def _hold(self, watch: Watch, receive: Receive, send: Send) -> None:
        """Send what changes until the page is gone, or its time is over."""
        if self._is_ending:
            return
        kept = self.kept.add(watch)
        parts = {asyncio.create_task(self._tell(kept, send)), asyncio.create_task(_gone(receive))}
        try:
            done, _ = await asyncio.wait(parts, timeout=self.life_s(), return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            self.kept.remove(kept)
            for part in parts:
                part.cancel()

    async def _tell(self, kept: OpenPage, send: Send) -> None:
        while not kept.is_over:
            try:
                await asyncio.wait_for(kept.told.wait(), self.quiet_s)
            except TimeoutError:
                # A page that is gone without a word is noticed only when something is written to it.
                await send({"type": _BODY, "body": QUIET, "more_body": True})
                continue
            kept.told.clear()
            news, kept.news = kept.news, None
            if news is not None:
                await send({"type": _BODY, "body": written(news), "more_body": True})


@dataclass(slots=True, kw_only=True)
class _Keeper:
    """What one request's view can ask for. watch: what its page is kept up with; None: it ends as any."""

    live: Live
    watch: Watch | None = None

    def last(self, about: Hashable) -> LiveView | None:
        return self.live.kept.last(about)

    def keep(self, watch: Watch) -> bool:
        if not self.live.enter():
            return False
        self.watch = watch
        return True

    def unended(self, send: Send) -> Send:
        """Pass a reply on, but for the end of one that is kept."""

        async def passed(message: Message) -> None:
            is_end = message["type"] == _BODY and not message.get("more_body", False)
            await send({**message, "more_body": True} if is_end and self.watch is not None else message)

        return passed


def live(pages: Flask, **given: Any) -> Live:
    """Hold open the live pages of a Flask app. given: see `Live`."""
    threaded: Any = WSGIMiddleware(pages, workers=_THREADS)  # type: ignore[arg-type]  # it takes any WSGI app
    return Live(pages=threaded, **given)


def _ours(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Leave out headers with an underscore: Flask could not tell X_Forwarded_For from the proxy's own."""
    return [(name, text) for name, text in scope.get("headers", ()) if b"_" not in name]


def _in_coroutine(receive: Receive) -> Receive:
    """Make coroutines of what a server gives: ASGI asks only for awaitables, the bridge for more."""

    async def received() -> Message:
        return await receive()

    return received


async def _whole(scope: Scope, receive: Receive) -> bytes:
    """Read what was sent; of what is too long so much as shows that, and nothing where its length says so."""
    lengths = [text for name, text in scope["headers"] if name == b"content-length"]
    if any(int(length) > MOST_BYTES for length in lengths):
        return b""
    body, is_more = b"", True
    while is_more and len(body) <= MOST_BYTES:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    return body[: MOST_BYTES + 1]


def _given(body: bytes, receive: Receive) -> Receive:
    """Give what was read already, and after it what comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received


async def _gone(receive: Receive) -> None:
    """Wait until whoever asked is there no more."""
    while (await receive())["type"] != "http.disconnect":
        pass
