"""What agents write about a case: notes, how it went, and that a colleague goes on with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar, get_args

from ivr.agents.desk import Desk, NoSuchCase
from ivr.case_ports import CaseWork, Disposition, Note, WrapUp
from ivr.recovery.case import Case, CaseNumber
from ivr.recovery.chain import Fields

Result = TypeVar("Result")

DISPOSITIONS: Final[tuple[Disposition, ...]] = get_args(Disposition)
NOTE_CHARS: Final = 500
_NOBODYS: Final[Mapping[str, Any]] = dict.fromkeys(
    ("agent", "claimed_at", "spoke_at", "approver", "approved_at")
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
    """Every method raises NotKept, NoSuchCase, StaleCase, StoreUnavailable, AuditUnavailable."""

    desk: Desk

    def note(self, number: CaseNumber, agent: str, *, note: str, text: str, at: datetime) -> None:
        """Keep a note, or write it over. note: its id, given with the empty form."""
        words = text.replace("\r\n", "\n").strip()
        if not _ID.fullmatch(note):
            raise NotKept("The form is not whole: open the case again, and paste the note there.")
        if not 1 <= len(words) <= NOTE_CHARS:
            raise NotKept(f"A note has 1 to {NOTE_CHARS} characters; this one has {len(words)}.")
        if _UNFIT.search(words):
            raise NotKept("The note holds characters that no keyboard types: write it again without them.")

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
            saved = tx.save(replace(case, **_NOBODYS))
            tx.record("case", {**_named(case, agent), "outcome": "hand-over"}, at=at)
            return saved

        return self._act(number, work)

    def wrap_up(self, number: CaseNumber, agent: str, *, disposition: str, at: datetime) -> Case:
        """Keep how it went; a case whose act is done is closed by it."""
        if disposition not in DISPOSITIONS:
            raise NotKept("Choose one of the ways in which a case can have gone.")

        def work(tx: CaseWork, case: Case) -> Case:
            if case.agent not in (None, agent):
                raise NotKept(f"The case is claimed by {case.agent}, who says how it went.")
            tx.desk.keep_wrap_up(case.id, case.call, WrapUp(disposition=disposition, agent=agent, at=at))
            is_done = case.state in ("RELEASED", "CHANGED")
            ended = replace(case, state="CLOSED", over_at=at, over_why="done") if is_done else case
            saved = tx.save(ended)
            tx.record("case", {**_named(case, agent), "outcome": "wrap-up", "reason": disposition}, at=at)
            return saved

        return self._act(number, work)

    def wrapped_up(self, number: CaseNumber) -> WrapUp | None:
        """Tell how the case's last call went; None until somebody said so."""

        def read(tx: CaseWork) -> WrapUp | None:
            case = numbered(tx, number)
            return tx.desk.wrap_up(case.id, case.call)

        return self.desk.cases.act(read)

    def _act(self, number: CaseNumber, work: Callable[[CaseWork, Case], Result]) -> Result:
        def done(tx: CaseWork) -> Result:
            return work(tx, self.desk.looked_at(numbered(tx, number)))

        return self.desk.cases.act(done)


def numbered(tx: CaseWork, number: CaseNumber) -> Case:
    """Read a case. Raises NoSuchCase."""
    case = tx.case_numbered(number)
    if case is None:
        raise NoSuchCase("no case has this number: see the list of open cases")
    return case


def _named(case: Case, agent: str) -> Fields:
    return {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
