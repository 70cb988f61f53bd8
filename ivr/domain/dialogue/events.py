"""What happened, as the wire tells it. What it means is the dialogue's judgement."""

from dataclasses import dataclass
from typing import Literal, NewType

from ivr.domain.phone import E164
from ivr.domain.redaction import Secret

CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
RecordingId = NewType("RecordingId", str)

Outcome = Literal["bridged", "declined", "busy", "no_answer", "failed", "caller_left"]
"""How an attempt to reach a person ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived:
    """The caller was just answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed:
    """The carrier could not play our last document and asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken:
    """Somebody took the call that we placed, by its key. agent: who had it placed, by id; "" for nobody."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHeard:
    """key: what was pressed, as sent; more than one character where the caller was faster than we asked."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTyped:
    """entry: what was typed before the pound key, at most 20 of 0-9 and *. caller: from which phone.

    An entry is "" only where a lone pound key means something.
    is_number_doubtful: whether the network says that the caller's number is not the caller's. stir_level:
    what it says of the number, in its own word; None where it says nothing that is known.
    """

    entry: Secret
    caller: E164 | None
    is_number_doubtful: bool = False
    stir_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechHeard:
    """text: the recogniser's guess, at most 500 characters. confidence: 0.0 to 1.0, 0.0 where unknown."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingHeard:
    """The waiting time ran out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded:
    outcome: Outcome
    talk_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSpoken:
    """seconds: 0 where nothing was recorded; then recording is None."""

    recording: RecordingId | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The request was signed, but a field had no meaning: the same place again, and nothing counted."""


Event = (
    CallArrived
    | CallResumed
    | CallTaken
    | KeyHeard
    | EntryTyped
    | SpeechHeard
    | NothingHeard
    | DialEnded
    | MessageSpoken
    | Unreadable
)
