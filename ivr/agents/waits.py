"""Cases that wait for the login of a subaccount: who asked is reminded once, and none waits for ever."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ivr.case_ports import Cases, CaseWork, StaleCase
from ivr.notices import notices
from ivr.recovery.case import Case, CaseId
from ivr.recovery.policy import Policy
from ivr.recovery.waiting import has_lapsed, is_reminded, waits_until

WAITED: Final = "waited too long"
_ACTOR: Final = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """fresh: gives 32 random hexadecimal digits."""

    cases: Cases
    policy: Policy
    fresh: Callable[[], str]

    def tend(self, at: datetime) -> int:
        """Remind the contacts of cases whose half-time has come, end what waited too long; count them.

        Each is one transaction. Raises StoreUnavailable, AuditUnavailable.
        """
        due = self.cases.act(lambda tx: [case.id for case in tx.cases() if self._is_due(case, at)])
        return sum(self._tended(case, at) for case in due)

    def _is_due(self, case: Case, at: datetime) -> bool:
        return has_lapsed(case, self.policy, at=at) or is_reminded(case, self.policy, at=at)

    def _tended(self, case: CaseId, at: datetime) -> bool:
        def work(tx: CaseWork) -> bool:
            now = tx.case(case)
            if now is None or not self._is_due(now, at):
                return False
            self._lapse(tx, now, at) if has_lapsed(now, self.policy, at=at) else self._remind(tx, now, at)
            return True

        try:
            return self.cases.act(work)
        except StaleCase:
            # Whoever was there first may have ended it; if not, the next round comes to it.
            return False

    def _lapse(self, tx: CaseWork, case: Case, at: datetime) -> None:
        saved = tx.save(replace(case, state="LAPSED", over_at=at, over_why=WAITED))
        tx.record("case", {**_named(case), "outcome": "LAPSED", "reason": "waited"}, at=at)
        for notice in notices(saved, "lapsed", call=case.call, fresh=self.fresh):
            tx.queue(notice, at=at)

    def _remind(self, tx: CaseWork, case: Case, at: datetime) -> None:
        saved = tx.save(replace(case, reminded_at=at))
        tx.record("case", {**_named(case), "outcome": "reminded"}, at=at)
        until = waits_until(saved, self.policy)
        for notice in notices(saved, "reminder", call=case.call, fresh=self.fresh, until=until):
            tx.queue(notice, at=at)


def _named(case: Case) -> dict[str, str | None]:
    return {"case": case.id, "account": case.account, "call": case.call, "actor": _ACTOR}
