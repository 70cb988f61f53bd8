"""Every table of the database, so that what creates or compares them leaves none out."""

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases import (
    callback_store,
    case_tables,
    desk_tables,
    permit_store,
    product_act_store,
)
from ivr.adapters.database.rules import guard_tables, outcome_rule, triggers
from ivr.adapters.database.staff import staff_tables

__all__ = [
    "callback_store",
    "case_tables",
    "desk_tables",
    "guard_tables",
    "metadata",
    "outcome_rule",
    "permit_store",
    "product_act_store",
    "staff_tables",
    "triggers",
]
