"""What open pages are kept up with: the queue, a case, callers without one, or what a member is asked."""

import hashlib
from collections.abc import Callable, Hashable
from typing import Final

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from jinja2 import Template

from ivr.domain.recovery.case import CaseNumber
from ivr.entrypoints.console.live.live_views import LiveView, streamed
from ivr.entrypoints.console.pages.callers_page import callers_mark, callers_of
from ivr.entrypoints.console.pages.card_view import card_mark
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.queue_view import (
    QueueRow,
    count_of,
    headline,
    mark_of,
    ringing_of,
    rows_of,
)
from ivr.entrypoints.console.pages.requests_view import asked_mark, questions_of
from ivr.entrypoints.console.sign_in.access import allowed, member
from ivr.services.desk.case_access import of_member
from ivr.services.staff.member import Member

_FORBIDDEN: Final = 403
_NOT_THERE: Final = 404
Look = Callable[[], LiveView]


def watching_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("watching", __name__)

    @blueprint.get("/events")
    @allowed("agent", "supervisor", "tam")
    def events() -> ResponseReturnValue:
        about, look = _asked_for(work, member())
        seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
        return streamed(request.environ, about, look, seen=seen)

    @blueprint.get("/poll")
    @allowed("agent", "supervisor", "tam")
    def poll() -> ResponseReturnValue:
        _, look = _asked_for(work, member())
        shown = look()
        return jsonify({"mark": shown.mark, **shown.cells})

    return blueprint


def _asked_for(work: Work, asks: Member) -> tuple[Hashable, Look]:
    """Find what the page shows, and how to look at it once its request, and all of Flask's, is over."""
    if "tam" in request.args:
        if not asks.may("tam"):
            abort(_FORBIDDEN)
        return ("tam", asks.id), lambda: _questions(work, asks)
    if not asks.may("agent", "supervisor"):
        abort(_FORBIDDEN)
    if "talks" in request.args:
        return ("talks", asks.id), lambda: _talks(work, asks)
    number = request.args.get("case")
    if number is None:
        template = current_app.jinja_env.get_template("partials/rows.html")
        sees = None if asks.may("supervisor") else asks.lines
        return ("queue", sees), lambda: _queue(work, asks, template)
    if not work.seeing.may_see(asks, number, at=work.clock.now()):
        abort(_NOT_THERE)
    return ("case", number, asks.id), lambda: _case(work, asks, CaseNumber(number))


def _queue(work: Work, asks: Member, template: Template) -> LiveView:
    at = work.clock.now()
    rows, opening = _rows(work, asks), work.opening(asks, at)
    rings, waiting = len(ringing_of(rows)), count_of(rows)
    cells: dict[str, str | int] = {
        "html": template.render(rows=rows, opening=opening, sought=""),
        "rings": rings,
        "waiting": waiting,
        "headline": headline(rings, waiting),
    }
    return LiveView(mark=mark_of(rows, opening), cells=cells)


def _case(work: Work, asks: Member, number: CaseNumber) -> LiveView:
    at = work.clock.now()
    card = card_mark(work.desk.card(number, at=at, agent=asks.id))
    return ringing_beside(work, asks, card)


def ringing_beside(work: Work, asks: Member, card: str) -> LiveView:
    """Give a card's mark together with the calls that ring meanwhile on the member's lines."""
    rings = ringing_of(_rows(work, asks))
    words = "; ".join(rings)
    cells: dict[str, str | int] = {
        "card": card,
        "rings": len(rings),
        "ringing": words,
        "headline": f"{len(rings)} ringing · " if rings else "",
    }
    return LiveView(mark=hashlib.sha256(f"{card} {words}".encode()).hexdigest()[:16], cells=cells)


def _rows(work: Work, asks: Member) -> tuple[QueueRow, ...]:
    waiting = of_member(work.glance(), asks)
    return rows_of(waiting, times=work.times(asks), names=work.names(), lines=work.lines)


def _questions(work: Work, asks: Member) -> LiveView:
    return LiveView(mark=asked_mark(questions_of(work, asks)), cells={})


def _talks(work: Work, asks: Member) -> LiveView:
    return LiveView(mark=callers_mark(callers_of(work, asks)), cells={})
