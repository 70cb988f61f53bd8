"""One spool file, locked by whoever holds it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_ASIDE = ".refused"


class Spooled:
    """Raises OSError where the disk fails, but for what `keep_aside` and `leave` promise."""

    def __init__(self, handle: int, path: Path) -> None:
        self.path = path
        self._handle = handle
        self._length = os.fstat(handle).st_size

    def append(self, lines: bytes) -> None:
        """Write the lines whole or not at all, so that a disk with space again finds no torn one."""
        try:
            written = 0
            while written < len(lines):
                written += os.pwrite(self._handle, lines[written:], self._length + written)
        except OSError:
            os.ftruncate(self._handle, self._length)
            raise
        self._length += len(lines)

    def sync(self) -> None:
        os.fdatasync(self._handle)

    def sync_name(self) -> None:
        """Make the disk remember that the file is there at all."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def lines(self) -> Iterator[bytes]:
        """Give each line with its end; the last one has none where it is torn."""
        with self.path.open("rb") as file:
            yield from file

    def keep_aside(self, lines: Iterable[bytes]) -> int:
        """Put lines that cannot be stored beside the spool, for a person to look at; count those lost."""
        kept = list(lines)
        if not kept:
            return 0
        try:
            with self.path.with_suffix(_ASIDE).open("ab") as file:
                file.writelines(line if line.endswith(b"\n") else line + b"\n" for line in kept)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return len(kept)
        return 0

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Let go of the file and keep it; whoever comes next may take it."""
        os.close(self._handle)
