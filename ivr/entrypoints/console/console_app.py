"""The Flask app of the console: its own process and port, and nothing of the line."""

import hashlib
import hmac
from typing import Any, Final

from flask import Flask, Response, g
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from ivr.entrypoints.console.console_config import ConsoleRoom
from ivr.entrypoints.console.error_pages import put_faults
from ivr.entrypoints.console.response_headers import put_headers
from ivr.entrypoints.console.sign_in.access import signed_in
from ivr.entrypoints.console.sign_in.access_check import client_address, put_guard, put_reader
from ivr.entrypoints.console.sign_in.session_cookie import Cookies
from ivr.entrypoints.console.sign_in.sign_in_routes import sign_in_blueprint
from ivr.services.staff.member import SignedIn

__all__ = ["ConsoleRoom", "console_app"]

MOST_BYTES: Final = 64 * 1024
_MOST_FIELDS: Final = 100


def console_app(room: ConsoleRoom) -> Flask:
    """Build the app: every page but sign-in, health and static files is for who is signed in."""
    app = Flask(__name__)
    app.secret_key = hmac.new(room.key.reveal().encode(), b"console forms", hashlib.sha256).hexdigest()
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=_MOST_FIELDS,
        # A token is good as long as its cookie, and browsers send no Referer from here.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = Cookies(room.key, is_https=room.is_https, fresh=room.fresh)
    if room.is_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]  # Flask's own way
    put_headers(app, is_https=room.is_https)
    put_faults(app, room)
    # In this order: who asks, whether a page of ours asked, whether it may be done now.
    put_reader(app, room)
    CSRFProtect(app)
    put_guard(app, room)
    for blueprint in (sign_in_blueprint(room), *room.pages):
        app.register_blueprint(blueprint)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @app.context_processor
    def shell() -> dict[str, Any]:
        who: SignedIn | None = g.get("signed_in")
        mends_menus = who is not None and who.member.may("operator", "supervisor")
        return {
            "company": room.company,
            "who": who,
            "by_company": room.by_company is not None,
            "menu_fault": room.menu_fault() if mends_menus else None,
            "failed_elsewhere": lambda: room.signing_in.failed_elsewhere(
                signed_in(), address=client_address()
            ),
        }

    return app
