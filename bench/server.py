"""A server under measurement: started as the line is, pinned to one core, read through /proc."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server as GranianServer

from ivr.cli.processes.listening import run_server
from ivr.entrypoints.voice.request_front import THREADS

_CPU_CLOCK = 2
"""What stands beside a process's number in the name of the clock that counts its processor time."""
_PATIENCE_S = 60
_START = """
import sys
from bench.server import run
run(*sys.argv[1:])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int

    def cpu_s(self) -> float:
        """Seconds of user and system time that the workers have used."""
        return sum(time.clock_gettime(~pid << 3 | _CPU_CLOCK) for pid in _children(self.process.pid))

    def pss_mb(self) -> float:
        return max(_pss_mb(pid) for pid in _children(self.process.pid))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def first_core(*command: str) -> list[str]:
    """Have *command* run on the first core; whoever measures stays on the last."""
    return ["taskset", "-c", "0", *command]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def environ(home: Path, **variables: str) -> dict[str, str]:
    """Give a line's environment that has *home* for its state, and nothing of this shell's settings."""
    return {"PATH": os.environ["PATH"], "IVR_HOME": str(home), **variables}


def run(target: str, port: str, interface: str) -> None:
    """Serve as `ivr` does or, for a plain "wsgi" application, as one would without a front."""
    if interface != "wsgi":
        run_server(
            target,
            host="127.0.0.1",
            port=int(port),
            workers=1,
            interface="rsgi" if interface == "rsgi" else "asgi",
        )
        return
    GranianServer(
        target,
        port=int(port),
        interface=Interfaces.WSGI,
        factory=True,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    ).serve()


@contextmanager
def serving(target: str, home: Path, *, interface: str = "wsgi", **variables: str) -> Iterator[Server]:
    """Serve *target* on the first core, from when it takes connections to the end of the block."""
    server = _start(target, environ(home, **variables), interface)
    try:
        yield server
    finally:
        server.stop()


def _start(target: str, variables: dict[str, str], interface: str) -> Server:
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
        first_core(sys.executable, "-c", _START, target, str(port), interface), env=variables
    )
    while time.monotonic() < began + _PATIENCE_S and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return Server(process=process, port=port)
    process.kill()
    message = f"{target} took no connection within {_PATIENCE_S} s; start it by hand to see why."
    raise RuntimeError(message)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
