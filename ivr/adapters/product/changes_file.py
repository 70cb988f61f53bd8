"""The product's list of password changes: CSV with the columns account, time and reference, in any order."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ivr.adapters.product.reconciliation import ListedChange
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot

MOST_BYTES: Final = 20_000_000
MOST_TOLD: Final = 100
COLUMNS: Final = ("account", "time", "reference")
_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def read_changes(file: str, content: bytes) -> tuple[tuple[ListedChange, ...], tuple[Finding, ...]]:
    """Read every line, or say what is wrong: a list that is half read would hide a change.

    No finding shows what stands there.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        return (), (_finding(file, line, "this is not UTF-8", "have the product write UTF-8"),)
    changes: list[ListedChange] = []
    findings: list[Finding] = []
    for found in _rows(file, text):
        if isinstance(found, ListedChange):
            changes.append(found)
        elif len(findings) < MOST_TOLD:
            findings.append(found)
    return ((), tuple(findings)) if findings else (tuple(changes), ())


def _rows(file: str, text: str) -> Iterator[ListedChange | Finding]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] | None = None
    while True:
        try:
            cells = next(lines, None)
        except csv.Error:
            yield _finding(file, lines.line_num, "quotes do not match here", "write it as CSV, with commas")
            return
        if cells is None:
            break
        if names is None:
            names = [name.strip().lower() for name in cells]
            if sorted(names) != sorted(COLUMNS):
                yield _finding(file, 1, "the columns are not account, time, reference", "name these three")
                return
        elif cells:
            yield _change(file, lines.line_num, names, cells)
    if names is None:
        yield _finding(file, 1, "the file is empty", "write account,time,reference, even above no change")


def _change(file: str, line: int, names: list[str], cells: list[str]) -> ListedChange | Finding:
    if len(cells) != len(names):
        return _finding(file, line, f"{len(cells)} cells stand here, not 3", "write all three, with commas")
    cell = dict(zip(names, (cell.strip() for cell in cells), strict=True))
    if not _NUMBER.fullmatch(cell["account"]):
        return _finding(file, line, "account is no subscription number", "write its digits alone")
    at = _instant(cell["time"])
    if at is None:
        return _finding(file, line, "time is no time with a zone", "write it as 2026-11-24T18:00:00Z")
    if not _REFERENCE.fullmatch(cell["reference"]):
        return _finding(file, line, "reference is no reference", "write letters, digits and . _ : / - alone")
    return ListedChange(line=line, number=cell["account"], at=at, reference=cell["reference"])


def _instant(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _finding(file: str, line: int, what: str, remedy: str) -> Finding:
    spot = Spot(file=file, line=line, column=1)
    return Finding(rule="changes-file", severity="error", spot=spot, what=what, remedy=remedy)
