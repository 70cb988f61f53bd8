"""What a live page shows, and how it is told of a change: read from the database each time.

So any process can serve any page, and what a page missed while it was away is found by the mark that it
last saw.
"""

import json
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import Any, Final, Protocol

from flask import Response

from ivr.entrypoints.console.sign_in.access import signed_in, still_in
from ivr.services.desk.case_queue import Waiting

POLL_S: Final = 5
KEEPER: Final = "ivr.entrypoints.console.live.event_stream"
"""Names, in the scope of a request, whoever can keep its page live."""
QUIET: Final = b"event: quiet\ndata:\n\n"
"""Tells a page that it is live, and a network that somebody listens, while there is no news."""
_FULL: Final = 503
_RETRY_MS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """What a page shows. mark: tells two states of it apart. cells: what the page is sent, as JSON."""

    mark: str
    cells: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one open page is to be kept up with.

    about: pages with the same are shown the same, so one look serves them all. seen: the mark of what the
    page shows already. session: whose page it is. is_still_in: whether that session may still see what it
    saw. look, is_still_in: raise StoreUnavailable and AuditUnavailable.
    """

    about: Hashable
    look: Callable[[], LiveView]
    seen: str
    session: str
    is_still_in: Callable[[], bool]


class Keeper(Protocol):
    """Whoever holds a reply open when its view has done its part."""

    def last(self, about: Hashable) -> LiveView | None:
        """Give what is shown, as it was a moment ago; None where nobody looked."""
        ...

    def keep(self, watch: Watch) -> bool:
        """Keep this request's page live from now on; False where there is no room for one more."""
        ...


@dataclass(slots=True, kw_only=True)
class Glances:
    """The queue as it was read last, for_s ago at most: pages that ask at once read it once."""

    for_s: float = 1.0
    _read_at: float = -inf
    _rows: tuple[Waiting, ...] = ()
    _lock: Lock = field(default_factory=Lock)

    def look(self, read: Callable[[], tuple[Waiting, ...]]) -> tuple[Waiting, ...]:
        """Read anew what is older; whoever comes meanwhile waits for it."""
        with self._lock:
            now = time.monotonic()
            if now - self._read_at >= self.for_s:
                self._rows = read()
                self._read_at = now
            return self._rows


def streamed(
    environ: Mapping[str, Any], about: Hashable, look: Callable[[], LiveView], *, seen: str
) -> Response:
    """Answer a page that asks to be kept live: with what changed since *seen*, and then as it changes.

    Where nothing holds replies open, or a proxy cuts them off, the page comes again after _RETRY_MS.
    """
    keeper: Keeper | None = environ.get("asgi.scope", {}).get(KEEPER)
    shown = None if keeper is None else keeper.last(about)
    if shown is None or shown.mark != seen:
        shown = look()
    if keeper is not None and not keeper.keep(_watch(about, look, seen=shown.mark)):
        return Response(status=_FULL, headers={"Retry-After": str(POLL_S)})
    first = written(shown) if shown.mark != seen else b""
    # Not as one text: Flask would tell its length, and a stream has none.
    chunks: Iterable[bytes] = iter((f"retry: {_RETRY_MS}\n\n".encode(), first))
    response = Response(chunks, mimetype="text/event-stream")
    # A proxy that gathers a reply before it passes it on would hold back every event.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _watch(about: Hashable, look: Callable[[], LiveView], *, seen: str) -> Watch:
    return Watch(about=about, look=look, seen=seen, session=signed_in().session, is_still_in=still_in())


def written(shown: LiveView) -> bytes:
    """Write one event; JSON has no line breaks, which would end it."""
    return f"id: {shown.mark}\nevent: shown\ndata: {json.dumps(shown.cells)}\n\n".encode()
