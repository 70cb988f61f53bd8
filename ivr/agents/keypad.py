"""An agent sends a caller to the keypad; the same agent is rung first afterwards.

It proves nothing: what the caller types is judged by the line alone, and no agent hears it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ivr.agents.desk import Desk
from ivr.agents.moves import Lack, Refused
from ivr.agents.record import Record
from ivr.case_ports import CaseWork, PutThrough
from ivr.dialogue.event import CallId
from ivr.dialogue.place import LAST_TURN, Place
from ivr.live_calls import LiveCalls, NotMoved
from ivr.menu.line import LineId
from ivr.menu.tree import MenuTree, MenuVersion, NodeId, Transfer
from ivr.prompt.speech import Language
from ivr.recovery.case import Case, CaseNumber

_TURNS: Final = 40
"""So many a verification and the ringing after it may take."""
_BEYOND_THE_DIAL: Final = 2
"""The dial's own end has the turn after it: the keypad's must never be taken for that."""
_OVER: Final = Lack(
    name="call",
    missing="no caller of this case is with an agent now",
    remedy="the caller calls again, and types the case number",
)
_TOO_LONG: Final = Lack(name="turns", missing="this call has gone on for too many turns", remedy=_OVER.remedy)
_FAILED: Final = Lack(
    name="carrier",
    missing="the telephone network did not take the caller there, so you may still have the call",
    remedy="go on talking, and try again; or the caller calls again and types the case number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypad:
    """tree: of the menu where the caller goes on; a call that began with another finds its own place."""

    desk: Desk
    tree: MenuTree
    calls: LiveCalls

    def send(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Send the caller of a case to the keypad, once for each version of the case that was looked at.

        Raises Refused where it may not be, or the carrier does not do it, and what every move raises.
        """
        going = _Going()

        def lacks(tx: CaseWork, case: Case) -> tuple[Lack, ...]:
            going.put_through = tx.desk.put_through(case.id)
            return _lacks(going.put_through, case)

        sent = self.desk.recorded("keypad", number, agent, at=at, record=Record(lacks=lacks))
        if going.put_through is None:
            raise TypeError("a caller was sent to the keypad, and nobody put through")
        # Asked outside the transaction: a carrier may be slow, and is never asked twice.
        try:
            self.calls.move(CallId(going.put_through.call), self._place(sent, going.put_through))
        except NotMoved as fault:
            self._put_down(sent, agent, at)
            raise Refused("keypad", (_FAILED,)) from fault
        return sent

    def _put_down(self, case: Case, agent: str, at: datetime) -> None:
        named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
        told = {**named, "outcome": "keypad", "reason": "carrier"}
        self.desk.cases.act(lambda tx: tx.record("case_refused", told, at=at))

    def _place(self, case: Case, through: PutThrough) -> Place:
        return Place(
            version=self.tree.version if through.version is None else MenuVersion(through.version),
            stage="sent_back",
            node=self._node(case),
            language=Language(case.language),
            turn=through.turn + _BEYOND_THE_DIAL,
            line=LineId(through.lines[0]),
            person=through.person,
            has_case=True,
        )

    def _node(self, case: Case) -> NodeId:
        nodes = [node for node in self.tree.nodes.values() if isinstance(node, Transfer) and node.recovery]
        return next((node.id for node in nodes if node.recovery == case.goal), nodes[0].id)


@dataclass(slots=True, kw_only=True)
class _Going:
    put_through: PutThrough | None = field(default=None)


def _lacks(through: PutThrough | None, case: Case) -> tuple[Lack, ...]:
    if through is None or through.taken_at is None or through.has_ended or through.call != case.call:
        return (_OVER,)
    return (_TOO_LONG,) if through.turn > LAST_TURN - _TURNS else ()
