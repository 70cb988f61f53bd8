"""One webhook of a call: find the menu it began with, take the turn, keep what it left, give the reply."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog

from ivr.domain.dialogue.actions import Action
from ivr.domain.dialogue.context import NOTHING, Known
from ivr.domain.dialogue.events import CallId, Event, KeyHeard, LegId, NothingHeard, SpeechHeard, Unreadable
from ivr.domain.dialogue.place import SECRET_STAGES, Place, write_without_turn
from ivr.domain.dialogue.step import at_home, start_of, step
from ivr.domain.dialogue.turn import AskCase, AskLine, Taken, Turn
from ivr.domain.dialogue.turns.ask_node import MOST_TURNS
from ivr.domain.dialogue.turns.transfer_turn import begins_to_ring
from ivr.domain.dialogue.whisper import accept, whisper
from ivr.domain.menus.line import Line, LineNow, line_now
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import caller
from ivr.domain.recovery.verification_commands import CLOSED, CaseView, Deed, Look
from ivr.services.calls.account_manager import OwnTams
from ivr.services.calls.crowding import MostCalls, is_crowded
from ivr.services.calls.last_agent import with_who_had
from ivr.services.calls.reply_cache import CachedReply, Memo, Reply
from ivr.services.calls.verification.verification import UNAVAILABLE, Verification
from ivr.services.case_ports import Answered, CaseWork
from ivr.services.ports import Clock, CountsBeside, Journal, JournalRow, Ledger, Menus, TurnKey

_log = structlog.get_logger(__name__)
_ANSWERED_ONCE: Final = frozenset({"dial", "dial_again", "recorded", "accept"})
"""Stages whose effect must happen once: a repeated webhook gets the reply of the first."""
_SINGLE_KEYS: Final = frozenset("0123456789*#")


Render = Callable[[MenuTree, tuple[Action, ...]], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The call and the leg a webhook speaks of. leg is call itself, but for an agent's leg.

    shown: the caller's number as the carrier tells it, not read yet; "" where it is no hint of anybody.
    """

    call: CallId
    leg: LegId
    shown: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsked:
    """A turn that waits for a deed. known: what it was told already."""

    deed: Deed
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """verification: None where nobody is verified by phone."""

    menus: Menus
    ledger: Ledger
    journal: Journal
    clock: Clock
    render: Render
    memo: Memo
    verification: Verification | None
    own_tams: OwnTams = field(default_factory=OwnTams)
    most_calls: MostCalls = field(default_factory=MostCalls)

    def take(self, whose: Whose | None, place: Place | None, event: Event, *, began_at: float) -> bytes:
        """Take one turn and give the reply to send.

        whose: None where the webhook does not say: then nothing is stored. place: None for a place that
        cannot be read: then the main menu. began_at: when the request came in, by `seconds`.
        """
        tree, here = self._where(place)
        taken = self._turn(tree, here, event, whose)
        if isinstance(taken, CaseAsked):
            stored = self._once_with_case(tree, here, event, whose, taken, began_at=began_at)
            if stored is not None:
                return stored
            taken = self._told(tree, here, event, whose, taken, CLOSED, counts=self.ledger)
        turn, reply = taken
        body = reply.at(turn.place.turn)
        if whose is None or isinstance(event, Unreadable):
            return body
        key = TurnKey(call=whose.call, leg=whose.leg, turn=here.turn)
        at = self.clock.now()
        if turn.effects or here.stage in _ANSWERED_ONCE:
            body = self._keep(key, here, turn, at=at, reply=body)
        self.journal.note(self._row(key, here, turn, event, at=at, began_at=began_at))
        return body

    def kept(self, whose: Whose, place: Place, event: Event, *, began_at: float) -> bytes | None:
        """Take a turn whose reply is kept ready, as `take` does; None, and nothing is done, for any other.

        It waits for nothing: neither for the database nor for a menu that was not loaded yet.
        """
        heard = _memo_key(place, event)
        kept = None if heard is None else self.memo.get(heard)
        if kept is None:
            return None
        key = TurnKey(call=whose.call, leg=whose.leg, turn=place.turn)
        self.journal.note(self._row(key, place, kept.turn, event, at=self.clock.now(), began_at=began_at))
        return kept.reply.at(place.turn + 1)

    def is_accepted(self, leg: LegId) -> bool | None:
        return self.ledger.is_accepted(leg)

    def apologized(self, whose: Whose, place: Place | None) -> None:
        """Note that all a caller got was our apology."""
        here = place or start_of(self.menus.current())
        key = TurnKey(call=whose.call, leg=whose.leg, turn=here.turn)
        turn = Turn(judged="apology", place=here, actions=())
        self.journal.note(self._row(key, here, turn, NothingHeard(), at=self.clock.now(), began_at=None))

    def _where(self, place: Place | None) -> tuple[MenuTree, Place]:
        current = self.menus.current()
        if place is None:
            return current, start_of(current)
        tree = self.menus.pinned(place.version)
        if tree is None:
            return current, at_home(current, place)
        if place.node not in tree.nodes or place.language not in tree.languages:
            return tree, at_home(tree, place)
        return tree, place

    def _turn(
        self, tree: MenuTree, here: Place, event: Event, whose: Whose | None
    ) -> tuple[Turn, Reply] | CaseAsked:
        heard = _memo_key(here, event)
        kept = None if heard is None else self.memo.get(heard)
        if kept is not None:
            return replace(kept.turn, place=replace(kept.turn.place, turn=here.turn + 1)), kept.reply
        turn, asked = self._step(tree, here, event, whose)
        if isinstance(turn, CaseAsked):
            return turn
        reply = self.render(tree, turn.actions)
        if heard is not None and not asked and not turn.effects:
            self.memo.put(heard, CachedReply(turn=turn, reply=reply))
        return turn, reply

    def _step(
        self, tree: MenuTree, here: Place, event: Event, whose: Whose | None
    ) -> tuple[Turn | CaseAsked, bool]:
        if here.stage in ("whisper", "whisper_again"):
            return whisper(tree, here, self._looked(tree, here, whose)), True
        if here.stage == "accept":
            return accept(here, event, leg=whose.leg if whose else LegId("")), True
        known = NOTHING
        taken = step(tree, here, event, known)
        is_told = isinstance(taken, AskLine)
        if isinstance(taken, AskLine):
            known = Known(line=self._line(tree.lines[taken.line], here, whose))
            taken = step(tree, here, event, known)
        if isinstance(taken, AskCase):
            if not isinstance(taken.deed, Look):
                return CaseAsked(deed=taken.deed, known=known), True
            known = replace(known, case=self._looked(tree, here, whose))
            taken, is_told = step(tree, here, event, known), True
        turn = self._with_own(tree, here, event, whose, known, _taken(taken), counts=self.ledger)
        return turn, is_told

    def _line(self, line: Line, here: Place, whose: Whose | None) -> LineNow:
        now = line_now(line, self.clock.now())
        return with_who_had(now, line, here, None if whose is None else whose.call, self.ledger)

    def _with_own(
        self,
        tree: MenuTree,
        here: Place,
        event: Event,
        whose: Whose | None,
        known: Known,
        turn: Turn,
        *,
        counts: CountsBeside,
    ) -> Turn:
        """Take a turn that is about to ring again: without ringing for a crowd, or first the own manager.

        counts: reads the calls beside this one; within a transaction, the transaction itself.
        """
        rung = begins_to_ring(here, turn)
        if rung is None or known.line is None or whose is None:
            return turn
        if self._is_crowded(tree, here, whose, known, counts):
            return _taken(step(tree, here, event, replace(known, line=replace(known.line, is_crowded=True))))
        if tree.lines[rung].own is None or self.verification is None:
            return turn
        own = self.own_tams.of(self.verification.directory, whose.shown, call=whose.call)
        if own is None:
            return turn
        return _taken(step(tree, here, event, replace(known, line=replace(known.line, own=own))))

    def _is_crowded(
        self, tree: MenuTree, here: Place, whose: Whose, known: Known, counts: CountsBeside
    ) -> bool:
        """Whether the caller, who has proved nothing in this call, may not ring anybody just now."""
        case = known.case or self._looked(tree, here, whose)
        # Counted whatever was proved: a turn after a right PIN costs as much as one after a wrong one.
        beside = counts.beside(whose.call, at=self.clock.now())
        if case.level > 0:
            return False
        directory = None if self.verification is None else self.verification.directory
        return is_crowded(
            beside,
            whose.call,
            self.most_calls,
            directory=directory,
            own_tams=self.own_tams,
            shown=whose.shown,
        )

    def _looked(self, tree: MenuTree, here: Place, whose: Whose | None) -> CaseView:
        """Look at the caller's case, where the place says that there is one, or an agent sent the caller."""
        if (
            whose is None
            or not (here.has_case or here.stage == "whisper_again")
            or self.verification is None
            or tree.verification is None
        ):
            return CLOSED
        try:
            return self.verification.look(str(whose.call), tree.verification, at=self.clock.now())
        except UNAVAILABLE as fault:
            _log.warning("case_not_seen", call_id=whose.call, why=type(fault).__name__)
            return CLOSED

    def _once_with_case(
        self,
        tree: MenuTree,
        here: Place,
        event: Event,
        whose: Whose | None,
        asked: CaseAsked,
        *,
        began_at: float,
    ) -> bytes | None:
        """Do the deed together with its reply; None where it cannot be done now, and nothing was."""
        if whose is None or self.verification is None or tree.verification is None:
            return None
        key = TurnKey(call=whose.call, leg=whose.leg, turn=here.turn)
        at = self.clock.now()

        def answer(tx: CaseWork, view: CaseView) -> Answered:
            turn, reply = self._told(tree, here, event, whose, asked, view, counts=tx)
            self.journal.note(self._row(key, here, turn, event, at=at, began_at=began_at))
            return Answered(reply=reply.at(turn.place.turn), effects=turn.effects)

        try:
            return self.verification.once(
                key,
                asked.deed,
                tree.verification,
                at=at,
                caller=caller(whose.shown),
                where=_recorded(here),
                answer=answer,
            )
        except UNAVAILABLE as fault:
            _log.warning("verification_closed", call_id=whose.call, why=type(fault).__name__)
            return None

    def _told(
        self,
        tree: MenuTree,
        here: Place,
        event: Event,
        whose: Whose | None,
        asked: CaseAsked,
        view: CaseView,
        *,
        counts: CountsBeside,
    ) -> tuple[Turn, Reply]:
        known = replace(asked.known, case=view)
        turn = self._with_own(
            tree, here, event, whose, known, _taken(step(tree, here, event, known)), counts=counts
        )
        return turn, self.render(tree, turn.actions)

    def _keep(self, key: TurnKey, here: Place, turn: Turn, *, at: datetime, reply: bytes) -> bytes:
        if here.stage in _ANSWERED_ONCE:
            return self.ledger.once(key, turn.effects, at=at, reply=reply)
        self.ledger.record(key, turn.effects, at=at)
        return reply

    def _row(
        self, key: TurnKey, here: Place, turn: Turn, event: Event, *, at: datetime, began_at: float | None
    ) -> JournalRow:
        return JournalRow(
            key=key,
            version=turn.place.version,
            node=turn.place.node,
            language=turn.place.language,
            judged=turn.judged,
            heard="" if here.stage in SECRET_STAGES else heard_of(event),
            at=at,
            took_ms=0.0 if began_at is None else (self.clock.seconds() - began_at) * 1000,
        )


def _taken(taken: Taken) -> Turn:
    if not isinstance(taken, Turn):
        raise TypeError(f"the turn asks again after it was told: {taken}")
    return taken


def _recorded(here: Place) -> dict[str, str]:
    return {"node": str(here.node), "menu_version": str(here.version)}


def heard_of(event: Event) -> str:
    """What of the caller's doing a journal may hold: a single key, and never what was typed or said."""
    match event:
        case KeyHeard(key=key):
            return key if key in _SINGLE_KEYS else "other"
        case SpeechHeard():
            return "speech"
        case _:
            return ""


def _memo_key(here: Place, event: Event) -> tuple[str, str] | None:
    """Name what decides the reply of a turn of choosing; None where more than that decides it."""
    if here.stage != "turn" or here.turn > MOST_TURNS:
        return None
    match event:
        case KeyHeard(key=key) if key in _SINGLE_KEYS:
            return write_without_turn(here), key
        case NothingHeard():
            return write_without_turn(here), ""
        case _:
            return None
