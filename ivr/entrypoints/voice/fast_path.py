"""The short way for turns of choosing: the Flask view's own reply, without the cost of a Flask request.

Whatever is unusual goes on to Flask, which stays the truth that this lane is tested against.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from ivr.adapters.twilio.request_signature import Signatures
from ivr.adapters.twilio.webhook_events import read_event
from ivr.adapters.twilio.webhook_form import MAX_BYTES, Form, MalformedForm, parse_form
from ivr.domain.dialogue.events import KeyHeard, NothingHeard
from ivr.domain.dialogue.place import read_place
from ivr.entrypoints.voice.request_check import FORM_TYPE, SHARED_KEY, SIGNATURE
from ivr.entrypoints.voice.request_front import Fields, PendingRequest
from ivr.entrypoints.voice.voice_webhooks import XML, VoiceConfig, kept_reply, turn_reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TURN: Final = "/voice/turn/"
_SHARED_KEY: Final = SHARED_KEY.lower()
_SIGNATURE: Final = SIGNATURE.lower()
_TYPES: Final = frozenset({FORM_TYPE, f"{FORM_TYPE}; charset=utf-8", f"{FORM_TYPE}; charset=UTF-8"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The WSGI application of a line: *flask*, and the lane in front of it."""

    flask: "WSGIApplication"
    voice: VoiceConfig
    signatures: Signatures

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        reply = _quick_reply(environ, self.voice, self.signatures) if _is_usual(environ) else None
        if reply is None:
            return self.flask(environ, start_response)
        start_response("200 OK", _fields(reply))
        return [reply]

    def at_once(self, asked: PendingRequest) -> tuple[Fields, bytes] | None:
        """Answer a turn whose reply is kept ready. It waits for nothing, and so needs no thread."""
        try:
            reply = _kept_reply(asked, self.voice, self.signatures)
        except Exception:  # noqa: BLE001 -- the long way meets the same fault, logs it and apologizes
            return None
        return None if reply is None else (_fields(reply), reply)


def _fields(reply: bytes) -> Fields:
    return [("Content-Type", XML), ("Content-Length", str(len(reply)))]


def _kept_reply(asked: PendingRequest, voice: VoiceConfig, signatures: Signatures) -> bytes | None:
    path, headers = asked.path, asked.headers
    if not path.startswith(_TURN) or asked.query or headers.get("content-type") not in _TYPES:
        return None
    place = read_place("turn", path[len(_TURN) :])
    form = None if place is None or _SHARED_KEY in headers else parse_form(asked.body)
    if place is None or not isinstance(form, Form):
        return None
    event = read_event("turn", form)
    if not isinstance(event, KeyHeard | NothingHeard):
        return None
    if not signatures.is_plainly_signed(path, form, headers.get(_SIGNATURE, "")):
        return None
    return kept_reply(voice, form, place, event)


def _is_usual(environ: "WSGIEnvironment") -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"].startswith(_TURN)
        and not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE") in _TYPES
        and len(length) <= len(str(MAX_BYTES))
        and length.isascii()
        and length.isdigit()
        and int(length) <= MAX_BYTES
        and "HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS" not in environ
    )


def _quick_reply(environ: "WSGIEnvironment", voice: VoiceConfig, signatures: Signatures) -> bytes | None:
    """Answer the turn; None, with the body put back, where Flask has to."""
    path = environ["PATH_INFO"]
    place = read_place("turn", path[len(_TURN) :])
    if place is None:
        return None
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    form = parse_form(body)
    if isinstance(form, MalformedForm):
        return None
    event = read_event("turn", form)
    if not isinstance(event, KeyHeard | NothingHeard):
        return None
    verdict = signatures.verdict(
        path_and_query=path,
        form=form,
        signature_headers=(environ.get("HTTP_X_TWILIO_SIGNATURE", ""),),
        shared_key_header=False,
    )
    return turn_reply(voice, form, place, lambda: event) if verdict == "accepted" else None
