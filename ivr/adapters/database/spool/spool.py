"""Files that keep facts while the database cannot: one for each process, under a folder that all share.

A process holds a lock on its file as long as it lives, so a file that can be locked was left behind.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Literal

from ivr.adapters.database.calls.fact_rows import Fact
from ivr.adapters.database.spool.spool_file import Spooled
from ivr.adapters.database.spool.spool_lines import write_line

Care = Literal["to_the_disk", "to_the_system"]
"""to_the_disk: on it when the call returns. to_the_system: lost if the power fails, not if we do."""

_SUFFIX = ".jsonl"


class Spool:
    """Never raises: a full disk costs the facts, which are counted, and not the call."""

    def __init__(self, folder: Path) -> None:
        self.dropped = 0
        self._folder = folder
        self._lock = Lock()
        self._mine: Spooled | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no process has facts waiting here."""
        try:
            with os.scandir(self._folder) as entries:
                return not any(entry.name.endswith(_SUFFIX) for entry in entries)
        except FileNotFoundError:
            return True
        except OSError:
            return False

    @property
    def has_mine(self) -> bool:
        """Whether this process has facts waiting."""
        return self._mine is not None

    def append(self, facts: Iterable[Fact], *, care: Care) -> None:
        lines = [write_line(fact) for fact in facts]
        if not lines:
            return
        with self._lock:
            try:
                if self._mine is None:
                    self._mine = self._open_new()
                self._mine.append(b"".join(lines))
                if care == "to_the_disk":
                    self._mine.sync()
            except OSError:
                self.dropped += len(lines)

    def take(self) -> Iterator[Spooled]:
        """Give every file that no other living process writes, this one's own included, locked."""
        with self._lock:
            mine, self._mine = self._mine, None
        if mine is not None:
            yield mine
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            left = _locked(path)
            if left is not None:
                yield left

    def forget(self) -> None:
        """Leave the file to the process that this one was forked from; its lock stays with that one."""
        self._lock = Lock()
        if self._mine is not None:
            self._mine.leave()
            self._mine = None

    def close(self) -> None:
        with self._lock:
            if self._mine is not None:
                self._mine.leave()
                self._mine = None

    def _open_new(self) -> Spooled:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=_SUFFIX, dir=self._folder)
            opened = _own(handle, Path(name))
            if opened is not None:
                opened.sync_name()
                return opened


def _locked(path: Path) -> Spooled | None:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return None
    return _own(handle, path)


def _own(handle: int, path: Path) -> Spooled | None:
    """Lock the file; None where another process was faster, and may have stored and removed it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    if os.fstat(handle).st_nlink == 0:
        os.close(handle)
        return None
    return Spooled(handle, path)
