"""Who may see which case, what is looked for, and what was tried that may not be: each on record."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from ivr.domain.recovery.case import CaseNumber, State
from ivr.domain.recovery.limits import allows
from ivr.domain.recovery.policy import Limit
from ivr.services.case_ports import CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.case_queue import Waiting, lines_of, over_of, queue_of
from ivr.services.desk.moves.notes_and_wrap_up import NotKept, fit
from ivr.services.desk_ports import LastChange, Search, WrapUp
from ivr.services.staff.member import Member

TurnedAway = Literal["extra_fields", "stale"]
LEAST_SOUGHT: Final = 3
_MOST_SOUGHT: Final = 32
_SEARCHES: Final = (Limit(count=30, seconds=60),)
_NUMBER: Final = re.compile(r"9[0-9]{8}", re.ASCII)


class NoReason(NotKept):
    """Nothing was looked for: the reason is missing, or is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A case that somebody is to look at again on a day. wrap_up: how it had gone until then."""

    number: CaseNumber
    wrap_up: WrapUp
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A call after which somebody said that a supervisor looks at its case."""

    number: CaseNumber
    state: State
    wrap_up: WrapUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """first_lines: see `queue_of`. Every method raises StoreUnavailable and AuditUnavailable."""

    desk: Desk
    first_lines: frozenset[str]

    def everything(self, *, at: datetime) -> tuple[Waiting, ...]:
        return queue_of(self.desk.cases, self.desk.policy, first_lines=sorted(self.first_lines), at=at)

    def queue(self, member: Member, *, at: datetime) -> tuple[Waiting, ...]:
        return of_member(self.everything(at=at), member)

    def may_see(self, member: Member, number: str, *, at: datetime) -> bool:
        """Whether the case is of the member's lines; one that is not, or is none, is on record as tried."""

        def read(tx: CaseWork) -> bool:
            case = tx.case_numbered(CaseNumber(number)) if _NUMBER.fullmatch(number) else None
            if case is not None and _sees(member, lines_of(tx, case, self.first_lines)):
                return True
            fields = {"case": None if case is None else case.id, "actor": f"agent:{member.id}"}
            tx.record("console", {**fields, "outcome": "turned_away", "reason": "not_found"}, at=at)
            return False

        return self.desk.cases.act(read)

    def turn_away(self, member: Member, number: str, why: TurnedAway, *, move: str, at: datetime) -> None:
        """Put on record what was tried. move: one of the console's own names, never what a browser sent."""

        def write(tx: CaseWork) -> None:
            case = tx.case_numbered(CaseNumber(number))
            fields = {"case": None if case is None else case.id, "actor": f"agent:{member.id}"}
            tx.record("console", {**fields, "outcome": move, "reason": why}, at=at)

        self.desk.cases.act(write)

    def last_change(self, number: CaseNumber) -> LastChange | None:
        def read(tx: CaseWork) -> LastChange | None:
            case = tx.case_numbered(number)
            return None if case is None else tx.desk.last_change(case.id)

        return self.desk.cases.act(read)

    def shown(self, member: Member, number: CaseNumber, *, at: datetime) -> None:
        """Put on record that a member was shown a case."""

        def write(tx: CaseWork) -> None:
            case = tx.case_numbered(number)
            fields = {"case": None if case is None else case.id, "actor": f"agent:{member.id}"}
            tx.record("console", {**fields, "outcome": "shown"}, at=at)

        self.desk.cases.act(write)

    def follow_ups(self, member: Member) -> tuple[FollowUp, ...]:
        """List the cases of the member's lines that somebody is to look at again, by that day."""

        def read(tx: CaseWork) -> tuple[FollowUp, ...]:
            return tuple(
                FollowUp(number=case.number, wrap_up=said, day=said.follow_up)
                for case, said in tx.desk.follow_ups()
                if said.follow_up is not None and _sees(member, lines_of(tx, case, self.first_lines))
            )

        return self.desk.cases.act(read)

    def flagged(self, member: Member, dispositions: Collection[str]) -> tuple[Flagged, ...]:
        """List the calls that went so, the last one first, whatever became of their cases."""

        def read(tx: CaseWork) -> tuple[Flagged, ...]:
            return tuple(
                Flagged(number=case.number, state=case.state, wrap_up=said)
                for case, said in tx.desk.wrapped_up_as(dispositions)
                if _sees(member, lines_of(tx, case, self.first_lines))
            )

        return self.desk.cases.act(read)

    def searches(self) -> tuple[Search, ...]:
        """List who looked for what, and why, the last one first: for supervisors."""
        return self.desk.cases.act(lambda tx: tx.desk.searches())

    def search(self, member: Member, sought: str, *, reason: str, at: datetime) -> tuple[Waiting, ...]:
        """Find cases of the member's lines by a part of their number, and put that on record.

        Open ones come first, as in the queue; then those that are over, the last one first.

        reason: in the member's words; the audit names only the row that holds it. Raises NoReason for none,
        and NotKept for what is too short or too long to look for, and for too many searches.
        """
        try:
            why = fit(reason, "reason")
        except NotKept as fault:
            raise NoReason(str(fault)) from fault
        words = sought.strip()
        if not LEAST_SOUGHT <= len(words) <= _MOST_SOUGHT:
            raise NotKept(f"Type {LEAST_SOUGHT} to {_MOST_SOUGHT} characters of the case's number.")

        def count(tx: CaseWork) -> None:
            now_us = int(at.timestamp() * 1_000_000)
            earlier = tx.moments("search", member.id)
            if not allows(earlier, _SEARCHES, at_us=now_us):
                raise NotKept("That is a lot of searching: wait a minute.")
            tx.keep_moments("search", member.id, (*earlier[-_SEARCHES[0].count :], now_us))
            search = Search(id=self.desk.fresh(), member=member.id, sought=words, reason=why, at=at)
            tx.desk.keep_search(search)
            fields = {"actor": f"agent:{member.id}", "outcome": "search", "search": search.id}
            tx.record("console", fields, at=at)

        self.desk.cases.act(count)
        still_open = tuple(row for row in self.queue(member, at=at) if words in row.number)
        return (*still_open, *of_member(self._over(words, at), member))

    def _over(self, part: str, at: datetime) -> tuple[Waiting, ...]:
        first = sorted(self.first_lines)
        return over_of(self.desk.cases, self.desk.policy, part=part, first_lines=first, at=at)


def of_member(rows: Iterable[Waiting], member: Member) -> tuple[Waiting, ...]:
    """Keep what the member may see: the cases of the member's lines; all of them for a supervisor."""
    return tuple(row for row in rows if _sees(member, row.lines))


def _sees(member: Member, lines: Iterable[str]) -> bool:
    return member.may("supervisor") or not member.lines.isdisjoint(lines)
