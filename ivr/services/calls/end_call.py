"""A call is over: judge how it went, once."""

from dataclasses import dataclass

from ivr.domain.dialogue.call_disposition import LastTurn, disposition
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.tree import Ask
from ivr.domain.prompts.durations import seconds_to_say
from ivr.services.ports import CallEnded, Clock, Ledger, Menus


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    menus: Menus
    ledger: Ledger
    clock: Clock

    def close(self, call: CallId, *, status: str) -> None:
        """Close the call's record; a call that is closed already, or unknown, stays as it is."""
        summary = self.ledger.summary(call)
        if summary is None:
            return
        at = self.clock.now()
        how = disposition(summary, ended_at=at, answer_s=self._answer_s)
        self.ledger.close(CallEnded(call=call, at=at, status=status, disposition=how))

    def _answer_s(self, last: LastTurn) -> float | None:
        tree = self.menus.pinned(last.version)
        node = None if tree is None else tree.nodes.get(last.node)
        if not isinstance(node, Ask) or node.kind != "answer":
            return None
        return seconds_to_say(node.says.said_in(last.language).parts)
