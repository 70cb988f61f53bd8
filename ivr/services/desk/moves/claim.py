"""An agent takes a case: by the digits of a call about it, or without any once no call is left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ivr.domain.recovery.case import Case
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.match_code import Matched, matched, untyped
from ivr.services.desk.moves.moves import Lack, taken
from ivr.services.desk.moves.undo import remember

_ANEW: Final[Mapping[str, Any]] = dict.fromkeys(("spoke_at", "spoke_call", "approver", "approved_at"))


@dataclass(slots=True, kw_only=True)
class Claiming:
    """match: the three digits that were typed; None where none were. taken_from: who hands the case over.

    digits_of: gives what was whispered of a call. lasts_s: see `untyped`.
    """

    agent: str
    at: datetime
    match: str | None
    taken_from: str | None
    digits_of: Callable[[Case, str], str]
    lasts_s: float
    _by: Matched = field(default_factory=Matched)
    _before: Case | None = None

    def lacks(self, tx: CaseWork, case: Case) -> tuple[Lack, ...]:
        """Judge the digits, and whose case it is."""
        self._before = case
        if self.match is None:
            self._by = Matched(lacks=untyped(tx, case, lasts_s=self.lasts_s, at=self.at))
        else:
            self._by = matched(
                tx,
                case,
                self.match,
                digits_of=lambda call: self.digits_of(case, call),
                agent=self.agent,
                at=self.at,
            )
        is_free = case.agent in (None, self.agent, self.taken_from)
        return (*(() if is_free else (taken(case.agent or ""),)), *self._by.lacks)

    def facts(self, case: Case) -> Mapping[str, Any]:
        """Give what becomes true, once `lacks` found nothing: by another call all is spoken of anew."""
        if case.is_acted or (case.agent == self.agent and self._by.call in (None, case.claimed_call)):
            return {"agent": self.agent}
        return {**_ANEW, "agent": self.agent, "claimed_at": self.at, "claimed_call": self._by.call}

    def put(self, tx: CaseWork, after: Case) -> None:
        """Keep what the claim changed, so that it can be taken back."""
        before = after if self._before is None else self._before
        remember(tx, "claim", before=before, after=after, agent=self.agent, at=self.at)
