"""The card's page, and its moves: each is one POST that says which version of the case it has looked at."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.domain.recovery.case import CaseNumber
from ivr.entrypoints.console.live.live_views import POLL_S
from ivr.entrypoints.console.live.watched import ringing_beside
from ivr.entrypoints.console.pages.card_view import view_of
from ivr.entrypoints.console.pages.forms import (
    FIELDS,
    FORMS,
    VERSION,
    MoveForm,
    MoveRequest,
    Typed,
    Unfit,
    version_of,
)
from ivr.entrypoints.console.pages.page_context import Work
from ivr.entrypoints.console.pages.page_words import CHANGES, DONE, REASONS, UNDO
from ivr.entrypoints.console.pages.product_view import product_view
from ivr.entrypoints.console.sign_in import access
from ivr.entrypoints.console.sign_in.access import allowed, member
from ivr.services.case_ports import AuditUnavailable, DirectoryUnavailable, StaleCase
from ivr.services.desk.case_access import TurnedAway
from ivr.services.desk.moves.moves import MoveBlocked, sentences_of
from ivr.services.desk.moves.notes_and_wrap_up import NOTE_CHARS, NotKept
from ivr.services.desk.moves.send_to_keypad import InDoubt
from ivr.services.desk.moves.undo import UNDO_FOR
from ivr.services.ports import StoreUnavailable
from ivr.services.product_ports import ProductUnavailable

_DONE: Final = 303
_NOT_FOUND: Final = 404
_STALE: Final = 409
_UNFIT: Final = 422
_AWAY: Final = 503
_ROLES: Final = ("agent", "supervisor")
_NOT_NOW: Final = "Nothing was done: something that we need is away. Try again."
_NO_ANSWER: Final = (
    "The product did not answer, or not as agreed. What is recorded here stays. Look there whether it did "
    "what was asked; then ask it again, or take the steps by hand and record them."
)

_IS_AWAY: Final = (InDoubt, ProductUnavailable, DirectoryUnavailable, AuditUnavailable, StoreUnavailable)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReply:
    """What a page says of the move that was just tried. field: of the form, if one is the matter."""

    sentences: tuple[str, ...]
    move: str = ""
    field: str = ""


_NOTHING: Final = MoveReply(sentences=())


def card_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("card", __name__)

    @blueprint.get("/case/<number>")
    @allowed(*_ROLES)
    def page(number: str) -> ResponseReturnValue:
        return _page(work, _seen(work, number), done=request.args.get("done", ""))

    @blueprint.post("/case/<number>/<move>")
    @allowed(*_ROLES)
    def move(number: str, move: str) -> ResponseReturnValue:
        known = _seen(work, number)
        form = FORMS.get(move)
        if form is None:
            abort(_NOT_FOUND)
        return _Try(work=work, number=known, move=move, form=form).reply()

    return blueprint


def _seen(work: Work, number: str) -> CaseNumber:
    """Let go on who may see the case; for others it is not there."""
    if not work.seeing.may_see(member(), number, at=work.clock.now()):
        abort(_NOT_FOUND)
    return CaseNumber(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    work: Work
    number: CaseNumber
    move: str
    form: MoveForm

    def reply(self) -> ResponseReturnValue:
        typed = self.form.typed(request.form)
        if self.form.strangers(request.form):
            self._turn_away("extra_fields")
        version = version_of(request.form.get(VERSION, ""))
        if version is None:
            return self._told(typed, "The form is not whole: look at the card, and try again.", field=VERSION)
        try:
            self._make(version, typed)
        except StaleCase:
            return self._stale(version, typed)
        except MoveBlocked as refused:
            sentences = (sentences_of(lack.missing, lack.remedy, self.work.names()) for lack in refused.lacks)
            named = (lack.name for lack in refused.lacks if lack.name in self.form.fields)
            return self._told(typed, *sentences, field=next(named, ""))
        except Unfit as unfit:
            return self._told(typed, str(unfit), field=unfit.field)
        except NotKept as fault:
            return self._told(typed, str(fault), field=self.form.fields[-1] if self.form.fields else "")
        except _IS_AWAY as fault:
            return self._told(typed, _words_of(fault), code=_AWAY)
        return self._done()

    def _make(self, version: int, typed: Typed) -> None:
        at = self.work.clock.now()
        # A note is its author's own, whatever became of the case meanwhile.
        seen = None if self.move == "note" else version
        asked = MoveRequest(
            number=self.number,
            agent=member().id,
            at=at,
            typed=typed,
            product=self.work.product,
            staff=self.work.staff,
            keypad=self.work.keypad,
        )
        self.form.make(self.work.desk_at(version), self.work.writing_at(seen), asked)

    def _done(self) -> ResponseReturnValue:
        if _wants_json():
            return jsonify({"saved": True})
        return redirect(url_for("card.page", number=self.number, done=self.move), _DONE)

    def _stale(self, version: int, typed: Typed) -> ResponseReturnValue:
        """Say who was there first; who pressed twice is only told that it is done."""
        last = self.work.seeing.last_change(self.number)
        now = self.work.desk.card(self.number, at=self.work.clock.now()).version
        mine = f"agent:{member().id}"
        if (
            last is not None
            and now == version + 1
            and last.actor == mine
            and last.outcome in (self.form.outcome, self.form.failure)
        ):
            return redirect(url_for("card.page", number=self.number, done=f"{self.move}.twice"), _DONE)
        self._turn_away("stale")
        named = "" if last is None else self.work.names().of(last.actor.removeprefix("agent:"))
        who = "somebody" if last is None else named or "the line"
        when = "" if last is None else f" at {self.work.times(member()).shown(last.at)}"
        what = "" if last is None else f" ({CHANGES.get(last.outcome, last.outcome).replace('_', ' ')})"
        sentence = f"Nothing was done: the case was changed by {who}{when}{what}. Look at it again."
        return self._told(typed, sentence, code=_STALE)

    def _turn_away(self, why: TurnedAway) -> None:
        at = self.work.clock.now()
        self.work.seeing.turn_away(member(), self.number, why, move=self.move, at=at)

    def _told(
        self, typed: Typed, *sentences: str, field: str = "", code: int = _UNFIT
    ) -> ResponseReturnValue:
        if _wants_json():
            return jsonify({"saved": False, "why": " ".join(sentences)}), code
        told = MoveReply(sentences=sentences, move=self.move, field=field)
        return _page(self.work, self.number, told=told, typed=typed), code


def _words_of(fault: Exception) -> str:
    if isinstance(fault, InDoubt):
        return str(fault)
    return _NO_ANSWER if isinstance(fault, ProductUnavailable) else _NOT_NOW


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _page(
    work: Work, number: CaseNumber, *, done: str = "", told: MoveReply = _NOTHING, typed: Typed | None = None
) -> str:
    at, agent = work.clock.now(), member().id
    move, _, twice = done.partition(".")
    kept = {name: access.typed(name) if typed is None else typed.get(name, "") for name in FIELDS}
    pen = work.writing_at(None)
    last = pen.undoable(number, agent, at=at)
    work.seeing.shown(member(), number, at=at)
    card = work.desk.card(number, at=at, agent=agent)
    times, names = work.times(member()), work.names()
    view = view_of(card, agent=agent, at=at, hand=work.hand, times=times, names=names)
    return render_template(
        "card.html",
        card=view,
        beside=ringing_beside(work, member(), view.mark),
        product=product_view(card, is_asked=work.product is not None, times=times, names=names),
        zone=times.name(at),
        zone_key=times.zone.key,
        named=names.of,
        notes=pen.notes(number),
        wrapped=pen.wrapped_up(number),
        told=told,
        typed=kept,
        done=DONE.get(move, ""),
        is_twice=twice == "twice",
        reasons=REASONS,
        dispositions=work.dispositions,
        undo="" if last is None else UNDO[last.move],
        undo_s=0 if last is None else UNDO_FOR.total_seconds() - (at - last.at).total_seconds(),
        note_id=kept["id"] or work.fresh(),
        note_chars=NOTE_CHARS,
        shown=times.shown,
        poll_s=POLL_S,
    )
