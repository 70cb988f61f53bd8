"""Verification of one caller: what a turn asks for is done in one transaction with its reply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ivr.domain.phone import E164
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import (
    CLOSED,
    CaseView,
    CheckEntry,
    ChooseReset,
    Confirm,
    Deed,
    GoOn,
    Hold,
    Identify,
    Look,
    SayPrimary,
    SendAgain,
    WithoutMailbox,
    WithoutPin,
)
from ivr.domain.redaction import Secret
from ivr.services.calls.limit_alarm import Alarm
from ivr.services.calls.verification.case_transaction import NOWHERE, Act
from ivr.services.calls.verification.mailbox_unreachable import without_mailbox
from ivr.services.calls.verification.pin_entry import CheckedPin, PinTurn, Reserved
from ivr.services.calls.verification.pin_hashes import PinHashes, TooManyPins
from ivr.services.calls.verification.prove_identity import Proving
from ivr.services.calls.verification.recovery_choice import Recovering
from ivr.services.calls.verification.say_primary import say_primary
from ivr.services.case_ports import (
    Account,
    Answered,
    AuditUnavailable,
    Cases,
    CaseWork,
    Directory,
    DirectoryUnavailable,
    StaleCase,
)
from ivr.services.ports import StoreUnavailable, TurnKey

UNAVAILABLE: Final = (StoreUnavailable, AuditUnavailable, DirectoryUnavailable, StaleCase, TooManyPins)
"""What `once` and `look` raise where nothing was done. The caller reaches a person, not verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """fresh: gives 32 random hexadecimal digits. hashed: the keyed hash of a number."""

    cases: Cases
    directory: Directory
    key: Secret
    fresh: Callable[[], str]
    hashed: Callable[[str], str]
    pins: PinHashes = field(default_factory=PinHashes)
    alarm: Alarm = field(default_factory=Alarm)

    def once(
        self,
        turn: TurnKey,
        deed: Deed,
        policy: Policy,
        *,
        at: datetime,
        caller: E164 | None = None,
        where: Mapping[str, str] = NOWHERE,
        answer: Callable[[CaseWork, CaseView], Answered],
    ) -> bytes:
        """Do the deed and answer with what the case is then, once for each turn.

        caller: the number that calls, where the deed does not say it. where: the place in the menu, to be put
        on record with what is done. answer: reads what it needs of the store in the transaction it is given,
        for a second connection would wait for the first.
        Raises what UNAVAILABLE names: then nothing was done, but that a try at a PIN may have been counted.
        """
        # Asked before the transaction: a directory may be somebody else's service, and slow. Only whom to
        # ring (the own manager; nobody for a crowd) is asked within it, for a quarter of a second at most.
        found = self._found(deed)
        checked = self._checked_pin(turn, deed, policy, at)

        def work(tx: CaseWork) -> Answered:
            act = replace(self._act(tx, policy, str(turn.call), at, where), caller=_caller(deed) or caller)
            if isinstance(deed, CheckEntry) and deed.step == "pin":
                return answer(tx, PinTurn(act=act, turn=turn).judge(deed, checked))
            return answer(tx, _done(act, deed, found))

        return self.cases.once(turn, work, at=at)

    def look(self, call: str, policy: Policy, *, at: datetime) -> CaseView:
        """Look at the caller's case and leave it as it is. Raises as `once`."""
        return self.cases.act(lambda tx: _look(self._act(tx, policy, call, at)))

    def _act(
        self, tx: CaseWork, policy: Policy, call: str, at: datetime, where: Mapping[str, str] = NOWHERE
    ) -> Act:
        return Act(
            tx=tx,
            policy=policy,
            key=self.key,
            call=call,
            at=at,
            fresh=self.fresh,
            hashed=self.hashed,
            alarm=self.alarm,
            where=where,
        )

    def _checked_pin(self, turn: TurnKey, deed: Deed, policy: Policy, at: datetime) -> CheckedPin | None:
        """Count a try at a PIN, and only then compare, while nothing is held; None where none may be made."""
        if not isinstance(deed, CheckEntry) or deed.step != "pin":
            return None

        def reserve(tx: CaseWork) -> Reserved | None:
            act = replace(self._act(tx, policy, str(turn.call), at), caller=deed.caller)
            return PinTurn(act=act, turn=turn).reserve()

        reserved = self.cases.act(reserve)
        if reserved is None:
            return None
        is_same = self.pins.is_same(self.key, reserved.named, reserved.hashed, deed.entry)
        return CheckedPin(counted=reserved.counted, hashed=reserved.hashed, is_same=is_same)

    def _found(self, deed: Deed) -> Account | None:
        if not isinstance(deed, Identify):
            return None
        typed = deed.caller if deed.typed is None else deed.typed.reveal()
        return self.directory.find(typed or "")


def _caller(deed: Deed) -> E164 | None:
    return deed.caller if isinstance(deed, Identify | CheckEntry) else None


def _done(act: Act, deed: Deed, found: Account | None) -> CaseView:
    match deed:
        case Identify():
            return Proving(act=act).identify(deed, found)
        case GoOn() | WithoutPin() | SendAgain():
            return _gone_on(act, deed)
        case WithoutMailbox():
            return without_mailbox(act)
        case CheckEntry():
            return Proving(act=act).check(deed)
        case Confirm() | ChooseReset() | Hold():
            return _recovered(act, deed)
        case SayPrimary(is_primary=is_primary, then=then):
            say_primary(act, is_primary=is_primary)
            return _done(act, then, found)
        case Look():
            return _look(act)


def _gone_on(act: Act, deed: GoOn | WithoutPin | SendAgain) -> CaseView:
    match deed:
        case SendAgain(step=step, way=way):
            return Proving(act=act).send_again(step, way)
        case GoOn() | WithoutPin():
            return Proving(act=act).go_on(deed)


def _recovered(act: Act, deed: Confirm | ChooseReset | Hold) -> CaseView:
    match deed:
        case Confirm(key=key, warning_hash=warning_hash):
            return Recovering(act=act).confirm(key, warning_hash)
        case ChooseReset():
            return Recovering(act=act).choose_reset()
        case Hold():
            return Recovering(act=act).hold()


def _look(act: Act) -> CaseView:
    case = act.case()
    if case is not None:
        return act.view(case)
    answers = act.tx.answers(act.call)
    return replace(CLOSED, says_primary=answers[-1].is_primary) if answers else CLOSED
