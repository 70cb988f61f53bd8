"""A file of lines, each of them cells; one line at a time, whatever the file holds."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.domain.yaml_source.characters import BYTE_ORDER_MARK, UNSPEAKABLE, WIDE_MARKS
from ivr.domain.yaml_source.excerpt import code_of

MOST_BYTES_OF_LINE: Final = 2**18
_BAD_BYTE = range(0xDC80, 0xDD00)  # what "surrogateescape" makes of a byte that is not UTF-8
_UTF8 = 'save the file as "CSV UTF-8"'


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLine:
    """line: counted from 1. text: without its end. wrong: why it can have no cells. column: where that is."""

    line: int
    text: str
    cells: tuple[str, ...]
    wrong: Wrong | None = None
    column: int = 1

    def column_of(self, position: int) -> int:
        """Give the column at which a cell begins; the line's first one for a cell that is not there."""
        starts, quoted = [1], False
        for at, letter in enumerate(self.text, start=1):
            if letter == '"':
                quoted = not quoted
            elif letter == "," and not quoted:
                starts.append(at + 1)
        return starts[position] if position < len(starts) else 1


def csv_lines(stream: BinaryIO) -> Iterator[CsvLine]:
    """Read line by line; lines without any text are passed over.

    A cell never goes on in the next line, so that a quotation mark which nobody closed costs one line.
    """
    number = 0
    while data := stream.readline(MOST_BYTES_OF_LINE + 1):
        number += 1
        if number == 1 and data.startswith(WIDE_MARKS):
            wrong = Wrong(rule="encoding", what="the file is saved as UTF-16 or UTF-32", remedy=_UTF8)
            yield CsvLine(line=1, text="", cells=(), wrong=wrong)
            return
        if len(data) > MOST_BYTES_OF_LINE:
            _pass_over(stream, data)
            yield CsvLine(line=number, text="", cells=(), wrong=_too_long())
            continue
        text = data.decode("utf-8", errors="surrogateescape").rstrip("\r\n")
        found = _parsed(number, text.removeprefix(BYTE_ORDER_MARK) if number == 1 else text)
        if found.wrong or any(found.cells):
            yield found


def _parsed(number: int, text: str) -> CsvLine:
    odd = UNSPEAKABLE.search(text)
    if odd is not None:
        wrong = _unreadable(odd.group())
        return CsvLine(line=number, text=text, cells=(), wrong=wrong, column=odd.start() + 1)
    try:
        cells = next(csv.reader([text], strict=True), [])
    except csv.Error as fault:
        return CsvLine(line=number, text=text, cells=(), wrong=_no_cells(str(fault)))
    return CsvLine(line=number, text=text, cells=tuple(cell.strip() for cell in cells))


def _unreadable(letter: str) -> Wrong:
    if ord(letter) in _BAD_BYTE:
        what = f"byte 0x{ord(letter) - 0xDC00:02X} is not UTF-8"
        return Wrong(rule="encoding", what=what, remedy=_UTF8)
    what = f"the character {code_of(letter)} cannot be spoken or sent"
    return Wrong(rule="unspeakable-character", what=what, remedy="take it out")


def _no_cells(fault: str) -> Wrong:
    if "field larger than" in fault:
        return _too_long()
    if "unexpected end" in fault:
        return Wrong(
            rule="accounts-line",
            what="a quotation mark is not closed on this line",
            remedy="close it, and write each cell on one line",
        )
    return Wrong(
        rule="accounts-line",
        what="quotation marks stand where none may be",
        remedy='put them around the whole cell, and write "" for one inside it',
    )


def _too_long() -> Wrong:
    what = f"a cell has more than {csv.field_size_limit():,} characters"
    return Wrong(
        rule="accounts-line", what=what, remedy="look for a quotation mark or a line end that is missing"
    )


def _pass_over(stream: BinaryIO, data: bytes) -> None:
    while data and not data.endswith(b"\n"):
        data = stream.readline(MOST_BYTES_OF_LINE)
