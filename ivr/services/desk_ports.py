"""What the desk needs from outside: what agents write about cases, and what is known of the cases' calls."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType, Protocol

from ivr.domain.recovery.case import Case, CaseCall, CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an agent wrote about a case. id: 32 hex digits, given with the empty form; author: a member."""

    id: str
    case: CaseId
    author: str
    text: str
    at: datetime


Disposition = NewType("Disposition", str)
"""How the work on a case went, in the agent's eyes: an id of desk.yaml, now or when it was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """follow_up: the day on which somebody is to look at the case again."""

    disposition: Disposition
    agent: str
    at: datetime
    follow_up: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """In whose hands a case is, and what that agent's work on it has brought."""

    agent: str | None = None
    claimed_at: datetime | None = None
    claimed_call: str | None = None
    spoke_at: datetime | None = None
    spoke_call: str | None = None
    approver: str | None = None
    approved_at: datetime | None = None


Undoable = Literal["claim", "hand-over", "wrap-up"]
"""What may be taken back: nothing was sent, said or done outside because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMove:
    """What was done to a case last of what may be taken back. version: of the case, once it was done.

    hands: in which it was before. wrap_up: what was said of this call before.
    """

    case: CaseId
    move: Undoable
    agent: str
    at: datetime
    version: int
    hands: Hands
    wrap_up: WrapUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a member looked for, and why. reason: the member's own words, so the audit has only the id."""

    id: str
    member: str
    sought: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """The last thing that was done to a case. actor: as in the audit, such as "agent:ana"."""

    actor: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedTransfer:
    """How a call was put through last.

    taken_at: when somebody took it. has_ended: whether it rings no more, and nobody talks. lines: every line
    that the call was put through to, the last one first. person: which of that line's people was rung. turn:
    of the call that rang. version: of the menu that the call began with; None where that is not stored. why:
    as it was whispered. language: that the caller heard last; None where that is not stored.
    """

    at: datetime
    lines: tuple[str, ...]
    taken_at: datetime | None
    has_ended: bool
    call: str
    person: int
    turn: int
    version: str | None
    why: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAtDesk:
    """A call about a case, as agents have to do with it.

    put: how it was put through last; None where it never was. ended_at: when the caller hung up; None while
    the call lasts, or nobody told its end.
    """

    joined: CaseCall
    put: PlacedTransfer | None = None
    ended_at: datetime | None = None


class DeskWork(Protocol):
    """What agents write about a case, and what they are told of its calls, in the same transaction."""

    def keep_note(self, note: Note) -> bool | None:
        """Write a note, or write it over; whether it is new. None: the id is another's, and nothing is."""

    def notes(self, case: CaseId) -> tuple[Note, ...]:
        """List what was written about the case, oldest first."""

    def keep_wrap_up(self, case: CaseId, call: str, wrap_up: WrapUp) -> None:
        """Keep how a call about the case went, instead of what was kept of that call before."""

    def wrap_up(self, case: CaseId, call: str) -> WrapUp | None: ...

    def drop_wrap_up(self, case: CaseId, call: str) -> None: ...

    def follow_ups(self) -> tuple[tuple[Case, WrapUp], ...]:
        """List the cases that somebody is to look at again, by that day; a newer call is a newer answer."""

    def wrapped_up_as(self, dispositions: Collection[str]) -> tuple[tuple[Case, WrapUp], ...]:
        """List the last hundred calls of which one of these was said, the last one first."""

    def over(self, part: str) -> tuple[Case, ...]:
        """List the last hundred cases that are over and have *part* in their number, the last one first."""

    def keep_last_move(self, move: LastMove) -> None:
        """Keep what may be taken back, instead of what was kept of the case before."""

    def last_move(self, case: CaseId) -> LastMove | None: ...

    def keep_search(self, search: Search) -> None: ...

    def searches(self) -> tuple[Search, ...]:
        """List the last hundred searches, the last one first."""

    def last_change(self, case: CaseId) -> LastChange | None: ...

    def calls(self, case: CaseId) -> tuple[CallAtDesk, ...]:
        """List the calls about the case: the one that was put through last is the first."""

    def calls_of_each(self, cases: Sequence[CaseId]) -> Mapping[CaseId, tuple[CallAtDesk, ...]]:
        """Give the same of each of these cases, in as many statements; one without a call is left out."""

    def talks(self, since: datetime) -> tuple[PlacedTransfer, ...]:
        """List the calls about no case in which somebody talks now whom an agent took after *since*."""

    def caller_of(self, call: str) -> str | None:
        """Give the keyed hash of the number that the call came from."""
