"""How ringing an agent ended."""

import re
from dataclasses import dataclass
from typing import Final, Literal, assert_never, cast, get_args

from ivr.adapters.twilio.webhook_fields import call_status, sid, single
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import LegId, Outcome

DialStatus = Literal["completed", "answered", "busy", "no-answer", "failed", "canceled", "unknown"]

_STATUSES: Final = frozenset(get_args(DialStatus))
_BRIDGED: Final = {"true": True, "false": False}
_SECONDS: Final = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DialFields:
    """bridged: whether the two ever talked; None where the carrier does not say.

    leg: the agent's; None where nobody picked up, or the carrier does not say.
    """

    status: DialStatus
    bridged: bool | None
    leg: LegId | None
    talk_s: int
    caller_gone: bool


def read_dial(form: Form) -> DialFields:
    """Read the end of a dial. A field that is missing, repeated or senseless is read as not told."""
    status = single(form, "DialCallStatus")
    leg = sid(form, "DialCallSid")
    seconds = single(form, "DialCallDuration") or ""
    return DialFields(
        status=cast("DialStatus", status) if status in _STATUSES else "unknown",
        bridged=_BRIDGED.get(single(form, "DialBridged") or ""),
        leg=None if leg is None else LegId(leg),
        talk_s=int(seconds) if _SECONDS.fullmatch(seconds) else 0,
        caller_gone=call_status(form) == "completed",
    )


def outcome(dial: DialFields, *, accepted: bool | None) -> Outcome:
    """Judge how the attempt ended.

    accepted: whether this leg's agent pressed the key that takes the call; None where the store cannot say.
    The status is asked last, since a leg that declined, or a mailbox, reads "completed" too.
    """
    if _has_bridged(dial, accepted=accepted):
        return "bridged"
    if dial.caller_gone:
        return "caller_left"
    match dial.status:
        case "completed" | "answered":
            return "declined"
        case "busy":
            return "busy"
        case "no-answer" | "canceled":
            # Called off while the caller is still here: as if nobody had come.
            return "no_answer"
        case "failed" | "unknown":
            return "failed"
        case _:
            assert_never(dial.status)


def _has_bridged(dial: DialFields, *, accepted: bool | None) -> bool:
    if dial.bridged is not None:
        return dial.bridged
    return accepted if accepted is not None else dial.status in ("completed", "answered")
