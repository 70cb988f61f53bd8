"""The one cookie: a random secret, whose session is in the database, and forms get their tokens from it."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin

from ivr.domain.redaction import Secret
from ivr.services.staff.session_secrets import SHAPE, new_secret

_TOKEN: Final = "csrf_token"  # noqa: S105 -- the name under which Flask-WTF looks for it


class Browser(dict[str, Any], SessionMixin):
    """What Flask calls a session: here it holds nothing but what the forms of this browser prove.

    secret: the cookie's. is_known: whether the browser sent it.
    """

    def __init__(self, secret: Secret, *, is_known: bool, token: Callable[[Secret], str]) -> None:
        self.secret = secret
        self.is_known = is_known
        self._token = token
        super().__init__({_TOKEN: token(secret)})

    def renew(self, secret: Secret) -> None:
        """Give the browser another secret, so that whoever knew the one before knows nothing."""
        self.secret = secret
        self.is_known = False
        self[_TOKEN] = self._token(secret)


class Cookies(SessionInterface):
    """Keeps no state: a form is good for exactly the cookie that its page went to."""

    def __init__(self, key: Secret, *, is_https: bool, fresh: Callable[[], str]) -> None:
        self._key = key.reveal().encode()
        self._is_https = is_https
        self._fresh = fresh
        # Browsers keep others from setting a cookie of this name, unless the connection is plain.
        self.name = "__Host-desk" if is_https else "desk"

    def open_session(self, app: Flask, request: Request) -> Browser:  # noqa: ARG002 -- Flask's own signature
        sent = request.cookies.get(self.name, "")
        is_known = SHAPE.fullmatch(sent) is not None
        secret = Secret(sent) if is_known else new_secret(self._fresh)
        return Browser(secret, is_known=is_known, token=self._token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 -- as above
        # Without a form on the page, a browser that is not signed in needs no cookie.
        if not isinstance(session, Browser) or session.is_known or not g.get("needs_cookie", _TOKEN in g):
            return
        response.set_cookie(
            self.name,
            session.secret.reveal(),
            secure=self._is_https,
            httponly=True,
            samesite="Strict",
            path="/",
        )

    def _token(self, secret: Secret) -> str:
        text = b"form:" + secret.reveal().encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
