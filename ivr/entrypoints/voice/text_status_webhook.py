"""The webhook that tells what became of our texts."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from ivr.adapters.twilio.webhook_fields import read_text_status
from ivr.entrypoints.voice.error_replies import logged
from ivr.entrypoints.voice.request_check import Guard
from ivr.entrypoints.voice.voice_webhooks import NOTHING, XML
from ivr.services.calls.verification.undelivered_codes import UndeliveredTexts

_MESSAGE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatusConfig:
    guard: Guard
    undelivered: UndeliveredTexts


def texts_blueprint(texts: TextStatusConfig) -> Blueprint:
    """One route: a POST that the carrier signed. It may be repeated: a text is ended once."""
    blueprint = Blueprint("texts", __name__)

    @blueprint.post("/texts/status/<name>", provide_automatic_options=False)
    def status(name: str) -> Response:
        fields = read_text_status(texts.guard(request))
        is_kept = fields is None or request.query_string or not _MESSAGE.fullmatch(name)
        if fields is not None and not is_kept:
            with logged("text_status_not_kept"):
                texts.undelivered.hear(name, error=fields.error)
                is_kept = True
        # Whoever may try again is asked to.
        answered = HTTPStatus.OK if is_kept else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(NOTHING, status=answered, content_type=XML)

    return blueprint
