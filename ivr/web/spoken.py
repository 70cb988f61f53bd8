"""The webhook of calls that we place: who calls and why, and a code for whoever presses the key."""

import re
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from ivr.calls.spoken_code import SpokenCodes
from ivr.carrier.form import Form
from ivr.carrier.spoken_call import SpokenCall
from ivr.carrier.webhook import single
from ivr.web.errors import logged
from ivr.web.request import Guard
from ivr.web.voice import XML

MOST_ASKED: Final = 2
_MESSAGE: Final = re.compile(r"([0-9a-f]{32})(?:/([12]))?")
_KEY: Final = "1"


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
        named = None if request.query_string else _MESSAGE.fullmatch(text)
        with logged("code_not_spoken"):
            if named is not None:
                reply = _reply(spoken, form, message=named[1], asked=int(named[2] or 0))
        return Response(reply, content_type=XML)

    return blueprint


def _reply(spoken: Spoken, form: Form, *, message: str, asked: int) -> bytes:
    """Answer for a message. asked: how often the call has asked for the key."""
    found = spoken.codes.find(message)
    if single(form, "Digits") == _KEY:
        if found.digits is None:
            return spoken.call.gone(found.language)
        return spoken.call.code(found.language, found.digits)
    if asked < MOST_ASKED:
        return spoken.call.question(message, found.language, asked=asked)
    return spoken.call.not_asked(found.language)
