"""Print what a turn costs, as a ratio to the floor; a bench, so it never fails for being slow."""

import os
import statistics
import tempfile
from pathlib import Path

from bench.caller import Request, send_all, turns_of, walk
from bench.loading import loading_ratios
from bench.server import Server, start
from ivr.store.migrate import upgrade

_ROUNDS = 5
_CALLS = 250


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as home:
        upgrade(f"sqlite:///{home}/ivr.db")
        line = start("ivr.server:application", Path(home))
        floor = start("bench.constant:application", Path(home))
        try:
            _measure(line, floor)
        finally:
            line.stop()
            floor.stop()


def _measure(line: Server, floor: Server) -> None:
    steps = walk(line.port)
    ratios: list[float] = []
    ours: list[float] = []
    constant: list[float] = []
    for number in range(_ROUNDS + 1):
        turns = turns_of(steps, calls=_CALLS, prefix=f"{number:04x}")
        ours, turn_s = _timed(line, turns)
        constant, floor_s = _timed(floor, turns)
        ratios.append(turn_s / floor_s)
    # The first round warms both servers up.
    ratios = ratios[1:]
    middle = statistics.median(ratios)
    _row(f"CPU per turn, journaled / constant ({min(ratios):.2f} to {max(ratios):.2f})", middle, 2.0)
    _row("p99 of a turn / constant, one connection", _p99(ours) / _p99(constant), 2.5)
    _row("memory of one voice process, MB", line.pss_mb(), 80)
    reading, whole = loading_ratios()
    _row("reading the shipped menu / YAML library", reading, 1.3)
    _row("loading the shipped menu / YAML library", whole, 1.3)


def _timed(server: Server, turns: list[Request]) -> tuple[list[float], float]:
    """Milliseconds that each turn took, and seconds of the server's processor for all of them."""
    before = server.cpu_s()
    took = send_all(server.port, turns)
    return took, server.cpu_s() - before


def _p99(took_ms: list[float]) -> float:
    return statistics.quantiles(took_ms, n=100)[98]


def _row(what: str, measured: float, target: float) -> None:
    verdict = "met" if measured <= target else "MISSED"
    print(f"{what:<48}{measured:>9.2f}  <= {target:<6}{verdict}")


if __name__ == "__main__":
    main()
