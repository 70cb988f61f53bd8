"""Every table of the database, so that what creates or compares them leaves none out."""

from ivr.store import case_tables, desk_tables, guard_tables, staff_tables, triggers
from ivr.store.tables import metadata

__all__ = ["case_tables", "desk_tables", "guard_tables", "metadata", "staff_tables", "triggers"]
