"""Pages for people, without a signature: what every one of them may load, keep and be sent."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Blueprint, Request, Response

from ivr.entrypoints.voice.request_check import RequestRefused

MAX_BODY_BYTES: Final = 1_024
"""A button sends a few bytes, and a browser may add some of its own."""
RETRY_S: Final = "30"
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def _strict_headers(template: str) -> Mapping[str, str]:
    """Let the page load nothing, run nothing, stand in no frame, and be kept and passed on by nobody."""
    source = Path(__file__).parents[1].joinpath("templates", template).read_text(encoding="utf-8")
    styles = " ".join(f"'sha256-{_hash(style)}'" for style in _STYLE.findall(source))
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src {styles}; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


def page_blueprint(name: str, template: str) -> Blueprint:
    """Make a blueprint whose every answer has the strict headers that its page allows."""
    blueprint = Blueprint(name, "ivr.entrypoints.voice")
    headers = _strict_headers(template)

    @blueprint.after_request
    def strict(response: Response) -> Response:
        response.headers.update(headers)
        return response

    return blueprint


def away(page: str) -> Response:
    """Answer with a page that says that the store cannot be asked now, and may be soon."""
    response = Response(page, status=503)
    response.headers["Retry-After"] = RETRY_S
    return response


def small_body(request: Request) -> bytes:
    """Read what was sent. Raises Refused for more than a page of ours sends."""
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise RequestRefused(413, "too_long")
    return body


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()
