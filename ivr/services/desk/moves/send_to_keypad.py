"""An agent sends a caller to the keypad; the same agent is rung first afterwards.

It proves nothing: what the caller types is judged by the line alone, and no agent hears it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import LAST_TURN, Place
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree, MenuVersion, NodeId, Transfer
from ivr.domain.prompts.speech import Language
from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import AuditUnavailable, CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import MoveRecord
from ivr.services.desk.moves.moves import Lack, MoveBlocked
from ivr.services.desk_ports import PlacedTransfer
from ivr.services.live_calls import LiveCalls, NotMoved, PerhapsMoved
from ivr.services.ports import StoreUnavailable

Fate = Literal["keypad_failed", "keypad_in_doubt"]
"""What is put on record where a caller whom an agent sent may still be with that agent."""
_TURNS: Final = 40
"""So many a verification and the ringing after it may take."""
_BEYOND_THE_DIAL: Final = 2
"""The dial's own end has the turn after it: the keypad's must never be taken for that."""
_AGAIN: Final = "who is at the keypad comes back by itself; who has hung up calls again"
OVER: Final = Lack(name="call", missing="this caller is with no agent now", remedy=_AGAIN)
_TOO_LONG: Final = Lack(name="turns", missing="this call has gone on for too many turns", remedy=_AGAIN)
_FAILED: Final = Lack(
    name="carrier",
    missing="the telephone network did not take the caller there",
    remedy="go on talking, and try again; who has hung up calls again",
)


class InDoubt(Exception):  # noqa: N818 -- it names what is not known
    """The caller is at the keypad, or still with the agent: nobody can tell, and the words say what to do."""

    def __init__(self) -> None:
        super().__init__(
            "It is not known whether the caller was taken to the keypad: the telephone network gave no "
            "clear answer. If you still hear the caller, ask for a moment, and press again. If you do not, "
            "the caller is at the keypad or has hung up: you are called first afterwards, and the card of "
            "the case shows what was proved. Pressing again then does nothing."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypad:
    """tree: of the menu where the caller goes on; a call that began with another finds its own place."""

    desk: Desk
    tree: MenuTree
    calls: LiveCalls

    def send(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Send the caller of a case to the keypad, once for each version of the case that was looked at.

        Raises Refused where it may not be, or the carrier does not do it, InDoubt where nobody can tell, and
        what every move raises.
        """
        going = _Going()

        def lacks(tx: CaseWork, case: Case) -> tuple[Lack, ...]:
            calls = tx.desk.calls(case.id)
            going.put_through = next((one.put for one in calls if one.joined.call == case.claimed_call), None)
            return () if going.put_through is None else too_long(going.put_through)

        sent = self.desk.recorded("keypad", number, agent, at=at, record=MoveRecord(lacks=lacks))
        through = going.put_through
        if through is None:
            raise TypeError("a caller was sent to the keypad, and nobody put through")
        place = self.place(through, self._node(sent), language=sent.language, has_case=True)
        self.bring(through, place, fails=lambda fate: self._put_down(sent, agent, fate, at))
        return sent

    def bring(self, through: PlacedTransfer, place: Place, *, fails: Callable[[Fate], None]) -> None:
        """Have the carrier take the caller to *place*. fails: told where it did not, or may not have.

        Raises Refused and InDoubt. Asked outside every transaction: a carrier may be slow.
        """
        try:
            self.calls.move(CallId(through.call), place)
        except (NotMoved, PerhapsMoved) as fault:
            is_known = isinstance(fault, NotMoved)
            # The agent hears what became of the call even where that cannot be put down.
            with suppress(StoreUnavailable, AuditUnavailable):
                fails("keypad_failed" if is_known else "keypad_in_doubt")
            raise (MoveBlocked("keypad", (_FAILED,)) if is_known else InDoubt()) from fault

    def place(self, through: PlacedTransfer, node: NodeId, *, language: str, has_case: bool) -> Place:
        """Give the place of the keypad for a caller who was put through; it names whom to ring afterwards."""
        return Place(
            version=self.tree.version if through.version is None else MenuVersion(through.version),
            stage="sent_back",
            node=node,
            language=Language(language),
            turn=through.turn + _BEYOND_THE_DIAL,
            line=LineId(through.lines[0]),
            person=through.person,
            has_case=has_case,
        )

    def _put_down(self, case: Case, agent: str, fate: Fate, at: datetime) -> None:
        named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
        self.desk.cases.act(lambda tx: tx.record("case", {**named, "outcome": fate}, at=at))

    def _node(self, case: Case) -> NodeId:
        nodes = [node for node in self.tree.nodes.values() if isinstance(node, Transfer) and node.recovery]
        return next((node.id for node in nodes if node.recovery == case.goal), nodes[0].id)


@dataclass(slots=True, kw_only=True)
class _Going:
    put_through: PlacedTransfer | None = field(default=None)


def too_long(through: PlacedTransfer) -> tuple[Lack, ...]:
    """Refuse where the call has too few turns left for a verification."""
    return (_TOO_LONG,) if through.turn > LAST_TURN - _TURNS else ()
