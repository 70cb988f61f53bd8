"""How long a host waits for a line's first answer, and a person for the help."""

import http.client
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from bench.caller import send, signed
from bench.row import print_row
from bench.server import environ, first_core, free_port

_ROUNDS = 5
_IVR = str(Path(sys.executable).with_name("ivr"))
_GIVE_UP_S = 60
_ASK_EVERY_S = 0.005


def measure(home: Path) -> None:
    home.mkdir()
    # The first start makes the database and its key; hosts start a line again and again.
    starts = [_first_answer_s(home) for _ in range(_ROUNDS + 1)][1:]
    print_row("start of `ivr serve` to first answer, s", statistics.median(starts), 1.5)
    print_row("ivr --help, s", statistics.median(_help_s(home) for _ in range(_ROUNDS)), 0.3)


def _first_answer_s(home: Path) -> float:
    port = free_port()
    command = first_core(_IVR, "serve", "--port", str(port))
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 -- our own command
        command, env=environ(home), stdout=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            assert process.poll() is None, "`ivr serve` ended: start it by hand to see why"
            assert time.perf_counter() < began + _GIVE_UP_S, f"no answer within {_GIVE_UP_S} s"
            time.sleep(_ASK_EVERY_S)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(_GIVE_UP_S)


def _answers(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            return "<Gather" in send(connection, signed("/voice", "CA" + "e" * 32, None))
    except (OSError, http.client.HTTPException):
        return False


def _help_s(home: Path) -> float:
    began = time.perf_counter()
    command = first_core(_IVR, "--help")
    subprocess.run(command, env=environ(home), stdout=subprocess.DEVNULL, check=True)  # noqa: S603 -- as above
    return time.perf_counter() - began
