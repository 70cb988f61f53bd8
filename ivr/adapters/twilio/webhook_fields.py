"""What every webhook says of its call, checked field by field: a signature vouches for no shape."""

import re
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.phone import E164, caller

CallStatus = Literal[
    "queued",
    "initiated",
    "ringing",
    "in-progress",
    "completed",
    "busy",
    "failed",
    "no-answer",
    "canceled",
    "unknown",
]  # fmt: skip -- in the order in which a call may go through them
_STATUSES: Final = frozenset(get_args(CallStatus))
_ENDED: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
# Source: https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir, read November 2026.
STIR_LEVELS: Final = frozenset(
    f"TN-Validation-{result}-{grade}{way}"
    for result in ("Passed", "Failed")
    for grade in "ABC"
    for way in ("", "-Diverted", "-Passthrough")
) | {"TN-Validation-Failed", "No-TN-Validation", "NULL"}

# Source: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks, read
# November 2026.
_NOT_DELIVERED: Final = frozenset({"undelivered", "failed"})
_ERROR: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_CALL: Final = re.compile(r"CA[0-9a-f]{32}")
_RECORDING: Final = re.compile(r"RE[0-9a-f]{32}")
_RECORDING_AT_END: Final = re.compile(r"/(RE[0-9a-f]{32})(?:\.[a-z0-9]+)?")
# Control characters, and those that hide text or turn its direction round.
_DECEPTIVE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
LONGEST_TRANSCRIPT: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFields:
    """leg is call itself, but on the leg of an agent. caller, called: None where no number was shown."""

    call: CallId
    leg: LegId
    caller: E164 | None
    called: E164 | None
    stir_level: str | None
    status: CallStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFields:
    """has_ended: whether the caller's own leg is over, and with it the call."""

    call: CallId
    status: CallStatus
    has_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatusFields:
    """A text did not arrive. error: the carrier's number for why; None where it gave none."""

    error: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptFields:
    """text: "" where the carrier could not make one."""

    recording: RecordingId
    text: str


def read_legs(form: Form) -> tuple[CallId, LegId] | None:
    """Say whose call it is, and on which leg; None where that is missing, given twice or misshapen."""
    leg = sid(form, "CallSid")
    is_first = not form.get("ParentCallSid") and "ParentCallSid" not in form.repeated
    parent = leg if is_first else sid(form, "ParentCallSid")
    if leg is None or parent is None:
        return None
    return CallId(parent), LegId(leg)


def read_text_status(form: Form) -> TextStatusFields | None:
    """Read what became of a text; None where it is nothing that we wait for."""
    if single(form, "MessageStatus") not in _NOT_DELIVERED:
        return None
    error = single(form, "ErrorCode") or ""
    return TextStatusFields(error=int(error) if _ERROR.fullmatch(error) else None)


def read_call(form: Form) -> CallFields | None:
    """Read what is said of the call; None where `read_legs` is."""
    legs = read_legs(form)
    if legs is None:
        return None
    call, leg = legs
    stir_level = single(form, "StirVerstat")
    return CallFields(
        call=call,
        leg=leg,
        caller=caller(single(form, "From") or ""),
        called=caller(single(form, "To") or ""),
        stir_level=stir_level if stir_level in STIR_LEVELS else None,
        status=call_status(form),
    )


def read_status(form: Form) -> StatusFields | None:
    fields = read_call(form)
    if fields is None:
        return None
    has_ended = fields.status in _ENDED and LegId(fields.call) == fields.leg
    return StatusFields(call=fields.call, status=fields.status, has_ended=has_ended)


def read_transcript(form: Form) -> TranscriptFields | None:
    """Read what was made of a recording; None where it cannot be told which."""
    recording = recording_of(form)
    if recording is None:
        return None
    is_made = single(form, "TranscriptionStatus") == "completed"
    text = undeceiving(single(form, "TranscriptionText") or "") if is_made else ""
    return TranscriptFields(recording=recording, text=text[:LONGEST_TRANSCRIPT])


def single(form: Form, name: str) -> str | None:
    """Give a field that was sent exactly once."""
    return None if name in form.repeated else form.get(name)


def other_side(form: Form) -> str:
    """Give the number of whoever we talk with, as the carrier tells it: called by us, or calling us."""
    return single(form, "To" if single(form, "Direction") == "outbound-api" else "From") or ""


def sid(form: Form, name: str) -> str | None:
    text = single(form, name)
    return text if text is not None and _CALL.fullmatch(text) else None


def call_status(form: Form) -> CallStatus:
    status = single(form, "CallStatus")
    return cast("CallStatus", status) if status in _STATUSES else "unknown"


def recording_of(form: Form) -> RecordingId | None:
    """Name the recording, by the end of its address where that is all there is; no address is ever opened.

    The carrier's list of what a finished recording sends has an address and no id.
    """
    if "RecordingSid" in form.first:
        text = single(form, "RecordingSid")
        return RecordingId(text) if text is not None and _RECORDING.fullmatch(text) else None
    _, slash, end = (single(form, "RecordingUrl") or "").rpartition("/")
    found = _RECORDING_AT_END.fullmatch(slash + end)
    return RecordingId(found[1]) if found else None


def undeceiving(text: str) -> str:
    """Put words from outside on one line, without characters that a reader cannot see."""
    return " ".join(_DECEPTIVE.sub("", text).split())
