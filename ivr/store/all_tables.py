"""Every table of the database, so that what creates or compares them leaves none out."""

from ivr.store import (
    call_backs,
    case_tables,
    desk_tables,
    guard_tables,
    outcome_rule,
    permits,
    product_acts,
    staff_tables,
    triggers,
)
from ivr.store.tables import metadata

__all__ = [
    "call_backs",
    "case_tables",
    "desk_tables",
    "guard_tables",
    "metadata",
    "outcome_rule",
    "permits",
    "product_acts",
    "staff_tables",
    "triggers",
]
