"""What every reply of the console says about itself: it loads only our own files, and nobody keeps it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask, Response

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
)
_ENCRYPTED: Final = {"Strict-Transport-Security": "max-age=31536000"}


def put_headers(app: Flask, *, is_https: bool) -> None:
    """Put the headers on every reply, whatever page or fault made it."""
    headers = {**HEADERS, **(_ENCRYPTED if is_https else {})}

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers.update(headers)
        return response
