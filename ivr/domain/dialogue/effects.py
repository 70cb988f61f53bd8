"""What a turn leaves behind: facts that are stored in one transaction with its reply."""

from dataclasses import dataclass

from ivr.domain.dialogue.events import LegId, Outcome, RecordingId
from ivr.domain.menus.line import LineId
from ivr.domain.recovery.primary_answer import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPlaced:
    line: LineId
    person: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferEnded:
    line: LineId
    person: int
    outcome: Outcome
    talk_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAccepted:
    """An agent pressed the key that takes the call."""

    leg: LegId
    line: LineId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft:
    line: LineId
    recording: RecordingId
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryAnswered:
    """The caller said whether this is the primary administrator."""

    is_primary: bool
    way: Way


Effect = TransferPlaced | TransferEnded | LegAccepted | MessageLeft | PrimaryAnswered
