"""Cases that wait, for a subaccount's login or for anything to be proved: none waits for ever."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.case import BY_LINE, Case, CaseId
from ivr.domain.recovery.deadlines import has_lapsed, is_bare, is_reminded, waits_until
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Cases, CaseWork, StaleCase
from ivr.services.desk.card.current_call import standing_of
from ivr.services.notices import notices

WAITED: Final = "waited too long"
IN_VAIN: Final = "nothing was proved"
_ACTOR: Final = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """fresh: gives 32 random hexadecimal digits."""

    cases: Cases
    policy: Policy
    fresh: Callable[[], str]

    def tend(self, at: datetime) -> int:
        """Remind the contacts of cases whose half-time has come, end what waited too long, or for nothing.

        Gives how many cases that were.
        Each is one transaction. Raises StoreUnavailable, AuditUnavailable.
        """
        due = self.cases.act(lambda tx: [case.id for case in tx.cases() if self._is_due(tx, case, at)])
        return sum(self._tended(case, at) for case in due)

    def _is_due(self, tx: CaseWork, case: Case, at: datetime) -> bool:
        is_late = has_lapsed(case, self.policy, at=at) or is_reminded(case, self.policy, at=at)
        return is_late or self._is_in_vain(tx, case, at)

    def _is_in_vain(self, tx: CaseWork, case: Case, at: datetime) -> bool:
        """Whether nothing came of a bare claim since its last call, and nobody talks with the caller now."""
        before = at - timedelta(seconds=self.policy.bare_lapses_s)
        if case.opened_at > before or not is_bare(case, is_proved=bool(tx.evidence(case.id))):
            return False
        calls = tx.desk.calls(case.id)
        return not any(one.joined.at > before or standing_of(one, at=at) == "talks" for one in calls)

    def _tended(self, case: CaseId, at: datetime) -> bool:
        def work(tx: CaseWork) -> bool:
            now = tx.case(case)
            if now is None or not self._is_due(tx, now, at):
                return False
            if has_lapsed(now, self.policy, at=at):
                self._lapse(tx, now, at)
            elif is_reminded(now, self.policy, at=at):
                self._remind(tx, now, at)
            else:
                _let_go(tx, now, at)
            return True

        try:
            return self.cases.act(work)
        except StaleCase:
            # Whoever was there first may have ended it; if not, the next round comes to it.
            return False

    def _lapse(self, tx: CaseWork, case: Case, at: datetime) -> None:
        saved = tx.save(case.ended("LAPSED", at=at, by=BY_LINE, why=WAITED))
        tx.record("case", {**_named(case), "outcome": "LAPSED", "reason": "waited"}, at=at)
        for notice in notices(saved, "lapsed", call=case.call, fresh=self.fresh):
            tx.queue(notice, at=at)

    def _remind(self, tx: CaseWork, case: Case, at: datetime) -> None:
        saved = tx.save(replace(case, reminded_at=at))
        tx.record("case", {**_named(case), "outcome": "reminded"}, at=at)
        until = waits_until(saved, self.policy)
        for notice in notices(saved, "reminder", call=case.call, fresh=self.fresh, until=until):
            tx.queue(notice, at=at)


def _let_go(tx: CaseWork, case: Case, at: datetime) -> None:
    """End a bare claim. Its contacts are not told: nobody has shown that they have to do with it."""
    tx.save(case.ended("LAPSED", at=at, by=BY_LINE, why=IN_VAIN))
    tx.record("case", {**_named(case), "outcome": "LAPSED", "reason": "in_vain"}, at=at)


def _named(case: Case) -> dict[str, str | None]:
    return {"case": case.id, "account": case.account, "call": case.call, "actor": _ACTOR}
