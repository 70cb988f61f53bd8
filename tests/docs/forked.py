"""Commands of ours, each in a process of its own, forked off one that has loaded the libraries already.

To load them takes several times as long as what most commands do. Of our own code nothing is loaded before:
each process finds by itself what its command needs.
"""

import gc
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

_LIBRARIES = (
    "alembic.command",
    "argon2",
    "bs4",
    "click",
    "flask",
    "opening_hours",
    "phonenumbers",
    "pydantic",
    "requests",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "structlog",
    "yaml",
)


class Commands:
    """What `forking_commands` gives."""

    def __init__(self, forking: "subprocess.Popen[str]", kept: Path) -> None:
        self._forking = forking
        self._streams = [kept / name for name in ("typed", "said", "warned")]

    def run(
        self, arguments: Sequence[str], folder: Path, *, typed: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run `ivr` with the *arguments* in *folder*, to its end. typed: what is on its standard input."""
        self._streams[0].write_text(typed, encoding="utf-8")
        order = {"arguments": arguments, "folder": str(folder), "streams": list(map(str, self._streams))}
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        self._forking.stdin.write(json.dumps(order) + "\n")
        self._forking.stdin.flush()
        status = int(self._forking.stdout.readline())
        _, said, warned = (stream.read_text(encoding="utf-8") for stream in self._streams)
        return subprocess.CompletedProcess(["ivr", *arguments], status, said, warned)


@contextmanager
def forking_commands(root: Path) -> Iterator[Commands]:
    """Start the process that the commands are forked off, with the code in *root*; end it at the end."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
    with (
        TemporaryDirectory() as kept,
        subprocess.Popen(
            [sys.executable, __file__],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as forking,
    ):
        yield Commands(forking, Path(kept))


def _fork() -> None:
    for name in _LIBRARIES:
        import_module(name)
    gc.freeze()  # or each process would go through all of it, and so copy it
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(**json.loads(line))
        _, ended = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)  # noqa: T201 -- it is told so


def _become(arguments: list[str], folder: str, streams: list[str]) -> None:
    os.chdir(folder)
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, (path, how) in enumerate(zip(streams, flags, strict=True)):
        os.dup2(os.open(path, how, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww")
    )
    sys.argv = ["ivr", *arguments]
    runpy.run_module("ivr", run_name="__main__", alter_sys=True)
    raise SystemExit


if __name__ == "__main__":
    _fork()
