"""Stopping a case by the link that every notice carries: looked at by GET, and done by POST alone."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ivr.domain.recovery.case import BY_CONTACT, Case, CaseNumber, MoveRefused, check_move
from ivr.domain.recovery.codes import stop_token
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.case_ports import Cases, CaseWork, StaleCase
from ivr.services.ports import Clock

_NUMBER: Final = re.compile(r"9[0-9]{8}", re.ASCII)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TRIES: Final = 3
_NO_CASE: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """fresh: gives 32 random hexadecimal digits. hashed: the keyed hash of a number."""

    cases: Cases
    key: Secret
    clock: Clock
    fresh: Callable[[], str]
    hashed: Callable[[str], str]

    def look(self, number: str, token: str) -> Case | None:
        """Give the case that the link leads to; None where it leads to none, whatever the reason.

        Raises StoreUnavailable, AuditUnavailable.
        """
        return self.cases.act(lambda tx: self._linked(tx, number, token))

    def stop(self, number: str, token: str) -> Case | None:
        """Cancel the case before its end, once, and tell every contact; a case that is at its end stays so.

        Gives the case as it is then; else as `look`, and raises StaleCase where it is changed all the time.
        """
        for _ in range(_TRIES - 1):
            try:
                return self.cases.act(lambda tx: self._stopped(tx, number, token))
            except StaleCase:
                continue
        return self.cases.act(lambda tx: self._stopped(tx, number, token))

    def _linked(self, tx: CaseWork, number: str, token: str) -> Case | None:
        if not (_NUMBER.fullmatch(number) and _TOKEN.fullmatch(token)):
            return None
        case = tx.case_numbered(CaseNumber(number))
        # Derived and compared for a case that does not exist too: both take the same time.
        right = stop_token(self.key, case=_NO_CASE if case is None else case.id)
        return case if hmac.compare_digest(token, right) and case is not None else None

    def _stopped(self, tx: CaseWork, number: str, token: str) -> Case | None:
        case = self._linked(tx, number, token)
        if case is None:
            return None
        try:
            check_move(case.state, "CANCELLED")
        except MoveRefused:
            return case
        act = self._act(tx, case)
        why = "stopped by a contact"
        cancelled = tx.save(case.ended("CANCELLED", at=act.at, by=BY_CONTACT, why=why))
        act.record("case", cancelled, outcome="CANCELLED", actor="contact")
        act.notify(cancelled, "stopped")
        return cancelled

    def _act(self, tx: CaseWork, case: Case) -> Act:
        # No figure of a policy decides here: whoever has the link may stop the case.
        return Act(
            tx=tx,
            policy=Policy(),
            key=self.key,
            call=case.call,
            at=self.clock.now(),
            fresh=self.fresh,
            hashed=self.hashed,
        )
