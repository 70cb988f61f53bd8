"""Console tabs as browsers keep them, in a process of their own: a stream where there is room, else polls.

Arguments: the console's port, how many tabs, and numbers of cases. On its input: a session's cookie a line.
"""

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from contextlib import suppress

from ivr.entrypoints.console.live.live_views import POLL_S

_COURTESY = 10
"""Browsers run on machines of their own: here they give way to whoever measures."""
_CARD_EVERY = 10
"""So many tabs show the queue for each that shows a case."""
_FULL = 503
_FINE = 200
_LIFE_S = 450
"""So long a stream lasts on average."""
_TAKING = asyncio.Semaphore(20)


async def _main(port: int, cookies: Sequence[str], tabs: int, cases: Sequence[str]) -> None:
    opened: asyncio.Queue[None] = asyncio.Queue()
    shown = [f"case={cases[at % len(cases)]}" if at % _CARD_EVERY == 0 else "" for at in range(tabs)]
    kept = [
        asyncio.create_task(_tab(port, cookies[at % len(cookies)], what, opened))
        for at, what in enumerate(shown)
    ]
    for _ in kept:
        await opened.get()
    print("open", flush=True)
    await asyncio.gather(*kept)


async def _tab(port: int, cookie: str, shows: str, opened: asyncio.Queue[None]) -> None:
    """Be one tab until the process is ended; its first stream is in the middle of its life."""
    is_open = False
    ends_s: float | None = random.uniform(0, _LIFE_S)  # noqa: S311 -- spreads the tabs out
    while True:
        async with _TAKING:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            status = await _asked(reader, writer, f"/events?seen=&{shows}", cookie)
        if status not in (_FINE, _FULL):
            raise RuntimeError(f"a tab was answered {status}: a bench of refusals measures nothing")
        if not is_open:
            is_open = True
            opened.put_nowait(None)
        if status == _FULL:
            await asyncio.sleep(random.uniform(0, POLL_S))  # noqa: S311 -- spreads the tabs out
            await _polled(port, cookie, shows)
        with suppress(TimeoutError):
            async with asyncio.timeout(ends_s):
                while await reader.read(1 << 16):
                    pass
        ends_s = None
        writer.close()


async def _polled(port: int, cookie: str, shows: str) -> None:
    """Poll for good, over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        if await _asked(reader, writer, f"/poll?{shows}", cookie) != _FINE:
            raise RuntimeError("a poll was refused: a bench of refusals measures nothing")
        await asyncio.sleep(POLL_S)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: str) -> int:
    """Send a request, and give the status of its reply, whose body is read where its length is told."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: desk={cookie}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    _, found, rest = head.partition("content-length: ")
    if found:
        await reader.readexactly(int(rest.partition("\r\n")[0]))
    return int(head.split(" ", 2)[1])


if __name__ == "__main__":
    os.nice(_COURTESY)
    asyncio.run(_main(int(sys.argv[1]), sys.stdin.read().split(), int(sys.argv[2]), sys.argv[3:]))
