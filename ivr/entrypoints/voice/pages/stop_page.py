"""The page behind the stop link, for people and without a signature: GET shows the case, POST stops it.

Mail scanners open every link, so opening it does nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog
from flask import Blueprint, Response, render_template, request

from ivr.domain.recovery.case import MOVES, Case, Goal, State
from ivr.entrypoints.voice.pages.public_page import away, page_blueprint, small_body
from ivr.services.calls.verification.stop_case import Stopping
from ivr.services.case_ports import AuditUnavailable, StaleCase
from ivr.services.ports import StoreUnavailable

_PAGE: Final = "stop.html"

_log = structlog.get_logger(__name__)

ASKED: Final[Mapping[Goal, str]] = {
    "reset": "a reset of the password of the primary account",
    "change": "a full change of the password of the primary account",
    "unsure": "a new password for the primary account",
}
STANDS: Final[Mapping[State, str]] = {
    "OPENED": "Nobody has passed our checks. Nothing has been changed.",
    "CLAIMED": "Nobody has passed our checks. Nothing has been changed.",
    "VERIFIED": "A caller passed our checks. Nothing has been changed.",
    "HELD": "A caller passed our checks. Nothing has been changed, and a representative has not begun yet.",
    "RESET_REQUESTED": "A representative is resetting the password. Nothing has been handed out.",
    "RESET_DONE": "The password was reset. Nothing has been handed out.",
    "RELEASED": "The password was reset, and its release was allowed. It cannot be stopped here: call us.",
    "CONFIRMED": "A caller passed our checks and confirmed the change. Nothing has been changed.",
    "CHANGED": "A full change of the password was allowed. It cannot be stopped here: call us.",
    "CLOSED": "This is finished. It is too late to stop it here.",
    "REFUSED": "We refused this. Nothing comes of it any more.",
    "LAPSED": "This took too long and has ended. Nothing comes of it any more.",
    "CANCELLED": "This is stopped. Nothing comes of it any more.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """company: whose page it is. phone: the number that callers dial."""

    stopping: Stopping
    company: str
    phone: str


def stop_blueprint(stop: Stop) -> Blueprint:
    blueprint = page_blueprint("stop", _PAGE)

    @blueprint.get("/stop/<number>/<token>", provide_automatic_options=False)
    def show(number: str, token: str) -> Response:
        return _answered(stop, lambda: stop.stopping.look(number, token))

    @blueprint.post("/stop/<number>/<token>", provide_automatic_options=False)
    def cancel(number: str, token: str) -> Response:
        small_body(request)
        return _answered(stop, lambda: stop.stopping.stop(number, token))

    return blueprint


def _answered(stop: Stop, ask: Callable[[], Case | None]) -> Response:
    try:
        case = ask()
    except (StoreUnavailable, AuditUnavailable, StaleCase) as fault:
        _log.warning("case_not_shown", why=type(fault).__name__)
        return away(_page(stop, None, is_away=True))
    return Response(_page(stop, case), status=404 if case is None else 200)


def _page(stop: Stop, case: Case | None, *, is_away: bool = False) -> str:
    return render_template(
        _PAGE,
        company=stop.company,
        phone=stop.phone,
        is_away=is_away,
        number=None if case is None else case.number,
        asked=None if case is None else ASKED[case.goal],
        since=None if case is None else _moment(case.opened_at),
        stands=None if case is None else STANDS[case.state],
        can_stop=case is not None and "CANCELLED" in MOVES[case.state],
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %B %Y, %H:%M} UTC".removeprefix("0")
