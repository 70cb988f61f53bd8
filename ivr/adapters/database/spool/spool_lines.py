"""Facts as lines of JSON, for the files that keep them until the database can."""

import json
from base64 import b64decode, b64encode
from typing import cast

from sqlalchemy import Table

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.calls.fact_rows import Cell, Cells, Fact, FactRow

_BYTES = "base64"


def write_line(fact: Fact) -> bytes:
    rows = [[row.table, {name: _written(cell) for name, cell in row.cells.items()}] for row in fact]
    return json.dumps(rows, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> Fact | None:
    """Read what `write_line` wrote; None for anything else, such as a line that the power cut short."""
    try:
        rows: object = json.loads(line)
        read = [_row(row) for row in cast("list[object]", rows)] if isinstance(rows, list) else []
    except (ValueError, RecursionError):
        return None
    fact = tuple(row for row in read if row is not None)
    return fact if fact and len(fact) == len(read) else None


def _row(row: object) -> FactRow | None:
    match row:
        case [str(table), dict(written)] if table in metadata.tables:
            cells: dict[str, Cell] = {}
            for name, value in cast("dict[str, object]", written).items():
                if not _is_cell(value):
                    return None
                cells[name] = _read(value)
            return FactRow(table=table, cells=cells) if _fits(metadata.tables[table], cells) else None
        case _:
            return None


def _fits(table: Table, cells: Cells) -> bool:
    needed = {column.name for column in table.columns if not (column.nullable or column.server_default)}
    # A key alone says nothing that could be stored.
    return needed <= cells.keys() <= set(table.columns.keys()) and (table.name != "call" or len(cells) > 1)


def _is_cell(value: object) -> bool:
    match value:
        case bool() | list():
            return False
        case {"base64": str()}:
            return len(cast("dict[str, object]", value)) == 1
        case None | int() | float() | str():
            return True
        case _:
            return False


def _written(cell: Cell) -> int | float | str | dict[str, str] | None:
    return {_BYTES: b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _read(value: object) -> Cell:
    match value:
        case {"base64": str(text)}:
            return b64decode(text, validate=True)
        case int() | float() | str():
            return value
        case _:
            return None
