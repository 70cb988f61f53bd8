"""What a verified caller decides: to have the password changed after the warning, or reset instead."""

from dataclasses import dataclass, replace
from typing import Any

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.verification_commands import CLOSED, CaseView
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.calls.verification.prove_identity import hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovering:
    act: Act

    def confirm(self, key: str, warning_hash: str) -> CaseView:
        """Take the key that the warning named at its end: the disclaimer is queued together with it."""
        case = self._verified()
        if case is None:
            return CLOSED
        act, view = self.act, self.act.view(case)
        if key != view.confirming_key or case.path != "change":
            return view
        confirmed: dict[str, Any] = {
            "confirmed_at": act.at,
            "confirmed_call": act.call,
            "warning_hash": warning_hash,
        }
        if case.state == "VERIFIED":
            case = act.move(case, "CONFIRMED", **confirmed, disclaimer_queued_at=act.at)
            act.queue(case, case.mailbox, purpose="disclaimer", channel="mail")
            act.notify(case, "requested", but=case.mailbox)
        else:
            case = act.tx.save(replace(case, **confirmed))
            act.record("case", case, outcome="confirmed_again")
        return act.view(case)

    def choose_reset(self) -> CaseView:
        """Note that a colleague has a login, as the caller now says: a reset loses nothing."""
        case = self._verified()
        if case is None:
            return CLOSED
        if case.state == "VERIFIED":
            case = self.act.tx.save(replace(case, path="reset"))
            self.act.record("case", case, outcome="chose_reset")
        return self.act.view(case)

    def hold(self) -> CaseView:
        """Keep the case until its line opens; one that was confirmed stays so, for as long as that counts."""
        case = self._verified()
        if case is None:
            return CLOSED
        return hold(self.act, case) if case.state == "VERIFIED" else self.act.view(case)

    def _verified(self) -> Case | None:
        case = self.act.case()
        if case is None or not self.act.is_verified(case) or case.state not in ("VERIFIED", "CONFIRMED"):
            return None
        return case
