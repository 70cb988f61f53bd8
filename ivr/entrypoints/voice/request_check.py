"""The door: what a request must be before anything of it is believed."""

import re
from collections.abc import Callable
from typing import Final, Literal

from flask import Request

from ivr.adapters.twilio.request_signature import Signatures, Unsigned
from ivr.adapters.twilio.webhook_form import MAX_BYTES, Form, MalformedForm, parse_form

SIGNATURE: Final = "X-Twilio-Signature"
SHARED_KEY: Final = "X-Twilio-Webhooks-Signature-Settings"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
_PLAIN_PATH: Final = re.compile(r"/[A-Za-z0-9._~/-]*")


Reason = Unsigned | Literal["wrong_type", "too_long", "too_many_fields", "not_utf8"]


class RequestRefused(Exception):  # noqa: N818 -- it names what happened to the request
    """The request is answered with this status and an empty body. reason: for the log, of a webhook."""

    def __init__(self, status: int, reason: Reason) -> None:
        super().__init__(status)
        self.status = status
        self.reason = reason


Guard = Callable[[Request], Form]


def guard(signatures: Signatures) -> Guard:
    """Make the check of a webhook: its type, its size, its signature. It raises Refused."""

    def checked(request: Request) -> Form:
        if (
            request.mimetype != FORM_TYPE
            or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8"
        ):
            raise RequestRefused(415, "wrong_type")
        form = parse_form(_body(request))
        if isinstance(form, MalformedForm):
            raise RequestRefused(403 if form.reason == "not_utf8" else 413, form.reason)
        fault = signatures.fault(
            path_and_query=_path_and_query(request),
            form=form,
            signature_headers=request.headers.getlist(SIGNATURE),
            shared_key_header=SHARED_KEY in request.headers,
        )
        if fault is not None:
            raise RequestRefused(403, fault)
        return form

    return checked


def _body(request: Request) -> bytes:
    if request.content_length is not None and request.content_length > MAX_BYTES:
        raise RequestRefused(413, "too_long")
    body = request.stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise RequestRefused(413, "too_long")
    return body


def _path_and_query(request: Request) -> str:
    """Rebuild what was signed. Our own addresses hold no character that could be written in two ways."""
    path = request.environ.get("PATH_INFO", "")
    if not _PLAIN_PATH.fullmatch(path):
        raise RequestRefused(403, "unusual_address")
    query = request.environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
