"""Pages for what cannot be done: a sentence each, and nothing of how it failed."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import structlog
from flask import Flask, Response, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from ivr.entrypoints.console.console_config import ConsoleRoom
from ivr.services.case_ports import AuditUnavailable, DirectoryUnavailable
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.member import SignedIn
from ivr.services.staff.passwords import Busy

_log = structlog.get_logger(__name__)

_SENTENCES: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("That could not be read", "Go back, and try it from the page again."),
        403: (
            "That is not allowed",
            "Nothing was done. Go back to the page, load it again, and try once more.",
        ),
        404: ("There is no such page", "Check the address, or begin at the queue."),
        405: ("That works only with a button", "Nothing was done. Go back to the page, and use its button."),
        413: ("That is too much at once", "Nothing was done. Shorten the text, and send it again."),
        500: ("Something broke", "Nothing is known to be done. Look at the case again before you go on."),
        503: ("That cannot be done right now", "Nothing was done. Try it again in a minute."),
    }
)
_OURS: Final = 500
_AWAY: Final = 503


def put_faults(app: Flask, room: ConsoleRoom) -> None:
    """Answer every fault with a page of ours; a form or a way of asking that is not ours goes on record."""

    @app.errorhandler(CSRFError)
    def foreign_form(_: CSRFError) -> Response:
        _tell(room, "foreign_form")
        return fault_page(403)

    @app.errorhandler(405)
    def no_button(error: HTTPException) -> Response:
        _tell(room, "not_asked_for_like_this")
        response = fault_page(405)
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:  # noqa: PLR2004 -- a redirect is no fault
            return Response(status=error.code, headers=error.get_headers())
        return fault_page(error.code or _OURS)

    @app.errorhandler(StoreUnavailable)
    @app.errorhandler(AuditUnavailable)
    @app.errorhandler(DirectoryUnavailable)
    @app.errorhandler(Busy)
    def away(fault: Exception) -> Response:
        _log.warning("console_cannot_now", why=type(fault).__name__)
        response = fault_page(_AWAY)
        response.headers["Retry-After"] = "30"
        return response

    @app.errorhandler(InternalServerError)
    @app.errorhandler(Exception)
    def broken(fault: Exception) -> Response:
        error_id = secrets.token_hex(4)
        _log.error("console_failed", error_id=error_id, exc_info=fault)
        return fault_page(_OURS, error_id=error_id)


def fault_page(status: int, *, error_id: str = "") -> Response:
    head, words = _SENTENCES.get(status, _SENTENCES[400])
    try:
        page = render_template("fault.html", head=head, words=words, error_id=error_id)
    except Exception:  # noqa: BLE001 -- a page that breaks must not hide which fault it was about
        _log.exception("console_has_no_fault_page")
        return Response(f"{head}. {words}\n", status=status, content_type="text/plain; charset=utf-8")
    return Response(page, status=status)


def _tell(room: ConsoleRoom, what: str) -> None:
    """Note it of a member in the audit; of strangers, who could fill that up, in the log."""
    known: SignedIn | None = g.get("signed_in")
    if known is None:
        _log.warning("console_refused", what=what)
        return
    room.signing_in.refused(known, what)
