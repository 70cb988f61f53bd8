"""What is wrong with a cell, a line or the columns of an accounts file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """what: a clause; of a cell, one that goes on after the column's name. remedy: what to write instead."""

    rule: str = "accounts-cell"
    what: str
    remedy: str
