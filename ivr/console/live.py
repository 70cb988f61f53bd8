"""Replies held open: an open page costs a socket and no thread, and pages that show the same are one look.

The pages are Flask's, each request in a thread of a few. Whoever asks for a live page is answered there
too, so that who may see what is decided in one place; its view leaves a Watch, and the reply is then held
open from here. 500 open pages hold back neither each other nor the line, which is a process of its own.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import structlog
from a2wsgi import WSGIMiddleware
from flask import Flask

from ivr.case_ports import AuditUnavailable
from ivr.console.events import KEEPER, Shown, Watch, written
from ivr.ports import StoreUnavailable

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_THREADS: Final = 16
"""So many requests are answered at once; a page that is held open needs none."""
MOST_KEPT: Final = 800
"""Many systems let a process have 1,024 files; whoever comes later polls."""
_MOST_LOOKS: Final = 20
"""So many different pages are looked at in a second; where more are open, they take turns."""
_QUIET_S: Final = 15
_BODY: Final = "http.response.body"
_log = structlog.get_logger(__name__)


async def _second() -> None:
    await asyncio.sleep(1)


def _a_minute() -> float:
    """End pages at different times, so that they do not all come again in one moment."""
    return random.uniform(45, 60)  # noqa: S311 -- nothing to guess


@dataclass(eq=False, slots=True, kw_only=True)
class _Kept:
    """One page that is held open. news: what it has not been sent yet, the latest only."""

    about: Hashable
    seen: str
    news: Shown | None = None
    is_over: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, shown: Shown | None) -> None:
        """Note what is shown now. None: nothing more will be."""
        if shown is None:
            self.is_over = True
        elif shown.mark == self.seen:
            return
        else:
            self.seen, self.news = shown.mark, shown
        self.told.set()


@dataclass(slots=True, kw_only=True)
class Live:
    """An ASGI application: *pages*, whose live ones are held open.

    pause: lets the time between two looks pass. life_s: so long a page is held, and then comes again; that
    way a member who was signed out is told nothing more within a minute. on_stop: has what it is given
    called, in the loop, when the process is told to stop: a server waits for every open reply.
    """

    pages: Application
    most: int = MOST_KEPT
    pause: Callable[[], Awaitable[None]] = _second
    life_s: Callable[[], float] = _a_minute
    quiet_s: float = _QUIET_S
    on_stop: Callable[[Callable[[], None]], None] = lambda _: None
    _is_ending: bool = False
    _open: int = 0
    _lock: Lock = field(default_factory=Lock)
    _kept: set[_Kept] = field(default_factory=set)
    _watches: dict[Hashable, Watch] = field(default_factory=dict)
    _looking: "asyncio.Task[None] | None" = None
    _eye: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "live"))

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
        for kept in self._kept:
            kept.hear(None)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await self.pages(scope, receive, send)
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

    async def _hold(self, watch: Watch, receive: Receive, send: Send) -> None:
        """Send what changes until the page is gone, or its time is over."""
        kept = _Kept(about=watch.about, seen=watch.seen, is_over=self._is_ending)
        self._kept.add(kept)
        self._watches.setdefault(watch.about, watch)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        parts = {asyncio.create_task(self._tell(kept, send)), asyncio.create_task(_gone(receive))}
        try:
            done, _ = await asyncio.wait(parts, timeout=self.life_s(), return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            self._kept.discard(kept)
            for part in parts:
                part.cancel()

    async def _tell(self, kept: _Kept, send: Send) -> None:
        while not kept.is_over:
            try:
                await asyncio.wait_for(kept.told.wait(), self.quiet_s)
            except TimeoutError:
                # A page that is gone without a word is noticed only when something is written to it.
                await send({"type": _BODY, "body": b": quiet\n\n", "more_body": True})
                continue
            kept.told.clear()
            news, kept.news = kept.news, None
            if news is not None:
                await send({"type": _BODY, "body": written(news), "more_body": True})

    async def _look(self) -> None:
        """Look at what the open pages show, in a thread of its own, and tell those for which it changed."""
        while self._kept:
            await self.pause()
            # Whatever was not looked at for longest comes first; what nobody watches any more is forgotten.
            about = {kept.about for kept in self._kept}
            self._watches = {one: watch for one, watch in self._watches.items() if one in about}
            turn = [self._watches.pop(one) for one in [*self._watches][:_MOST_LOOKS]]
            self._watches |= {watch.about: watch for watch in turn}
            seen = await asyncio.get_running_loop().run_in_executor(self._eye, _looked, turn)
            for kept in self._kept:
                if kept.about in seen:
                    kept.hear(seen[kept.about])


@dataclass(slots=True, kw_only=True)
class _Keeper:
    """What one request's view can ask for. watch: what its page is kept up with; None: it ends as any."""

    live: Live
    watch: Watch | None = None

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


async def _gone(receive: Receive) -> None:
    """Wait until whoever asked is there no more."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _looked(watches: Iterable[Watch]) -> Mapping[Hashable, Shown | None]:
    """Look once at each. What cannot be read now is left out; None: it never can, so its pages come again."""
    seen: dict[Hashable, Shown | None] = {}
    for watch in watches:
        try:
            seen[watch.about] = watch.look()
        except (StoreUnavailable, AuditUnavailable):
            continue
        except Exception:  # noqa: BLE001 -- on record, and its pages end; the others' looks go on
            _log.exception("a live page could not be looked at", about=str(watch.about))
            seen[watch.about] = None
    return seen
