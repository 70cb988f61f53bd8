"""Verification of one caller: what a turn asks for is done in one transaction with its reply."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.calls.act import Act
from ivr.calls.proving import Proving
from ivr.calls.recovering import Recovering
from ivr.case_ports import (
    Account,
    Answered,
    AuditUnavailable,
    Cases,
    CaseWork,
    Directory,
    DirectoryUnavailable,
    StaleCase,
)
from ivr.mask import Secret
from ivr.ports import StoreUnavailable, TurnKey
from ivr.recovery.deed import (
    CLOSED,
    CaseView,
    CheckEntry,
    ChooseReset,
    Confirm,
    Deed,
    GoOn,
    Identify,
    Look,
    SendAgain,
)
from ivr.recovery.policy import Policy

UNAVAILABLE: Final = (StoreUnavailable, AuditUnavailable, DirectoryUnavailable, StaleCase)
"""What `once` and `look` raise where nothing was done. The caller reaches a person, not verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """fresh: gives 32 random hexadecimal digits. hashed: the keyed hash of a number."""

    cases: Cases
    directory: Directory
    key: Secret
    fresh: Callable[[], str]
    hashed: Callable[[str], str]

    def once(
        self,
        turn: TurnKey,
        deed: Deed,
        policy: Policy,
        *,
        at: datetime,
        answer: Callable[[CaseView], Answered],
    ) -> bytes:
        """Do the deed and answer with what the case is then, once for each turn.

        Raises what UNAVAILABLE names: then nothing was done.
        """
        # Asked before the transaction: a directory may be somebody else's service, and slow.
        found = self._found(deed)

        def work(tx: CaseWork) -> Answered:
            return answer(_done(self._act(tx, policy, str(turn.call), at), deed, found))

        return self.cases.once(turn, work, at=at)

    def look(self, call: str, policy: Policy, *, at: datetime) -> CaseView:
        """Look at the caller's case and leave it as it is. Raises as `once`."""
        return self.cases.act(lambda tx: _look(self._act(tx, policy, call, at)))

    def _act(self, tx: CaseWork, policy: Policy, call: str, at: datetime) -> Act:
        return Act(tx=tx, policy=policy, key=self.key, call=call, at=at, fresh=self.fresh, hashed=self.hashed)

    def _found(self, deed: Deed) -> Account | None:
        if not isinstance(deed, Identify):
            return None
        typed = deed.caller if deed.typed is None else deed.typed.reveal()
        return self.directory.find(typed or "")


def _done(act: Act, deed: Deed, found: Account | None) -> CaseView:
    match deed:
        case Identify():
            return Proving(act=act).identify(deed, found)
        case GoOn():
            return Proving(act=act).go_on()
        case SendAgain(step=step, way=way):
            return Proving(act=act).send_again(step, way)
        case CheckEntry():
            return Proving(act=act).check(deed)
        case Confirm(key=key, warning_hash=warning_hash):
            return Recovering(act=act).confirm(key, warning_hash)
        case ChooseReset():
            return Recovering(act=act).choose_reset()
        case Look():
            return _look(act)


def _look(act: Act) -> CaseView:
    case = act.case()
    return CLOSED if case is None else act.view(case)
