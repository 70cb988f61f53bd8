"""What account managers are asked: their own accounts' cases, and nothing else of the desk."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from ivr.entrypoints.console.live.live_views import POLL_S
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.page_words import ANSWERS
from ivr.entrypoints.console.pages.requests_view import asked_mark, questions_of
from ivr.entrypoints.console.sign_in import access
from ivr.entrypoints.console.sign_in.access import allowed, member, signed_in
from ivr.services.case_ports import AuditUnavailable, StaleCase
from ivr.services.desk.moves.moves import MoveBlocked, sentences_of
from ivr.services.desk.moves.notes_and_wrap_up import NOTE_CHARS, NotKept
from ivr.services.desk.moves.vouch import NotAsked, Vouching
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.sign_in import SigningIn

_DONE: Final = 303
_NOT_FOUND: Final = 404
_UNFIT: Final = 422
_AWAY: Final = 503
_LONGEST_CODE: Final = 16
_MOST_KEPT: Final = 600
_WRONG: Final = (
    "That is not the code that your app shows now, or it has served already: wait for the next one."
)
_NOT_NOW: Final = "Nothing was kept: something that we need is away. Try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What stood in the form of one case, and why it was not kept."""

    number: str = ""
    answer: str = ""
    reason: str = ""
    fault: str = ""


def asked_blueprint(work: Work, signing_in: SigningIn) -> Blueprint:
    blueprint = Blueprint("asked", __name__)

    @blueprint.get("/asked")
    @allowed("tam")
    def page() -> ResponseReturnValue:
        said = _Said(answer=access.typed("answer"), reason=access.typed("reason"))
        _vouching(work)
        return _page(work, said, is_done=request.args.get("done") == "1")

    @blueprint.post("/asked/<number>")
    @allowed("tam")
    def answer(number: str) -> ResponseReturnValue:
        vouching = _vouching(work)
        said = _Said(
            number=number,
            answer=request.form.get("answer", "")[:_MOST_KEPT],
            reason=request.form.get("reason", "")[:_MOST_KEPT],
        )
        code = Secret(request.form.get("code", "")[:_LONGEST_CODE])
        return _answered(work, vouching, signing_in, said, code)

    return blueprint


def _vouching(work: Work) -> Vouching:
    vouching = work.vouching
    if vouching is None:
        abort(_NOT_FOUND)
    return vouching


def _answered(
    work: Work, vouching: Vouching, signing_in: SigningIn, said: _Said, code: Secret
) -> ResponseReturnValue:
    at, fault, status = work.clock.now(), "", _UNFIT
    number, given = CaseNumber(said.number), {"answer": said.answer, "reason": said.reason}
    try:
        vouching.check(number, member(), **given, at=at)
        # Counted, put on record and used up before anything is answered by it.
        proved = signing_in.again(signed_in(), code)
        if proved == "over":
            return redirect(url_for("sign_in.form", back=url_for("asked.page")), _DONE)
        if proved == "right":
            vouching.answer(number, member(), **given, at=at)
            return redirect(url_for("asked.page", done="1"), _DONE)
        fault = _WRONG
    except NotAsked:
        abort(_NOT_FOUND)
    except NotKept as unfit:
        fault = str(unfit)
    except MoveBlocked as refused:
        fault = " ".join(sentences_of(lack.missing, lack.remedy, work.names()) for lack in refused.lacks)
    except (StaleCase, AuditUnavailable, StoreUnavailable):
        fault, status = _NOT_NOW, _AWAY
    kept = _Said(number=said.number, fault=fault, **given)
    return _page(work, kept), status


def _page(work: Work, said: _Said, *, is_done: bool = False) -> str:
    rows = questions_of(work, member())
    return render_template(
        "asked.html",
        rows=rows,
        mark=asked_mark(rows),
        said=said,
        is_done=is_done,
        answers=ANSWERS,
        note_chars=NOTE_CHARS,
        poll_s=POLL_S,
        zone=work.times(member()).name(work.clock.now()),
    )
