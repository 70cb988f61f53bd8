"""A call that we place about a case that is held: one row a try, and how long a try may last. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.policy import Limit

SCOPE: Final = "call_back"
"""What an account's rounds are counted under."""
MOST: Final = Limit(count=2, seconds=86_400)
"""So many rounds an account is called back within a day."""
TRIES: Final = 3
"""So often a round that begins by itself rings, each time UNANSWERED after the last."""
BY_ITSELF: Final = ""
"""Stands for the agent where none asked for it."""
PLACED_WITHIN: Final = timedelta(minutes=2)
"""A call that could not be placed by then is not placed any more: nobody expects it later."""
UNANSWERED: Final = timedelta(minutes=10)
"""So long a try may be open without an answer, also where the carrier never says what became of it."""
ANSWERED: Final = timedelta(minutes=30)
"""So long a try may be open after its key was pressed: as long as the calls of one case are a chain."""

Unanswered = Literal["other_key", "no_key", "busy", "not_answered", "not_connected"]
Outcome = Literal["answered", "not_placed", "lost", "mailed"] | Unanswered
"""answered: the key was pressed. other_key: another one, so a person was there. no_key: a machine, or
somebody who pressed nothing. not_answered: nobody picked up. not_connected: the carrier could not ring
there. not_placed: it took no call. lost: nobody said what became of it. mailed: no call any more, a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """One try. id: 32 hex digits, those of the message to the sender. n: which of the case's tries, from 1.

    call: the carrier's name of the call, once it is known. answered_at: when the key was pressed.
    """

    id: str
    case: CaseId
    n: int
    agent: str
    due_at: datetime
    placed_at: datetime | None = None
    call: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    def is_live(self, at: datetime) -> bool:
        """Whether the telephone may ring, or somebody be on it."""
        if self.ended_at is not None:
            return False
        return at < self.due_at + UNANSWERED if self.answered_at is None else at < self.answered_at + ANSWERED


class CallBacks(Protocol):
    """Every try of every case, in a case's transaction. The database keeps one open try a case."""

    def add(self, new: CallBack) -> CallBack:
        """Keep a new try, with the number that it has among the case's."""

    def save(self, changed: CallBack) -> None: ...

    def find(self, name: str) -> CallBack | None: ...

    def of(self, case: CaseId) -> tuple[CallBack, ...]:
        """List the case's tries, oldest first."""

    def end_open(self, case: CaseId, *, at: datetime) -> None:
        """End the try of which nobody said what became of it, where there is one."""
