"""What agents write about a case: notes, how it went, and that a colleague goes on with it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import numbered
from ivr.services.desk.moves.moves import may_end
from ivr.services.desk.moves.undo import remember, undo_lacks, undone
from ivr.services.desk.product.product_acts import outcome_lacks
from ivr.services.desk_ports import Disposition, LastMove, Note, WrapUp

Result = TypeVar("Result")

NOTE_CHARS: Final = 500
LONGEST_FOLLOW_UP: Final = timedelta(days=366)
_ACTED: Final = ("RELEASED", "CHANGED")
"""Whose act was allowed: any agent of the line records what became of it, and says how it went."""
# A day is over when it is over everywhere: the last place is twelve hours behind UTC.
_LATEST_ZONE: Final = timedelta(hours=12)
_NOBODYS: Final[Mapping[str, Any]] = dict.fromkeys(
    ("agent", "claimed_at", "claimed_call", "spoke_at", "spoke_call", "approver", "approved_at")
)
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
# Line breaks are kept. What turns text round, or is no text, would make a note read otherwise than written.
_UNFIT: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class NotKept(ValueError):  # noqa: N818 -- it names what happened to the text
    """Nothing was kept. The sentence says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """dispositions: the ids that may be chosen now.

    Every method raises NotKept, NoSuchCase, StaleCase, StoreUnavailable, AuditUnavailable.
    """

    desk: Desk
    dispositions: Collection[str]

    def note(self, number: CaseNumber, agent: str, *, note: str, text: str, at: datetime) -> None:
        """Keep a note, or write it over. note: its id, given with the empty form."""
        if not _ID.fullmatch(note):
            raise NotKept("The form is not whole: open the case again, and paste the note there.")
        words = fit(text, "note")

        def work(tx: CaseWork, case: Case) -> None:
            is_new = tx.desk.keep_note(Note(id=note, case=case.id, author=agent, text=words, at=at))
            if is_new is None:
                raise NotKept("That note is somebody else's: open the case again, and write a new one.")
            if is_new:
                tx.record("note", _named(case, agent), at=at)

        self._act(number, work)

    def notes(self, number: CaseNumber) -> tuple[Note, ...]:
        return self.desk.cases.act(lambda tx: tx.desk.notes(numbered(tx, number).id))

    def hand_over(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Give the case back to the line: a colleague claims it, and speaks with the caller anew."""

        def work(tx: CaseWork, case: Case) -> Case:
            if case.is_over or case.agent != agent:
                raise NotKept("Only a case that you have claimed, and that is not over, can be handed over.")
            if case.state == "CHANGED":
                raise NotKept(
                    "The change was allowed in your name: any colleague may record what became of it."
                )
            saved = tx.save(replace(case, **({"agent": None} if case.is_acted else _NOBODYS)))
            remember(tx, "hand-over", before=case, after=saved, agent=agent, at=at)
            tx.record("case", {**_named(case, agent), "outcome": "hand-over"}, at=at)
            return saved

        return self._act(number, work)

    def wrap_up(
        self, number: CaseNumber, agent: str, *, disposition: str, at: datetime, follow_up: date | None = None
    ) -> Case:
        """Keep how it went. It closes a case whose act is done, and that cannot be taken back.

        One whose permit or release is open stays: nobody has recorded yet what became of it.
        """
        if disposition not in self.dispositions:
            raise NotKept("Choose one of the ways in which a case can have gone.")
        if follow_up is not None and not _is_ahead(follow_up, at):
            raise NotKept("Choose a day from today on, within a year; or leave it empty.")

        def work(tx: CaseWork, case: Case) -> Case:
            if case.agent is not None and not may_end(case, agent) and case.state not in _ACTED:
                raise NotKept(f"The case is claimed by {case.agent}, who says how it went.")
            said = tx.desk.wrap_up(case.id, case.desk_call)
            now = WrapUp(disposition=Disposition(disposition), agent=agent, at=at, follow_up=follow_up)
            tx.desk.keep_wrap_up(case.id, case.desk_call, now)
            owes = outcome_lacks(tx, case)
            is_done = case.state in _ACTED and not owes
            saved = tx.save(case.ended("CLOSED", at=at, by=agent, why="done") if is_done else case)
            if not is_done:
                remember(tx, "wrap-up", before=case, after=saved, agent=agent, at=at, said=said)
            tx.record("case", {**_named(case, agent), "outcome": "wrap-up", "reason": disposition}, at=at)
            return saved

        return self._act(number, work)

    def wrapped_up(self, number: CaseNumber) -> WrapUp | None:
        """Tell how the case's last call went; None until somebody said so."""

        def read(tx: CaseWork) -> WrapUp | None:
            case = numbered(tx, number)
            return tx.desk.wrap_up(case.id, case.desk_call)

        return self.desk.cases.act(read)

    def undo(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Take back the agent's own last claim, hand-over or wrap-up, within ten seconds."""

        def work(tx: CaseWork, case: Case) -> Case:
            last = tx.desk.last_move(case.id)
            why = undo_lacks(last, case, agent, at=at)
            if last is None or why:
                raise NotKept(why)
            saved = undone(tx, last, case)
            tx.record("case", {**_named(case, agent), "outcome": "undo", "reason": last.move}, at=at)
            return saved

        return self._act(number, work)

    def undoable(self, number: CaseNumber, agent: str, *, at: datetime) -> LastMove | None:
        """Tell what the agent could take back now."""

        def read(tx: CaseWork) -> LastMove | None:
            case = numbered(tx, number)
            last = tx.desk.last_move(case.id)
            return None if undo_lacks(last, case, agent, at=at) else last

        return self.desk.cases.act(read)

    def _act(self, number: CaseNumber, work: Callable[[CaseWork, Case], Result]) -> Result:
        def done(tx: CaseWork) -> Result:
            return work(tx, self.desk.looked_at(numbered(tx, number)))

        return self.desk.cases.act(done)


def fit(text: str, what: str) -> str:
    """Give a text as it is kept. what: as the member calls it, such as "note". Raises NotKept."""
    words = text.replace("\r\n", "\n").strip()
    if not 1 <= len(words) <= NOTE_CHARS:
        raise NotKept(f"A {what} has 1 to {NOTE_CHARS} characters; this one has {len(words)}.")
    if _UNFIT.search(words):
        raise NotKept(f"The {what} holds characters that no keyboard types: write it again without them.")
    return words


def _is_ahead(day: date, at: datetime) -> bool:
    return (at - _LATEST_ZONE).date() <= day <= (at + LONGEST_FOLLOW_UP).date()


def _named(case: Case, agent: str) -> Fields:
    return {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
