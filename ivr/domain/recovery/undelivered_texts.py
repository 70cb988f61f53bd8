"""Texts that did not arrive: what the store tells of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from ivr.domain.recovery.case import CaseId

INSTEAD_OF: Final = "instead_of"
"""Names, in the details of a message, the one whose place it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """One text of a case. error: the carrier's number for why, where it gave one.

    is_code: whether it brought a code. is_called: whether a call was queued instead.
    """

    at: datetime
    error: int | None
    is_code: bool
    is_called: bool


class TextOutcomes(Protocol):
    """What became of texts after they were handed over, in the same transaction as what follows from it."""

    def end(self, message: str, *, error: int | None, at: datetime) -> bool:
        """Note that a text did not arrive; whether that is news."""

    def undelivered(self, case: CaseId) -> tuple[Undelivered, ...]:
        """List the texts of a case that were refused or did not arrive, oldest first."""

    def is_over(self, call: str) -> bool:
        """Whether the call is known to have ended."""
