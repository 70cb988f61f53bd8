"""The queue's page, and what keeps it live."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import Template

from ivr.agents.queue import Waiting
from ivr.agents.seeing import NoReason, of_member
from ivr.agents.writing import NOTE_CHARS, NotKept
from ivr.console.access import allowed, member
from ivr.console.card_view import card_mark
from ivr.console.events import POLL_S, Shown
from ivr.console.moment import shown as time_shown
from ivr.console.queue_view import count_of, mark_of, rows_of
from ivr.console.work import Work
from ivr.recovery.case import CaseNumber
from ivr.staff.member import Member

_FULL: Final = 503
_UNFIT: Final = 422
_NOT_THERE: Final = 404
_SOUGHT_SHOWN: Final = 40


def queue_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("queue", __name__)

    @blueprint.get("/")
    @allowed("agent", "supervisor", "tam")
    def page() -> ResponseReturnValue:
        if not member().may("agent", "supervisor"):
            return redirect(url_for("asked.page"))
        return _page(work, member(), work.seeing.queue(member(), at=work.clock.now()))

    @blueprint.post("/search")
    @allowed("agent", "supervisor")
    def search() -> ResponseReturnValue:
        return _found(work, request.form.get("number", ""), request.form.get("reason", ""))

    @blueprint.get("/searches")
    @allowed("supervisor")
    def searches() -> ResponseReturnValue:
        return render_template("searches.html", searches=work.seeing.searches(), shown=time_shown)

    @blueprint.get("/events")
    @allowed("agent", "supervisor")
    def events() -> ResponseReturnValue:
        return _streamed(work)

    @blueprint.get("/poll")
    @allowed("agent", "supervisor")
    def poll() -> ResponseReturnValue:
        show = _asked(work, member())
        if show is None:
            return "", _NOT_THERE
        shown = show()
        return jsonify({"mark": shown.mark, **shown.cells})

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


def _streamed(work: Work) -> ResponseReturnValue:
    show = _asked(work, member())
    if show is None:
        return "", _NOT_THERE
    if not work.streams.enter():
        return Response(status=_FULL, headers={"Retry-After": str(POLL_S)})
    seen = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    stream = _Leaving(work, work.streams.events(show, seen=seen))
    response = Response(stream, mimetype="text/event-stream")
    response.call_on_close(stream.close)
    # A proxy that gathers a reply before it passes it on would hold back every event.
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Leaving:
    """A stream that makes room for the next when it ends, however it ends.

    No generator: one that was never begun does not notice that it is closed.
    """

    def __init__(self, work: Work, stream: Iterator[bytes]) -> None:
        self._work = work
        self._stream = stream
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._stream)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._work.streams.leave()


def _asked(work: Work, asks: Member) -> Callable[[], Shown] | None:
    """Choose what a page keeps live: one case where it names one that it may see, else the queue."""
    number = request.args.get("case")
    if number is None:
        # A stream outlives its request, and with it all that Flask knows of one.
        template = current_app.jinja_env.get_template("partials/rows.html")
        return lambda: _shown(work, asks, template)
    if not work.seeing.may_see(asks, number, at=work.clock.now()):
        return None

    def case() -> Shown:
        card = work.desk.card(CaseNumber(number), at=work.clock.now(), agent=asks.id)
        return Shown(mark=card_mark(card, at=work.clock.now()), cells={})

    return case


def _shown(work: Work, asks: Member, template: Template) -> Shown:
    at = work.clock.now()
    rows = rows_of(of_member(work.glance(), asks), at=at)
    html = template.render(rows=rows, opening=work.opening(asks, at), sought="")
    ringing = sum(row.rings for row in rows)
    return Shown(mark=mark_of(rows), cells={"html": html, "rings": ringing, "waiting": count_of(rows)})


def _page(work: Work, asks: Member, waiting: tuple[Waiting, ...], sought: _Sought = _NOTHING) -> str:
    at = work.clock.now()
    rows = rows_of(waiting, at=at)
    return render_template(
        "queue.html",
        rows=rows,
        mark=mark_of(rows),
        rings=sum(row.rings for row in rows),
        count=count_of(rows),
        opening=work.opening(asks, at),
        sought=sought.number,
        form=sought,
        reason_chars=NOTE_CHARS,
        follow_ups=() if sought.number else work.seeing.follow_ups(asks),
        today=at.date(),
        dispositions=work.dispositions,
        sees_searches=asks.may("supervisor"),
        poll_s=POLL_S,
    )
