"""What a turn of the shipped menu costs the processor, beside a constant view and beside the usual way."""

from statistics import median, quantiles

from bench.caller import Request, send_all, turns_of, walk
from bench.row import print_row, spread
from bench.server import Server

_ROUNDS = 5
_CALLS = 250


def measure(line: Server, floor: Server, usual: Server) -> None:
    steps = walk(line.port)
    to_floor: list[float] = []
    to_usual: list[float] = []
    mixed: list[float] = []
    late: list[float] = []
    for number in range(_ROUNDS + 1):
        # The last step puts the caller through, and waits for the disk as no menu turn does.
        turns = turns_of(steps[:-1], calls=_CALLS, prefix=f"0{number:03x}")
        whole = turns_of(steps, calls=_CALLS, prefix=f"1{number:03x}")
        (_, floor_s), (_, turn_s), (_, usual_s) = (_timed(server, turns) for server in (floor, line, usual))
        (constant, floor_whole_s), (ours, whole_s) = (_timed(server, whole) for server in (floor, line))
        # The first round warms the servers up.
        if number:
            to_floor.append(turn_s / floor_s)
            to_usual.append(turn_s / usual_s)
            mixed.append(whole_s / floor_whole_s)
            late.append(_p99(ours) / _p99(constant))
    print_row(f"CPU per menu turn, journaled / constant {spread(to_floor)}", median(to_floor), 2.0)
    print_row(f"CPU per menu turn, journaled / the usual way {spread(to_usual)}", median(to_usual), 0.25)
    print_row(f"CPU per turn, one in six a transfer / constant {spread(mixed)}", median(mixed), 2.0)
    print_row(f"p99 of such a turn / constant, one connection {spread(late)}", median(late), 2.5)
    print_row("memory of one voice process, MB", line.pss_mb(), 80)


def _timed(server: Server, turns: list[Request]) -> tuple[list[float], float]:
    """Milliseconds that each turn took, and seconds of the server's processor for all of them."""
    before = server.cpu_s()
    took = send_all(server.port, turns)
    return took, server.cpu_s() - before


def _p99(took_ms: list[float]) -> float:
    return quantiles(took_ms, n=100)[98]
