"""`ivr serve` as a host runs it: a process of its own, called over HTTP with signed requests."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from ivr.adapters.settings.demo_settings import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    DEMO_NUMBERS,
    DEMO_PUBLIC_URL,
)
from ivr.adapters.twilio.request_signature import sign
from ivr.domain.redaction import Secret

ROOT = Path(__file__).parents[2]
WITHOUT_ROOTS_RIGHTS = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
)
"""Stands before a command, and files that may not be read cannot be read, as for whoever is not root."""
IVR = str(Path(sys.executable).with_name("ivr"))
_PATIENCE_S = 30
_ACTION = re.compile(r'action="([^"#]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A line that was ready once. said, warned: what it wrote on standard output and standard error."""

    process: "subprocess.Popen[bytes]"
    port: int
    home: Path

    @property
    def said(self) -> str:
        return (self.home / f"{self.port}.out").read_text(encoding="utf-8")

    @property
    def warned(self) -> str:
        return (self.home / f"{self.port}.err").read_text(encoding="utf-8")

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._ask("GET", path, b"", headers)

    def post(
        self,
        path: str,
        call: str,
        *,
        token: Secret = DEMO_AUTH_TOKEN,
        origin: str = DEMO_PUBLIC_URL,
        **fields: str,
    ) -> tuple[int, str]:
        """Send one webhook of *call*, signed with *token* for *origin*, and give status and body."""
        form = {
            "AccountSid": DEMO_ACCOUNT_SID,
            "CallSid": call,
            "CallStatus": "in-progress",
            "From": "+14155550199",
            "To": DEMO_NUMBERS[0],
            **fields,
        }
        signature = sign(token, origin + path, form.items())
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
        }
        return self._ask("POST", path, urlencode(form).encode(), headers)

    def begin(self, call: str) -> str:
        """Begin *call*, and give the path of its first turn."""
        _, document = self.post("/voice", call)
        found = _ACTION.search(document)
        assert found is not None, document
        return found[1].removeprefix(DEMO_PUBLIC_URL)

    def is_ready(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def workers(self) -> list[int]:
        """Give the processes that answer: the children of the one that was started."""
        found: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with suppress(FileNotFoundError):  # a thread that has just ended
                found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def reload(self) -> None:
        """Send HUP, and wait until every process that answered before is gone."""
        before = set(self.workers())
        self.process.send_signal(signal.SIGHUP)
        until(lambda: self.process.poll() is not None or not before & set(self.workers()))
        assert self.process.poll() is None, self.warned

    def pressed(self) -> set[tuple[str, str]]:
        """Give call and key of each turn in the journal of this home's database where a key was pressed."""
        with closing(sqlite3.connect(self.home / "ivr.db")) as database:
            return set(database.execute("SELECT call, heard FROM journal WHERE heard <> ''"))

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)) as connection:
            connection.request(method, path, body, dict(headers))
            reply = connection.getresponse()
            return reply.status, reply.read().decode()


@contextmanager
def serving(home: Path, *options: str, command: str = "serve", **environ: str) -> Iterator[Served]:
    """Run `ivr serve`, or another *command* that listens, with its state in *home*: from when it is ready."""
    home.mkdir(exist_ok=True)
    port = free_port()
    words = [*WITHOUT_ROOTS_RIGHTS, IVR, command, "--port", str(port), *options]
    with (home / f"{port}.out").open("wb") as out, (home / f"{port}.err").open("wb") as err:
        process = subprocess.Popen(words, cwd=ROOT, env=environ_of(home, environ), stdout=out, stderr=err)
    served = Served(process=process, port=port, home=home)
    try:
        until(lambda: served.is_ready() or process.poll() is not None)
        assert process.poll() is None, served.warned
        yield served
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def own_menus(folder: Path) -> Path:
    """Copy the shipped menus to where a test may break them."""
    return Path(shutil.copytree(ROOT / "menus", folder / "menus"))


def refused(home: Path, *options: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run `ivr serve` where it must not start, to its end."""
    command = [IVR, "serve", "--port", str(free_port()), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ_of(home, environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            # It started after all. A kill would leave its workers behind.
            process.terminate()
            out, err = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def until(is_so: Callable[[], bool]) -> None:
    """Ask again and again until *is_so*; an error where that does not come true at all."""
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port


def call_sid(number: int) -> str:
    return f"CA{number:032x}"


def environ_of(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "IVR_HOME": str(home), **environ}
