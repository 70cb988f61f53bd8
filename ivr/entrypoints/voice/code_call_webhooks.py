"""The webhook of calls that we place: who calls and why, and a code for whoever presses the key."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.adapters.twilio.code_call_documents import SpokenCall
from ivr.adapters.twilio.webhook_fields import single
from ivr.adapters.twilio.webhook_form import Form
from ivr.entrypoints.voice.error_replies import logged
from ivr.entrypoints.voice.outbound_addresses import KEY, MOST_ASKED, placed_of
from ivr.entrypoints.voice.request_check import Guard
from ivr.entrypoints.voice.voice_webhooks import XML
from ivr.services.calls.verification.read_code_aloud import SpokenCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    guard: Guard
    codes: SpokenCodes
    call: SpokenCall


def spoken_blueprint(spoken: Spoken) -> Blueprint:
    """One route: a POST that the carrier signed. Nothing is stored, so it may be repeated."""
    blueprint = Blueprint("spoken", __name__)

    @blueprint.post("/voice/spoken/<path:text>", provide_automatic_options=False)
    def speak(text: str) -> Response:
        form = spoken.guard(request)
        reply = spoken.call.gone(None)
        placed = placed_of(request, text)
        with logged("code_not_spoken"):
            if placed is not None:
                reply = _reply(spoken, form, message=placed[0], asked=placed[1])
        return Response(reply, content_type=XML)

    return blueprint


def _reply(spoken: Spoken, form: Form, *, message: str, asked: int) -> bytes:
    """Answer for a message. asked: how often the call has asked for the key."""
    found = spoken.codes.find(message)
    if single(form, "Digits") == KEY:
        if found.digits is None:
            return spoken.call.gone(found.language)
        return spoken.call.code(found.language, found.digits)
    if asked < MOST_ASKED:
        return spoken.call.question(message, found.language, asked=asked)
    return spoken.call.not_asked(found.language)
