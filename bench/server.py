"""A server under measurement: started as the line is, pinned to one core, read through /proc."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_START = """
import sys
from ivr.cli.serve import run_server
run_server(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]), workers=1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int

    def cpu_s(self) -> float:
        """Seconds of user and system time that the workers have used."""
        return sum(_cpu_s(pid) for pid in _children(self.process.pid))

    def pss_mb(self) -> float:
        return max(_pss_mb(pid) for pid in _children(self.process.pid))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def start(target: str, home: Path) -> Server:
    """Start *target* on the first core and wait until it takes connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
        ["taskset", "-c", "0", sys.executable, "-c", _START, target, str(port)],  # noqa: S607 -- from util-linux
        env={"PATH": os.environ["PATH"], "IVR_HOME": str(home)},
    )
    while time.monotonic() < began + 30 and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return Server(process=process, port=port)
    process.kill()
    message = f"{target} took no connection within 30 s; start it by hand to see why."
    raise RuntimeError(message)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
