"""How long a turn takes at half of what one core can answer, beside a constant view at the same rate."""

import statistics

from bench.caller import Step, turns_of, walk
from bench.row import print_row, spread
from bench.server import Server
from bench.wire import drive, raw

_ROUNDS = 9
_TOP_ROUNDS = 3
_CONNECTIONS = 8
_TOP_CALLS = 500
_SECONDS = 1.5


def measure(line: Server, floor: Server) -> None:
    steps = walk(line.port)
    _top_per_second(floor, steps, "a0")
    tops = [_top_per_second(line, steps, f"a{number}") for number in range(1, _TOP_ROUNDS + 1)]
    half = statistics.median(tops) / 2
    calls = int(half * _SECONDS / len(steps))
    middles, lates = [], []
    for number in range(_ROUNDS):
        requests = _requests(steps, calls=calls, prefix=f"b0{number:02x}")
        constant, _ = drive(floor.port, requests, connections=_CONNECTIONS, per_second=half)
        ours, _ = drive(line.port, requests, connections=_CONNECTIONS, per_second=half)
        middles.append(_quantile(ours, 50) / _quantile(constant, 50))
        lates.append(_quantile(ours, 99) / _quantile(constant, 99))
    at = f"at {half:.0f} turns a second, half of the top, / constant"
    print_row(f"p50 {at} {spread(middles)}", statistics.median(middles), 2.5)
    print_row(f"p99 {at} {spread(lates)}", statistics.median(lates), 2.5)


def _top_per_second(server: Server, steps: list[Step], prefix: str) -> float:
    """Drive it as fast as it answers; this warms it up as well."""
    requests = _requests(steps, calls=_TOP_CALLS, prefix=f"{prefix}00")
    _, took_s = drive(server.port, requests, connections=_CONNECTIONS, per_second=None)
    return len(requests) / took_s


def _requests(steps: list[Step], *, calls: int, prefix: str) -> list[bytes]:
    return [raw(turn) for turn in turns_of(steps, calls=calls, prefix=prefix)]


def _quantile(took_ms: list[float], percent: int) -> float:
    return statistics.quantiles(took_ms, n=100)[percent - 1]
