"""What happened on the call since our last reply, as the webhook tells it."""

import re
from typing import Final, assert_never

from ivr.adapters.twilio.dial_outcome import DialFields, read_dial
from ivr.adapters.twilio.webhook_fields import STIR_LEVELS, other_side, recording_of, single, undeceiving
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import (
    EntryTyped,
    Event,
    KeyHeard,
    MessageSpoken,
    NothingHeard,
    SpeechHeard,
    Unreadable,
)
from ivr.domain.dialogue.place import Stage
from ivr.domain.phone import caller
from ivr.domain.redaction import Secret

LONGEST_SPEECH: Final = 500
# ASCII alone: to Python the digits of every script are digits.
_KEYS: Final = re.compile(r"[0-9*#]{1,20}")
_ENTRY: Final = re.compile(r"[0-9*]{1,20}")
# Twenty digits, begun again with a star once or twice.
_LONG_ENTRY: Final = re.compile(r"[0-9*]{1,60}")
_FAILED: Final = "TN-Validation-Failed"
_CONFIDENCE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,20})?(?:[eE]-?[0-9]{1,3})?")
_SECONDS: Final = re.compile(r"[0-9]{1,6}")


def read_event(stage: Stage, form: Form) -> Event | DialFields:
    """Read the event that *stage* waits for. How a dial ended has to be judged first: see `outcome`."""
    match stage:
        case "dial" | "dial_again":
            return read_dial(form)
        case "recorded":
            return _message(form)
        case "pin" if _is_pound_alone(form):
            return _typed(form, "")
        case "identify" | "pin" | "phone" | "mailbox" | "app_for_phone" | "app_for_mailbox":
            return _entry(form, _ENTRY)
        case "saved_for_phone" | "saved_for_mailbox":
            return _entry(form, _LONG_ENTRY)
        case "turn" | "between" | "message" | "primary" | "warning" | "whisper" | "whisper_again" | "accept":
            return _answer(form)
        case "sent_back" | "called_back":
            return NothingHeard()
        case _:
            assert_never(stage)


def _answer(form: Form) -> Event:
    keys = single(form, "Digits")
    # Whether silence arrives without Digits or with a blank one is not written down: both count as silence.
    if "Digits" in form.first and keys != "":
        return KeyHeard(key=keys) if keys is not None and _KEYS.fullmatch(keys) else Unreadable()
    if "SpeechResult" not in form.first:
        return NothingHeard()
    speech = single(form, "SpeechResult")
    if speech is None:
        return Unreadable()
    words = undeceiving(speech)[:LONGEST_SPEECH].rstrip()
    return SpeechHeard(text=words, confidence=_confidence(form)) if words else NothingHeard()


def _entry(form: Form, shape: re.Pattern[str]) -> Event:
    """Read what was typed up to the pound key, and forget it: it goes on as a secret."""
    typed = single(form, "Digits")
    if "Digits" not in form.first or typed == "":
        return NothingHeard()
    if typed is None or not shape.fullmatch(typed):
        return Unreadable()
    return _typed(form, typed)


def _is_pound_alone(form: Form) -> bool:
    # Sent by the carrier, and described nowhere: where it is missing, a lone pound key looks like silence.
    return not form.first.get("Digits") and single(form, "FinishedOnKey") == "#"


def _typed(form: Form, typed: str) -> EntryTyped:
    stir_level = single(form, "StirVerstat") or ""
    return EntryTyped(
        entry=Secret(typed),
        caller=caller(other_side(form)),
        is_number_doubtful=stir_level.startswith(_FAILED),
        stir_level=stir_level if stir_level in STIR_LEVELS else None,
    )


def _confidence(form: Form) -> float:
    text = single(form, "Confidence") or ""
    number = float(text) if _CONFIDENCE.fullmatch(text) else 0.0
    return number if number <= 1 else 0.0


def _message(form: Form) -> Event:
    if "RecordingSid" not in form.first and "RecordingUrl" not in form.first:
        return MessageSpoken(recording=None, seconds=0)
    recording = recording_of(form)
    length = single(form, "RecordingDuration") or ""
    if recording is None or not _SECONDS.fullmatch(length):
        return Unreadable()
    seconds = int(length)
    return MessageSpoken(recording=recording if seconds else None, seconds=seconds)
