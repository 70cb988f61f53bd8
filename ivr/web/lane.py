"""The short way for turns of choosing: the Flask view's own reply, without the cost of a Flask request.

Whatever is unusual goes on to Flask, which stays the truth that this lane is tested against.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Final

from ivr.carrier.form import MAX_BYTES, Malformed, parse_form
from ivr.carrier.heard import read_event
from ivr.carrier.signature import Signatures
from ivr.dialogue.event import KeyHeard, NothingHeard
from ivr.dialogue.place import read_place
from ivr.web.request import FORM_TYPE
from ivr.web.voice import XML, Voice, turn_reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TURN: Final = "/voice/turn/"
_TYPES: Final = frozenset({FORM_TYPE, f"{FORM_TYPE}; charset=utf-8", f"{FORM_TYPE}; charset=UTF-8"})


def lane(flask: "WSGIApplication", voice: Voice, signatures: Signatures) -> "WSGIApplication":
    """Put the lane in front of *flask*."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        reply = _quick_reply(environ, voice, signatures) if _is_usual(environ) else None
        if reply is None:
            return flask(environ, start_response)
        start_response("200 OK", [("Content-Type", XML), ("Content-Length", str(len(reply)))])
        return [reply]

    return answer


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


def _quick_reply(environ: "WSGIEnvironment", voice: Voice, signatures: Signatures) -> bytes | None:
    """Answer the turn; None, with the body put back, where Flask has to."""
    path = environ["PATH_INFO"]
    place = read_place("turn", path[len(_TURN) :])
    if place is None:
        return None
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    form = parse_form(body)
    if isinstance(form, Malformed):
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
