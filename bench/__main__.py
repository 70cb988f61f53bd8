"""Print what a turn costs, as a ratio to the floor; a bench, so it never fails for being slow."""

import os
import statistics
import tempfile
from pathlib import Path

from bench.caller import Caller, send_all
from bench.loading import loading_ratios
from bench.server import Server, start

_ROUNDS = 5
_CALLS = 150


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as home:
        line = start("ivr.server:application", Path(home))
        floor = start("bench.constant:application", Path(home))
        try:
            _measure(line, floor)
        finally:
            line.stop()
            floor.stop()


def _measure(line: Server, floor: Server) -> None:
    ratios = []
    for number in range(_ROUNDS + 1):
        caller = Caller(port=line.port)
        before = line.cpu_s()
        caller.record(_CALLS, f"{number:04x}")
        turn = (line.cpu_s() - before) / (len(caller.turns) + _CALLS)
        before = floor.cpu_s()
        send_all(floor.port, caller.turns)
        ratios.append(turn / ((floor.cpu_s() - before) / len(caller.turns)))
    # The first round warms both servers up.
    ratios = ratios[1:]
    middle = statistics.median(ratios)
    _row(f"CPU per turn, spooled / constant ({min(ratios):.2f} to {max(ratios):.2f})", middle, 2.0)
    _row("memory of one voice process, MB", line.pss_mb(), 80)
    reading, whole = loading_ratios()
    _row("reading the shipped menu / YAML library", reading, 1.3)
    _row("loading the shipped menu / YAML library", whole, 1.3)


def _row(what: str, measured: float, target: float) -> None:
    verdict = "met" if measured <= target else "MISSED"
    print(f"{what:<48}{measured:>9.2f}  <= {target:<6}{verdict}")


if __name__ == "__main__":
    main()
