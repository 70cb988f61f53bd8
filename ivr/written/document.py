from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ivr.written.finding import Finding
from ivr.written.spot import Spot

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"
Path = tuple[str | int, ...]  # keys and list positions from the top, as pydantic's loc


class Mark(Protocol):
    """The parser's own place: line and column count from 0, index is the character's in the text."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def spot_at(file: str, mark: Mark) -> Spot:
    return Spot(file=file, line=mark.line + 1, column=mark.column + 1)


class Places(Mapping[Path, Spot]):
    """Where each value was written.

    Loading a large menu asks for no place unless something is wrong, so the parser's marks are kept as they
    come (each key and value once, in the order written) and joined to their paths at the first question.
    """

    __slots__ = ("_file", "_keys", "_marks", "_value", "_values")

    def __init__(self, file: str, value: Value, marks: list[Mark]) -> None:
        self._file = file
        self._value = value
        self._marks = marks
        self._values: dict[Path, Mark] = {}
        self._keys: dict[Path, Mark] = {}

    def __getitem__(self, path: Path) -> Spot:
        self._join()
        return spot_at(self._file, self._values[path])

    def __iter__(self) -> Iterator[Path]:
        self._join()
        return iter(self._values)

    def __len__(self) -> int:
        self._join()
        return len(self._values)

    def key(self, path: Path) -> Spot | None:
        """Where the key of *path* was written; None for the top and for list items."""
        self._join()
        mark = self._keys.get(path)
        return None if mark is None else spot_at(self._file, mark)

    def index(self, path: Path) -> int | None:
        """Which character of the file the value of *path* begins with, from 0; None: it is not written."""
        self._join()
        mark = self._values.get(path)
        return None if mark is None else mark.index

    def _join(self) -> None:
        if self._marks and not self._values:
            self._walk((), self._value, iter(self._marks))

    def _walk(self, path: Path, value: Value, marks: Iterator[Mark]) -> None:
        self._values[path] = next(marks)
        if isinstance(value, dict):
            for key, inner in value.items():
                self._keys[(*path, key)] = next(marks)
                self._walk((*path, key), inner, marks)
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                self._walk((*path, position), inner, marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as read. `value` is None where nothing of it could be read: then `findings` says why.

    With findings a value may still be there, so that its other faults can be told in the same report.
    `text` is the file's own, without a byte order mark; "" where its bytes are no text.
    `nodes` counts the keys and values written.
    """

    file: str
    text: str
    value: Value
    spots: Places
    findings: tuple[Finding, ...]
    nodes: int

    def spot(self, path: Path) -> Spot:
        """Where the value at *path* stands, or else the nearest thing around it that was written."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.spots:
                return self.spots[path[:length]]
        return Spot(file=self.file, line=1, column=1)

    def spot_within(self, path: Path, words: str, position: int) -> Spot:
        """Where character *position* (from 1) of *words*, the text at *path*, stands.

        The text's own place where it does not stand there as it reads: folded, or with escapes.
        """
        spot = self.spot(path)
        begin = self.spots.index(path)
        if begin is not None and self.text[begin : begin + 1] in ("'", '"'):
            position, begin = position + 1, begin + 1
        if begin is None or not self.text.startswith(words, begin):
            return spot
        return Spot(file=spot.file, line=spot.line, column=spot.column + position - 1)

    def key_spot(self, path: Path) -> Spot:
        """Where the key of *path* stands; the value's place where it has no key."""
        return self.spots.key(path) or self.spot(path)
