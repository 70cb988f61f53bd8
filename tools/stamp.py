"""The note in .venv that says what was installed there, so that a second run has nothing to do."""

import hashlib
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LOCKS = {
    "run": "requirements.lock",
    "check": "requirements-check.lock",
    "e2e": "requirements-e2e.lock",
}
PLACE = Path(".venv") / "answer-line.stamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Lines in a fixed order: tree and interpreter first, then the locks from the smaller to the larger."""

    lines: tuple[str, ...]

    @classmethod
    def wanted(cls, root: Path, *, purpose: str) -> Self:
        """Say what .venv must hold for *purpose*: `run`, `check` or `e2e`, each with those before it."""
        # Scripts in .venv hold absolute paths, so a tree that has moved needs a new one.
        facts = [f"tree {root}", f"python {platform.python_version()} {sys.base_prefix}"]
        for name, lock in LOCKS.items():
            facts.append(f"{name} {digest(root / lock)}")
            if name == purpose:
                break
        return cls(lines=tuple(facts))

    @classmethod
    def found(cls, root: Path) -> Self:
        try:
            return cls(lines=tuple((root / PLACE).read_text(encoding="utf-8").splitlines()))
        except (OSError, UnicodeDecodeError):
            return cls(lines=())

    @property
    def purpose(self) -> str:
        return self.lines[-1].split(" ", 1)[0]

    def covers(self, root: Path) -> bool:
        """Whether .venv holds at least this much, so that nothing is left to do."""
        return Stamp.found(root).lines[: len(self.lines)] == self.lines

    def extends(self, root: Path) -> bool:
        """Whether .venv holds the runtime of this stamp in full, so that the rest can be added to it."""
        found = Stamp.found(root).lines
        return bool(found) and self.lines[: len(found)] == found

    def write(self, root: Path) -> None:
        (root / PLACE).write_text("".join(f"{line}\n" for line in self.lines), encoding="utf-8")

    @staticmethod
    def clear(root: Path) -> None:
        (root / PLACE).unlink(missing_ok=True)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
