"""Open pages: what they show is looked at every second, once for all that show the same."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from ivr.entrypoints.console.live.live_views import LiveView, Watch
from ivr.services.case_ports import AuditUnavailable
from ivr.services.ports import StoreUnavailable

_MOST_LOOKS: Final = 10
"""So many different pages are looked at in one round; where more are open, they take turns."""
_MOST_CHECKS: Final = 20
_CHECK_S: Final = 45
_log = structlog.get_logger(__name__)


async def _a_second() -> None:
    await asyncio.sleep(1)


@dataclass(eq=False, slots=True, kw_only=True)
class OpenPage:
    """One open page. news: what it has not been sent yet, the latest only."""

    watch: Watch
    seen: str
    news: LiveView | None = None
    is_over: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, shown: LiveView) -> None:
        if shown.mark != self.seen:
            self.seen, self.news = shown.mark, shown
            self.told.set()

    def end(self) -> None:
        self.is_over = True
        self.told.set()


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round found. shown: by what it is about. broken: never to be looked at. out: sessions."""

    shown: dict[Hashable, LiveView] = field(default_factory=dict)
    broken: set[Hashable] = field(default_factory=set)
    out: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class KeptPages:
    """pause: lets the time between two rounds pass. check_s: after so long a session is looked at again.

    All but `last` are called in one loop.
    """

    pause: Callable[[], Awaitable[None]] = _a_second
    check_s: float = _CHECK_S
    _pages: set[OpenPage] = field(default_factory=set)
    _watches: dict[Hashable, Watch] = field(default_factory=dict)
    _shown: dict[Hashable, LiveView] = field(default_factory=dict)
    _checked: dict[str, float] = field(default_factory=dict)
    _rounds: "asyncio.Task[None] | None" = None
    _eye: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "live"))

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, watch: Watch) -> OpenPage:
        """Keep up with one more page, whose session has just been looked at."""
        kept = OpenPage(watch=watch, seen=watch.seen)
        self._pages.add(kept)
        self._watches.setdefault(watch.about, watch)
        self._checked.setdefault(watch.session, asyncio.get_running_loop().time())
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._go_round())
        return kept

    def remove(self, kept: OpenPage) -> None:
        self._pages.discard(kept)

    def end(self) -> None:
        for kept in self._pages:
            kept.end()

    def last(self, about: Hashable) -> LiveView | None:
        """Give what the last look saw, if it is kept up with. Called from any thread."""
        return self._shown.get(about)

    async def _go_round(self) -> None:
        """Look in a thread of its own, so that neither pages nor requests wait for the database."""
        while self._pages:
            await self.pause()
            self._forget()
            watches, sessions = self._next_watches(), self._next_sessions()
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._eye, _looked, watches, sessions)
            self._shown |= found.shown
            for kept in self._pages:
                self._tell(kept, found)

    def _tell(self, kept: OpenPage, found: Round) -> None:
        about = kept.watch.about
        if about in found.broken or kept.watch.session in found.out:
            kept.end()
        elif about in found.shown:
            kept.hear(found.shown[about])

    def _forget(self) -> None:
        """Let go what no page is about any more."""
        about = {kept.watch.about for kept in self._pages}
        sessions = {kept.watch.session for kept in self._pages}
        self._watches = {one: watch for one, watch in self._watches.items() if one in about}
        self._shown = {one: shown for one, shown in self._shown.items() if one in about}
        self._checked = {one: at for one, at in self._checked.items() if one in sessions}

    def _next_watches(self) -> list[Watch]:
        """Choose whatever was not looked at for longest."""
        turn = [self._watches.pop(about) for about in [*self._watches][:_MOST_LOOKS]]
        self._watches |= {watch.about: watch for watch in turn}
        return turn

    def _next_sessions(self) -> dict[str, Watch]:
        """Choose the sessions that were not looked at for too long, each with one of its pages."""
        now = asyncio.get_running_loop().time()
        due = [one for one, at in self._checked.items() if now - at >= self.check_s][:_MOST_CHECKS]
        self._checked |= dict.fromkeys(due, now)
        return {kept.watch.session: kept.watch for kept in self._pages if kept.watch.session in due}


def _looked(watches: Iterable[Watch], sessions: dict[str, Watch]) -> Round:
    """Look once at each. What cannot be read now is left out, and found by a later round."""
    found = Round()
    for watch in watches:
        try:
            with suppress(StoreUnavailable, AuditUnavailable):
                found.shown[watch.about] = watch.look()
        except Exception:  # noqa: BLE001 -- on record, and its pages end; the others' looks go on
            _log.exception("a live page could not be looked at", about=str(watch.about))
            found.broken.add(watch.about)
    for session, watch in sessions.items():
        with suppress(StoreUnavailable, AuditUnavailable):
            if not watch.is_still_in():
                found.out.add(session)
    return found
