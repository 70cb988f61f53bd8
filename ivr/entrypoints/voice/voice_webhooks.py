"""The webhooks that the carrier calls. Each is checked at the door, then answered with a document."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, Response, request

from ivr.adapters.throttled_log import Rarely
from ivr.adapters.twilio.dial_outcome import DialFields, outcome
from ivr.adapters.twilio.urls import Urls
from ivr.adapters.twilio.webhook_events import read_event
from ivr.adapters.twilio.webhook_fields import (
    CallFields,
    read_call,
    read_legs,
    read_status,
    read_transcript,
    sid,
    single,
)
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import CallResumed, DialEnded, Event, Unreadable
from ivr.domain.dialogue.place import Place, Stage, read_place
from ivr.domain.phone import E164
from ivr.entrypoints.voice.error_replies import Apologies, logged
from ivr.entrypoints.voice.request_check import Guard
from ivr.services.calls.begin_call import Arriving, begin
from ivr.services.calls.end_call import Closing
from ivr.services.calls.take_turn import Turns, Whose
from ivr.services.ports import Clock, Flag

XML: Final = "text/xml; charset=utf-8"
NOTHING: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_HANG_UP: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>'
_ERROR_CODE: Final = re.compile(r"[1-9][0-9]{4}", re.ASCII)
"""Source: https://www.twilio.com/docs/api/errors, read November 2026."""
_DOUBTED: Final = "TN-Validation-Failed"
_AGENT_STAGES: Final = frozenset({"whisper", "whisper_again", "accept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConfig:
    """hashed: the keyed hash of a number, the only form of it that is stored.

    ours: the numbers that are called; none where the line was not told them.
    """

    guard: Guard
    turns: Turns
    closing: Closing
    urls: Urls
    clock: Clock
    hashed: Callable[[E164], str]
    apologies: Apologies
    ours: frozenset[E164] = field(default=frozenset(), repr=False)
    rarely: Rarely = field(default_factory=Rarely)


def voice_blueprint(voice: VoiceConfig) -> Blueprint:
    """Routes of the line. Every one of them is a POST that the carrier signed."""
    blueprint = Blueprint("voice", __name__)

    @blueprint.post("/voice", provide_automatic_options=False)
    def answer() -> Response:
        form = voice.guard(request)
        fields = read_call(form)
        known = None if request.query_string else fields
        whose = None if known is None else Whose(call=known.call, leg=known.leg)
        with voice.apologies.instead_of_failure(voice.turns, whose, None) as said:
            arriving = None if known is None else _arriving(voice, known, form)
            said.reply = begin(voice.turns, arriving, began_at=voice.clock.seconds())
        return _xml(said.reply)

    @blueprint.post("/voice/status", provide_automatic_options=False)
    def status() -> Response:
        fields = read_status(voice.guard(request))
        with logged("call_not_closed"):
            if fields is not None and fields.has_ended:
                voice.closing.close(fields.call, status=fields.status)
        return _xml(NOTHING)

    @blueprint.post("/voice/transcribed", provide_automatic_options=False)
    def transcribed() -> Response:
        fields = read_transcript(voice.guard(request))
        with logged("transcript_not_kept"):
            if fields is not None:
                voice.turns.ledger.transcribe(fields.recording, fields.text)
        return _xml(NOTHING)

    @blueprint.post("/voice/fallback", provide_automatic_options=False)
    def fallback() -> Response:
        form = voice.guard(request)
        place = voice.urls.place_in(form.get("ErrorUrl") or "")
        _tell_why(voice, form, place)
        return _xml(turn_reply(voice, form, place, CallResumed))

    @blueprint.post("/voice/<stage>/<path:text>", provide_automatic_options=False)
    def turn(stage: str, text: str) -> Response:
        form = voice.guard(request)
        return _xml(_at(voice, form, stage, text, is_plain=not request.query_string))

    return blueprint


def _at(voice: VoiceConfig, form: Form, stage: str, text: str, *, is_plain: bool) -> bytes:
    """Answer at a place. is_plain: whether the address was ours to the letter, without a query."""
    place = read_place(stage, text)
    if place is None and stage in _AGENT_STAGES:
        return _HANG_UP
    if place is None or not is_plain:
        return turn_reply(voice, form, place, Unreadable)
    return turn_reply(voice, form, place, lambda: _event(voice, place.stage, form))


def _tell_why(voice: VoiceConfig, form: Form, place: Place | None) -> None:
    """Log what the carrier met with at which turn; of the address no more than our own menu's words."""
    code = single(form, "ErrorCode") or ""
    voice.rarely.tell(
        "fallback_asked",
        code if _ERROR_CODE.fullmatch(code) else "unknown",
        at=voice.clock.now(),
        error_code=code if _ERROR_CODE.fullmatch(code) else "unknown",
        stage=None if place is None else place.stage,
        node=None if place is None else place.node,
        call_id=sid(form, "CallSid"),
    )


def turn_reply(voice: VoiceConfig, form: Form, place: Place | None, happened: Callable[[], Event]) -> bytes:
    """Answer one turn; without a call or a place that can be read, nothing is counted or stored."""
    legs = read_legs(form)
    whose = None if legs is None or place is None else Whose(call=legs[0], leg=legs[1], shown=_shown(form))
    with voice.apologies.instead_of_failure(voice.turns, whose, place) as said:
        began_at = voice.clock.seconds()
        event = happened() if whose is not None else Unreadable()
        said.reply = voice.turns.take(whose, place, event, began_at=began_at)
    return said.reply


def kept_reply(voice: VoiceConfig, form: Form, place: Place, event: Event) -> bytes | None:
    """Give the reply that is kept ready for a turn, and note the turn; None for any other."""
    legs = read_legs(form)
    if legs is None:
        return None
    began_at = voice.clock.seconds()
    return voice.turns.kept(Whose(call=legs[0], leg=legs[1]), place, event, began_at=began_at)


def _shown(form: Form) -> str:
    """Give the caller's number as it stands there; nothing where the network says that it is not theirs."""
    is_doubted = (single(form, "StirVerstat") or "").startswith(_DOUBTED)
    return "" if is_doubted else single(form, "From") or ""


def _event(voice: VoiceConfig, stage: Stage, form: Form) -> Event:
    event = read_event(stage, form)
    if not isinstance(event, DialFields):
        return event
    return DialEnded(outcome=outcome(event, accepted=_accepted(voice, event)), talk_s=event.talk_s)


def _accepted(voice: VoiceConfig, event: DialFields) -> bool | None:
    """Ask the store only where the carrier does not say whether the two ever talked."""
    if event.bridged is not None or event.leg is None:
        return False
    return voice.turns.is_accepted(event.leg)


def _arriving(voice: VoiceConfig, fields: CallFields, form: Form) -> Arriving:
    flag = _flag(voice.ours, fields, form)
    if flag is not None:
        voice.rarely.tell("call_flagged", flag, at=voice.clock.now(), call_id=fields.call)
    return Arriving(
        whose=Whose(call=fields.call, leg=fields.leg),
        caller=None if fields.caller is None else voice.hashed(fields.caller),
        called=None if fields.called is None else voice.hashed(fields.called),
        stir_level=fields.stir_level,
        flag=flag,
    )


def _flag(ours: frozenset[E164], fields: CallFields, form: Form) -> Flag | None:
    """Say what is odd about a call that comes in. Other legs have other numbers: they are not compared."""
    if not ours or single(form, "Direction") != "inbound":
        return None
    if fields.caller in ours:
        return "own_number"
    return None if fields.called in ours else "other_number"


def _xml(body: bytes) -> Response:
    return Response(body, content_type=XML)
