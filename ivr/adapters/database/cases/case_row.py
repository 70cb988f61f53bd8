"""A case as a row of its table, and back."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, RowMapping

from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import Case, CaseCall, CaseId

Cell = str | int | None

_INSTANTS: Final = tuple(field.name for field in fields(Case) if field.name.endswith("_at"))
_TRUTHS: Final = ("phone_texts", "primary_claimed", "approval_required")


def cells_of(case: Case) -> dict[str, Cell]:
    """Name each instant by its column, which counts microseconds."""
    cells: dict[str, Cell] = {}
    for field in fields(Case):
        value: object = getattr(case, field.name)
        if field.name in _INSTANTS:
            cells[f"{field.name}_us"] = us_of(value) if isinstance(value, datetime) else None
        elif field.name in _TRUTHS:
            cells[field.name] = int(bool(value))
        else:
            cells[field.name] = value if isinstance(value, str | int) else None
    return cells


def case_call_of(row: Row[Any]) -> CaseCall:
    return CaseCall(
        case=CaseId(row.case_id),
        call=row.call,
        at=at_of(row.at_us),
        wrong=row.wrong,
        is_primary=bool(row.is_primary),
        said_at=None if row.said_at_us is None else at_of(row.said_at_us),
    )


def case_of(row: RowMapping) -> Case:
    values: dict[str, object] = {}
    for field in fields(Case):
        if field.name in _INSTANTS:
            us = row[f"{field.name}_us"]
            values[field.name] = None if us is None else at_of(us)
        elif field.name in _TRUTHS:
            values[field.name] = bool(row[field.name])
        else:
            values[field.name] = row[field.name]
    return Case(**values)  # type: ignore[arg-type]  # the table's CHECKs and columns hold what the fields want
