"""Callers who talk with an agent now in a call about no case: who takes them to the keypad, and how."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import Line, LineId, line_now
from ivr.domain.menus.tree import NodeId, Transfer
from ivr.domain.recovery.codes import talk_name
from ivr.domain.recovery.limits import allows
from ivr.domain.recovery.policy import Limit
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.send_to_keypad import OVER, Fate, Keypad, too_long
from ivr.services.desk_ports import PlacedTransfer
from ivr.services.staff.member import Member

_LONGEST: Final = timedelta(hours=4)
"""A talk of which nobody was ever told the end is none after that."""
_SCOPE: Final = "talk"
_TWICE: Final = Limit(count=1, seconds=10)
"""Longer than the carrier is waited for: whoever presses later has seen that the caller is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """One caller. name: what the talk is called by, 16 hexadecimal digits. since: when an agent took it.

    people: on whose telephone; nobody where that is the account's own manager. why: as it was whispered.
    is_own: whether the line says that this telephone is the member's who asks.
    """

    name: str
    line: str
    people: tuple[str, ...]
    why: str
    since: datetime
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLine:
    """Every method raises StoreUnavailable, AuditUnavailable."""

    keypad: Keypad

    def callers(self, member: Member, *, at: datetime) -> tuple[Talking, ...]:
        """List the callers on the member's lines who could be sent: the member's own, then the newest."""
        found = self.keypad.desk.cases.act(lambda tx: self._talks(tx, member, at))
        shown = [self._shown(one, member) for one in found]
        return tuple(sorted(shown, key=lambda one: (not one.is_own, at - one.since)))

    def send(self, name: str, member: Member, *, at: datetime) -> bool:
        """Send the caller to the keypad; whether this did it: of two presses one does.

        Raises Refused where no such caller is with an agent of the member's lines, or the carrier does not
        do it, and InDoubt where nobody can tell.
        """

        def work(tx: CaseWork) -> tuple[PlacedTransfer, bool] | MoveBlocked:
            found = next((one for one in self._talks(tx, member, at) if self._name(one) == name), None)
            lacks = (OVER,) if found is None else too_long(found)
            if found is None or lacks:
                fields = {"call": None if found is None else found.call, "actor": f"agent:{member.id}"}
                why = " ".join(lack.name for lack in lacks)
                tx.record("keypad", {**fields, "outcome": "refused", "reason": why}, at=at)
                return MoveBlocked("keypad", lacks)
            at_us = int(at.timestamp() * 1_000_000)
            is_first = allows(tx.moments(_SCOPE, name), (_TWICE,), at_us=at_us)
            if is_first:
                tx.keep_moments(_SCOPE, name, (at_us,))
                tx.record("keypad", {**_named(found, member), "outcome": "sent"}, at=at)
            return found, is_first

        going = self.keypad.desk.cases.act(work)
        if isinstance(going, MoveBlocked):
            raise going
        through, is_first = going
        if is_first:
            place = self._place(through)
            self.keypad.bring(through, place, fails=lambda fate: self._fail(through, member, fate, at))
        return is_first

    def _talks(self, tx: CaseWork, member: Member, at: datetime) -> tuple[PlacedTransfer, ...]:
        talks = tx.desk.talks(at - _LONGEST)
        return tuple(one for one in talks if _is_of(member, one.lines[0]) and self._entry(one.lines[0]))

    def _fail(self, through: PlacedTransfer, member: Member, fate: Fate, at: datetime) -> None:
        """Put down what came of it, and let the agent press again: whom it moved is with nobody by then."""

        def work(tx: CaseWork) -> None:
            tx.keep_moments(_SCOPE, self._name(through), ())
            tx.record("keypad", {**_named(through, member), "outcome": fate}, at=at)

        self.keypad.desk.cases.act(work)

    def _place(self, through: PlacedTransfer) -> Place:
        entry = self._entry(through.lines[0])
        if entry is None:
            raise TypeError("a caller was sent to the keypad from a line that leads to none")
        language = through.language or self.keypad.tree.languages[0]
        return self.keypad.place(through, entry, language=language, has_case=False)

    def _entry(self, line: str) -> NodeId | None:
        """Give where callers are verified, by the line's own menu if that has such; None where nobody is.

        Best is where nobody says which way it is to be: this caller was not asked.
        """
        tree = self.keypad.tree
        nodes = [node for node in tree.nodes.values() if isinstance(node, Transfer) and node.recovery]
        if tree.verification is None or not nodes:
            return None
        return max(nodes, key=lambda node: (node.recovery == "unsure", node.line == line)).id

    def _name(self, through: PlacedTransfer) -> str:
        return talk_name(self.keypad.desk.key, call=through.call, turn=through.turn)

    def _shown(self, through: PlacedTransfer, member: Member) -> Talking:
        line = self.keypad.tree.lines[LineId(through.lines[0])]
        people = rung(line, through)
        return Talking(
            name=self._name(through),
            line=str(line.id),
            people=tuple(line.people[person] for person in people),
            why=through.why,
            since=through.at if through.taken_at is None else through.taken_at,
            is_own=line.members.get(member.id) in people,
        )


def rung(line: Line, through: PlacedTransfer) -> tuple[int, ...]:
    """Give whose telephones rang, by their places on the line: as its rota was then."""
    rings = line_now(line, through.at).for_verified().rings
    return rings[through.person] if through.person < len(rings) else ()


def _is_of(member: Member, line: str) -> bool:
    return member.may("supervisor") or line in member.lines


def _named(through: PlacedTransfer, member: Member) -> dict[str, str | None]:
    return {"call": through.call, "actor": f"agent:{member.id}"}
