"""The queue's page, and what is looked for in it."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.entrypoints.console.live.live_views import POLL_S
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.queue_view import count_of, headline, mark_of, ringing_of, rows_of
from ivr.entrypoints.console.sign_in.access import allowed, member
from ivr.services.desk.case_access import NoReason
from ivr.services.desk.case_queue import Waiting
from ivr.services.desk.moves.notes_and_wrap_up import NOTE_CHARS, NotKept
from ivr.services.staff.member import Member

_UNFIT: Final = 422
_SOUGHT_SHOWN: Final = 40


def queue_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("queue", __name__)

    @blueprint.get("/")
    @allowed("agent", "supervisor", "tam", "operator")
    def page() -> ResponseReturnValue:
        if not member().may("agent", "supervisor"):
            return redirect(url_for("asked.page" if member().may("tam") else "menus.page"))
        return _page(work, member(), work.seeing.queue(member(), at=work.clock.now()))

    @blueprint.post("/search")
    @allowed("agent", "supervisor")
    def search() -> ResponseReturnValue:
        return _found(work, request.form.get("number", ""), request.form.get("reason", ""))

    @blueprint.get("/searches")
    @allowed("supervisor")
    def searches() -> ResponseReturnValue:
        times = work.times(member())
        return render_template(
            "searches.html",
            searches=work.seeing.searches(),
            shown=times.shown,
            zone=times.name(work.clock.now()),
            named=work.names().of,
        )

    return blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """What stands in the form of the search. field: which of its fields the fault is about."""

    number: str = ""
    reason: str = ""
    fault: str = ""
    field: str = ""


_NOTHING: Final = _Sought()


def _found(work: Work, number: str, reason: str) -> ResponseReturnValue:
    at = work.clock.now()
    try:
        found = work.seeing.search(member(), number, reason=reason, at=at)
    except NotKept as fault:
        sought = _Sought(
            number=number[:_SOUGHT_SHOWN],
            reason=reason[:NOTE_CHARS],
            fault=str(fault),
            field="reason" if isinstance(fault, NoReason) else "number",
        )
        return _page(work, member(), work.seeing.queue(member(), at=at), sought), _UNFIT
    return _page(work, member(), found, _Sought(number=number))


def _page(work: Work, asks: Member, waiting: tuple[Waiting, ...], sought: _Sought = _NOTHING) -> str:
    at = work.clock.now()
    times, names = work.times(asks), work.names()
    rows = rows_of(waiting, times=times, names=names, lines=work.lines)
    opening, rings, count = work.opening(asks, at), ringing_of(rows), count_of(rows)
    return render_template(
        "queue.html",
        rows=rows,
        mark=mark_of(rows, opening),
        rings=len(rings),
        headline=headline(len(rings), count),
        zone=times.name(at),
        named=names.of,
        opening=opening,
        sought=sought.number,
        form=sought,
        reason_chars=NOTE_CHARS,
        follow_ups=() if sought.number else work.seeing.follow_ups(asks),
        today=times.day(at),
        dispositions=work.dispositions,
        sees_searches=asks.may("supervisor"),
        flagged=len(work.seeing.flagged(asks, work.for_supervisors)) if asks.may("supervisor") else 0,
        poll_s=POLL_S,
    )
