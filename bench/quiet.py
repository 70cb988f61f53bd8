"""Whether the first core was left to the server under measurement: where not, times mean nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import Server

_TICK = os.sysconf("SC_CLK_TCK")
_IDLE_FIELDS = frozenset({3, 4})
_COUNTED_FIELDS = 8
_MOST_FOREIGN = 0.05


@contextmanager
def watched(*servers: Server) -> Iterator[None]:
    """Print, after the block, what share of the core went to others, where it spoils the block's figures."""
    began, busy_s, ours_s = time.monotonic(), _busy_s(), _used_s(servers)
    yield
    foreign_s = _busy_s() - busy_s - (_used_s(servers) - ours_s)
    share = foreign_s / (time.monotonic() - began)
    if share > _MOST_FOREIGN:
        print(f"^ not to be read: others took {share:.0%} of the first core; run this on a quiet machine")


def _busy_s() -> float:
    line = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("cpu0 "))
    ticks = [int(field) for field in line.split()[1 : _COUNTED_FIELDS + 1]]
    return sum(count for number, count in enumerate(ticks) if number not in _IDLE_FIELDS) / _TICK


def _used_s(servers: tuple[Server, ...]) -> float:
    return sum(server.cpu_s() for server in servers)
