"""What the use cases need from outside, in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ivr.domain.dialogue.call_disposition import CallSummary, Disposition
from ivr.domain.dialogue.effects import Effect
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.dialogue.turn import Judgement
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree, MenuVersion, NodeId
from ivr.domain.prompts.speech import Language


class Clock(Protocol):
    def now(self) -> datetime:
        """Give the time as an aware instant in UTC."""

    def seconds(self) -> float:
        """Give seconds since some moment, for measuring how long a thing took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnKey:
    """Names one turn of one leg: what makes a repeated webhook the same webhook."""

    call: CallId
    leg: LegId
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One turn, as reports need it. heard: 1-9, 0, * or #, "other" for anything else, "" for nothing."""

    key: TurnKey
    version: MenuVersion
    node: NodeId
    language: Language
    judged: Judgement
    heard: str
    at: datetime
    took_ms: float


Flag = Literal["other_number", "own_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBegun:
    """caller, called: keyed hashes of the numbers, or None where the caller withheld it.

    flag: what is odd about them: a number was called that is not ours, or one of ours calls.
    """

    call: CallId
    at: datetime
    version: MenuVersion
    language: Language
    caller: str | None
    called: str | None
    stir_level: str | None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    call: CallId
    at: datetime
    status: str
    disposition: Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """transcript: None until the carrier has sent one, "" where it could not make one."""

    recording: RecordingId
    call: CallId
    line: LineId
    at: datetime
    seconds: int
    transcript: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Other calls that ring people, or talk with them, now. calls: those from the same number.

    is_withheld: whether the call shows no number; then calls are all that show none.
    """

    is_withheld: bool
    calls: int


class Journal(Protocol):
    def note(self, row: JournalRow) -> None:
        """Keep the row soon. Never waits for the store and never raises; the same key twice is one row."""


class CountsBeside(Protocol):
    def beside(self, call: CallId, *, at: datetime) -> Beside | None:
        """Count the other calls from this number that are with people; None where the store cannot say."""


class Ledger(CountsBeside, Protocol):
    """Facts that later turns or people depend on. Nothing here raises: what the store refuses is spooled."""

    def begin(self, call: CallBegun) -> None: ...

    def record(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime) -> None:
        """Commit the effects before returning; the same key twice is a no-op."""

    def once(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes) -> bytes:
        """Commit the effects together with the reply, once for each key, and give the reply to send.

        A repeated key gives the reply of its first time, and leaves nothing behind.
        """

    def is_accepted(self, leg: LegId) -> bool | None:
        """Whether the agent on this leg took the call; None where the store cannot say."""

    def taken_at(self, call: CallId, line: LineId, person: int) -> tuple[datetime, ...]:
        """Tell when this person of the line was rung for the call, and it was taken there; the last first.

        Nothing where the store cannot say.
        """

    def from_ourselves(self, since: datetime) -> tuple[CallId, ...] | None:
        """Name the calls from a number of ours that began at *since* or later and go on, oldest first.

        None where the store cannot say.
        """

    def summary(self, call: CallId) -> CallSummary | None:
        """Give what a disposition is judged by; None where the call is unknown, ended, or cannot be read."""

    def close(self, ended: CallEnded) -> None: ...

    def transcribe(self, recording: RecordingId, text: str) -> None: ...


class Menus(Protocol):
    def current(self) -> MenuTree: ...

    def pinned(self, version: MenuVersion) -> MenuTree | None:
        """Give the version a call began with; None where it is not kept any more."""


class MenuArchive(Protocol):
    def keep(
        self,
        version: MenuVersion,
        files: Mapping[str, bytes],
        *,
        served_at: datetime,
        instead_of: str | None = None,
    ) -> None:
        """Store a folder that is served under its version; the same version twice stores its files once.

        instead_of: what keeps the folder as it is now from being served. Raises StoreUnavailable.
        """

    def files(self, version: MenuVersion) -> Mapping[str, bytes] | None:
        """Give the folder back. Raises StoreUnavailable."""


class StoreUnavailable(Exception):  # noqa: N818 -- it names a state of the store, not a mistake
    """The database cannot be read or written now. Callers are answered all the same."""
