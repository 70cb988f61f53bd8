"""The page of callers who talk with an agent in a call about no case, each with the way to the keypad."""

import hashlib
from collections.abc import Iterable
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.entrypoints.console.live.live_views import POLL_S
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.sign_in.access import allowed, member
from ivr.services.case_ports import AuditUnavailable
from ivr.services.desk.live_callers import OnLine, Talking
from ivr.services.desk.moves.moves import MoveBlocked, sentences_of
from ivr.services.desk.moves.send_to_keypad import InDoubt
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.member import Member

_DONE: Final = 303
_NOT_FOUND: Final = 404
_UNFIT: Final = 422
_AWAY: Final = 503
_NOT_NOW: Final = "Nothing was done: something that we need is away. Try again."
_SENT: Final = (
    "The caller is at the keypad. You are called first afterwards, and hear how it went; the case stands in "
    "the queue once the caller has said for which account it is."
)


def on_line_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("on_line", __name__)

    @blueprint.get("/on-the-line")
    @allowed("agent", "supervisor")
    def page() -> ResponseReturnValue:
        return _page(work, done=request.args.get("done", ""))

    @blueprint.post("/on-the-line/<name>/keypad")
    @allowed("agent", "supervisor")
    def send(name: str) -> ResponseReturnValue:
        try:
            is_first = _on_line(work).send(name, member(), at=work.clock.now())
        except MoveBlocked as refused:
            sentences = (sentences_of(lack.missing, lack.remedy, work.names()) for lack in refused.lacks)
            return _page(work, told=" ".join(sentences)), _UNFIT
        except InDoubt as doubt:
            return _page(work, told=str(doubt)), _AWAY
        except (StoreUnavailable, AuditUnavailable):
            return _page(work, told=_NOT_NOW), _AWAY
        return redirect(url_for(".page", done="once" if is_first else "twice"), _DONE)

    return blueprint


def _on_line(work: Work) -> OnLine:
    if work.keypad is None:
        abort(_NOT_FOUND)
    return OnLine(keypad=work.keypad)


def callers_of(work: Work, asks: Member) -> tuple[Talking, ...]:
    """List whom the member may send; nobody where no call is moved from here: there is nothing to press."""
    if work.keypad is None:
        return ()
    return OnLine(keypad=work.keypad).callers(asks, at=work.clock.now())


def callers_mark(callers: Iterable[Talking]) -> str:
    """Tell two states of the page apart."""
    return hashlib.sha256(repr(tuple(callers)).encode()).hexdigest()[:16]


def _page(work: Work, *, done: str = "", told: str = "") -> str:
    callers, times = callers_of(work, member()), work.times(member())
    return render_template(
        "on_line.html",
        callers=callers,
        mark=callers_mark(callers),
        poll_s=POLL_S,
        can_send=work.keypad is not None,
        done=_SENT if done in ("once", "twice") else "",
        is_twice=done == "twice",
        told=told,
        shown=times.shown,
        zone=times.name(work.clock.now()),
    )
