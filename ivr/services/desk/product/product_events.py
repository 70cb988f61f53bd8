"""What the product says happened: each saying is one transaction, which moves the case by the table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from ivr.domain.recovery.case import BY_PRODUCT, Case, State, check_move
from ivr.domain.recovery.deadlines import has_lapsed, waits_until
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Cases, CaseWork, Directory, Notice, StaleCase
from ivr.services.desk.product.change_permit import use
from ivr.services.desk.product.product_acts import is_recorded_done, kept_acts
from ivr.services.notices import notices
from ivr.services.product_ports import Happening, ProductEvent

CLOCKS_S: Final = 300
"""How far the product's clock and ours may differ: its requests are refused beyond that."""
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TRIES: Final = 3


class NotBelieved(Exception):  # noqa: N818 -- it names what happened to what was said
    """Nothing was done. The message says why, in words that name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Next:
    """What becomes of the case: its state then, and its new facts. why: it is not believed.

    idle: why it is believed and changes nothing, in whatever state the case is. notice: what whoever is on
    file is told of it.
    """

    state: State | None = None
    facts: Mapping[str, Any] | None = None
    why: str = ""
    idle: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """key: the line's, from which permits are derived. fresh: gives 32 random hexadecimal digits."""

    cases: Cases
    directory: Directory
    policy: Policy
    key: Secret
    fresh: Callable[[], str]

    def hear(self, told: ProductEvent, *, at: datetime) -> None:
        """Believe what the product says, once for each source.

        Raises NotBelieved, which is on record where it is about a case; DirectoryUnavailable, StaleCase,
        StoreUnavailable, AuditUnavailable.
        """
        account = self._account(told.account)
        for _ in range(_TRIES - 1):
            try:
                return self._heard(told, account, at)
            except StaleCase:
                continue
        return self._heard(told, account, at)

    def _account(self, named: str) -> str | None:
        # Asked before the transaction: a directory may be somebody else's service, and slow.
        if _ID.fullmatch(named):
            return named
        found = self.directory.find(named)
        return None if found is None else found.id

    def _heard(self, told: ProductEvent, account: str | None, at: datetime) -> None:
        why = self.cases.act(lambda tx: self._work(tx, told, account, at))
        if why:
            raise NotBelieved(why)

    def _work(self, tx: CaseWork, told: ProductEvent, account: str | None, at: datetime) -> str:
        digest = tx.permits.told(told.source)
        if digest is not None:
            return "" if digest == told.digest else "something else was said under this id"
        case = tx.case_numbered(told.case)
        if case is None or case.account is None or case.account != account:
            return "this is no case of this account"
        found = self._judged(tx, case, told, at)
        named = {"case": case.id, "account": case.account, "call": case.call, "actor": BY_PRODUCT}
        if found.why:
            tx.record("case_refused", {**named, "outcome": told.what, "reason": found.why}, at=at)
            return found.why
        tx.permits.keep_told(told, case=case.id, at=at)
        if found.idle:
            tx.record("product", {**named, "outcome": told.what, "reason": found.idle}, at=at)
            return ""
        if found.state is not None:
            check_move(case.state, found.state)
        if found.facts is not None:
            saved = tx.save(replace(case, state=found.state or case.state, **found.facts))
            self._notify(tx, saved, found, at=at)
        else:
            state = found.state
            saved = tx.save(case.ended(state, at=at, by=BY_PRODUCT, why="done")) if state else case
            self._notify(tx, saved, found, at=at)
        tx.record("case", {**named, "outcome": found.state or told.what, "reason": told.what}, at=at)
        return ""

    def _judged(self, tx: CaseWork, case: Case, told: ProductEvent, at: datetime) -> _Next:
        if told.at > at:
            return _refused("it lies ahead")
        if told.what == "subaccount_login" and not told.by_person:
            return _Next(idle="no person logged in")
        if told.what == "subaccount_login" and has_lapsed(case, self.policy, at=told.at):
            return _refused("the case had waited for too long")
        return _RULES[told.what](tx, case, told, self.key)

    def _notify(self, tx: CaseWork, case: Case, found: _Next, *, at: datetime) -> None:
        if found.notice is None:
            return
        until = waits_until(case, self.policy)
        for notice in notices(case, found.notice, call=case.call, fresh=self.fresh, until=until):
            tx.queue(notice, at=at)


def _refused(why: str) -> _Next:
    return _Next(why=why)


def _reset_done(_tx: CaseWork, case: Case, told: ProductEvent, _key: Secret) -> _Next:
    asked_at = case.reset_requested_at
    if case.state != "RESET_REQUESTED" or asked_at is None:
        return _refused(f"no reset is asked for: the case is {case.state}")
    if told.at < asked_at:
        return _refused("the reset lies before it was asked for")
    return _Next(state="RESET_DONE", facts={"reset_done_at": told.at}, notice="waiting")


def _login(_tx: CaseWork, case: Case, told: ProductEvent, _key: Secret) -> _Next:
    done_at, asked_at, since = case.reset_done_at, case.reset_requested_at, told.subaccount_since
    if case.state != "RESET_DONE" or done_at is None or asked_at is None or since is None:
        return _refused(f"no login is waited for: the case is {case.state}")
    if told.at <= done_at:
        return _refused("the login is no later than the reset")
    # By two clocks, so the subaccount must be older by as much as these may differ.
    if since + timedelta(seconds=CLOCKS_S) > asked_at:
        return _refused("the subaccount is not older than the request")
    if case.subaccount_login_at is not None:
        return _Next()
    return _Next(facts={"subaccount_login_at": told.at, "subaccount_login_by": BY_PRODUCT})


def _change_done(tx: CaseWork, case: Case, told: ProductEvent, key: Secret) -> _Next:
    if case.changed_at is None or told.permit is None:
        return _refused(f"no change is allowed: the case is {case.state}")
    why = use(tx, case, told.permit, key=key, done_at=told.at, reference=told.reference)
    return _Next(state="CLOSED" if case.state == "CHANGED" else None, why=why, notice="changed")


def _released(tx: CaseWork, case: Case, told: ProductEvent, _key: Secret) -> _Next:
    if case.released_at is None:
        return _refused(f"no release is allowed: the case is {case.state}")
    if told.at + timedelta(seconds=CLOCKS_S) < case.released_at:
        return _refused("the release lies before it was allowed")
    is_known = is_recorded_done(kept_acts(tx, case), "release") or tx.permits.was_told(case.id, "released")
    notice: Notice | None = None if is_known else "released"
    return _Next(state="CLOSED" if case.state == "RELEASED" else None, notice=notice)


_RULES: Final[Mapping[Happening, Callable[[CaseWork, Case, ProductEvent, Secret], _Next]]] = {
    "reset_done": _reset_done,
    "subaccount_login": _login,
    "change_done": _change_done,
    "released": _released,
}
