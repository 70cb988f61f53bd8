from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ivr.domain.yaml_source.characters import LINE_END
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"
Path = tuple[str | int, ...]  # keys and list positions from the top, as pydantic's loc
Inner = tuple[int, Value]  # a value inside another, and which of the begins in its file is its own


class YamlMark(Protocol):
    """The parser's own place: line and column count from 0, index is the character's in the text."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def spot_at(file: str, mark: YamlMark) -> Spot:
    return Spot(file=file, line=mark.line + 1, column=mark.column + 1)


class Places(Mapping[Path, Spot]):
    """Where each value was written.

    Loading a large menu asks for few places, so only the character that each key and value begins with is
    kept, as they come in the file. What stands inside a value is looked at when it is first asked for.
    """

    __slots__ = ("_begins", "_file", "_inside", "_line_begins", "_text", "_value")

    def __init__(self, file: str, text: str, value: Value, begins: Sequence[int]) -> None:
        """*begins*: for each key and value, in the order written, its first character's index in *text*."""
        self._file = file
        self._text = text
        self._value = value
        self._begins = begins
        self._inside: dict[int, dict[str | int, Inner]] = {}
        self._line_begins = array("I")

    def __getitem__(self, path: Path) -> Spot:
        position = self._position(path)
        if position is None:
            raise KeyError(path)
        return self._spot(position)

    def __iter__(self) -> Iterator[Path]:
        return self._paths((), 0, self._value) if self._begins else iter(())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def key(self, path: Path) -> Spot | None:
        """Where the key of *path* was written; None for the top and for list items."""
        position = self._position(path)
        if position is None or not path or not isinstance(path[-1], str):
            return None
        return self._spot(position - 1)  # keys come right before their values

    def index(self, path: Path) -> int | None:
        """Which character of the file the value of *path* begins with, from 0; None: it is not written."""
        position = self._position(path)
        return None if position is None else self._begins[position]

    def _spot(self, position: int) -> Spot:
        begin = self._begins[position]
        if not self._line_begins:
            self._line_begins = array("I", [0])
            self._line_begins.extend(end.end() for end in LINE_END.finditer(self._text))
        line = bisect_right(self._line_begins, begin)
        return Spot(file=self._file, line=line, column=begin - self._line_begins[line - 1] + 1)

    def _position(self, path: Path) -> int | None:
        """Which of the begins is that of the value at *path*; None where none was written."""
        if not self._begins:
            return None
        here: Inner | None = (0, self._value)
        for step in path:
            here = None if here is None else self._inner(*here).get(step)
        return None if here is None else here[0]

    def _inner(self, position: int, value: Value) -> dict[str | int, Inner]:
        """Give what stands right inside the value at *position*."""
        if position not in self._inside:
            self._inside[position] = dict(_inner(position, value))
        return self._inside[position]

    def _paths(self, path: Path, position: int, value: Value) -> Iterator[Path]:
        yield path
        for step, (inner_position, inner) in _inner(position, value):
            yield from self._paths((*path, step), inner_position, inner)


def _inner(position: int, value: Value) -> Iterator[tuple[str | int, Inner]]:
    position += 1
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, (position + 1, inner)  # its key comes first
            position += 1 + _written(inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield place, (position, inner)
            position += _written(inner)


def _written(value: Value) -> int:
    """Count the keys and values written in *value*, itself included."""
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(_written, value.values()))
    return 1 + sum(map(_written, value)) if isinstance(value, list) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlDocument:
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
            spot = self.spots.get(path[:length])
            if spot is not None:
                return spot
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
