"""The counters of the policy: each is held for the transaction, so that no two tries share one place."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ivr.calls.alarm import Alarm
from ivr.case_ports import CaseWork
from ivr.recovery.limits import (
    DAY_S,
    IN_A_ROW,
    SAME_HOUR,
    SURGE_S,
    Moments,
    allows,
    given_back,
    hour_of_day,
    must_wait,
    noted,
    surges,
    within,
)
from ivr.recovery.policy import Limit, Policy

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_TICK: Final = timedelta(microseconds=1)
_FOREVER_S: Final = 100 * 366 * DAY_S
_ONCE_A_DAY: Final = Limit(count=1, seconds=DAY_S)
_WITHHELD: Final = "withheld"
_LINE: Final = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """account, caller: whom the failures are counted for; a withheld number shares one counter."""

    tx: CaseWork
    policy: Policy
    at: datetime
    account: str
    caller: str | None
    alarm: Alarm = field(default_factory=Alarm)

    @property
    def at_us(self) -> int:
        return (self.at - _EPOCH) // _TICK

    def line_allows(self) -> bool:
        """Whether anybody may be verified from this number, and on the line as a whole, now."""
        checks = {
            scope: allows(self.tx.moments(scope, key), limits, at_us=self.at_us)
            for scope, key, limits in self._shared()
        }
        in_this_hour = self.tx.moments(*self._hour)
        policy = self.policy
        is_surge = surges(in_this_hour, at_us=self.at_us, times=policy.surge_times, floor=policy.surge_floor)
        if not checks["failures"]:
            self.alarm.sound("line_failures", at=self.at)
        if is_surge:
            self.alarm.sound("surge", at=self.at)
        return all(checks.values()) and not is_surge

    def account_allows(self) -> bool:
        """Whether the account's own failures leave room for a try now; nobody is told that they do not."""
        failures = self.tx.moments("account", self.account)
        in_a_row = self.tx.moments(IN_A_ROW, self.account)
        return (
            allows(failures, self.policy.account_failures, at_us=self.at_us)
            and not must_wait(failures, self.policy.account_waits, at_us=self.at_us)
            and len(in_a_row) < self.policy.account_in_a_row
        )

    def reserve(self, *, is_checked: bool) -> None:
        """Count a failure before anything is checked; `succeed` takes it back.

        is_checked: whether it will be. What is typed while the account is paused says nothing about the code,
        so it brings nobody nearer to the count at which only two representatives open the account again.
        """
        for scope, key in self._failures():
            is_counted = is_checked or scope != IN_A_ROW
            self._keep(scope, key, self.tx.moments(scope, key), is_counted=is_counted)

    def succeed(self) -> None:
        self.settle(is_right=True)

    def settle(self, *, is_right: bool) -> None:
        """Take the failure back where it was none; else the same statements, which change nothing."""
        for scope, key in self._failures():
            moments = self.tx.moments(scope, key)
            self.tx.keep_moments(scope, key, given_back(moments, at_us=self.at_us) if is_right else moments)
        in_a_row = self.tx.moments(IN_A_ROW, self.account)
        self.tx.keep_moments(IN_A_ROW, self.account, () if is_right else in_a_row)

    def was_paused(self) -> bool:
        """Whether the failure that was just counted paused the account, and its owner was not told today."""
        told = self.tx.moments("told", self.account)
        is_news = not self.account_allows() and allows(told, (_ONCE_A_DAY,), at_us=self.at_us)
        self._keep("told", self.account, told, is_counted=is_news)
        return is_news

    def may_name(self) -> bool:
        """Whether this number may ask for one more account today; counted if so, and written either way."""
        caller = self.caller or _WITHHELD
        named = self.tx.moments("named", f"{caller} {self.account}")
        accounts = self.tx.moments("accounts", caller)
        is_known = within(named, at_us=self.at_us, seconds=self.policy.caller_accounts.seconds) > 0
        is_new = not is_known and allows(accounts, (self.policy.caller_accounts,), at_us=self.at_us)
        is_allowed = is_known or is_new or self.caller is None
        self._keep("named", f"{caller} {self.account}", named, is_counted=is_allowed)
        self._keep("accounts", caller, accounts, is_counted=is_new)
        return is_allowed

    def may_send(self, contact: str, prefix: str, *, is_proved: bool) -> bool:
        """Whether one more code may go to the contact, and count it if so.

        Of a day's sends some are kept for calls that proved another factor, so that a stranger cannot use
        them all up.
        """
        kept = 0 if is_proved else self.policy.kept_for_proved
        most = max(self.policy.contact_sends, key=lambda limit: limit.seconds)
        limits = (
            *(limit for limit in self.policy.contact_sends if limit is not most),
            Limit(count=most.count - kept, seconds=most.seconds),
        )
        counters = (
            ("contact", contact, limits),
            ("prefix", prefix, (self.policy.prefix_sends,)),
            ("sends", _LINE, (self.policy.day_sends,)),
        )
        held = [(scope, key, self.tx.moments(scope, key), limit) for scope, key, limit in counters]
        allowed = {scope: allows(moments, limit, at_us=self.at_us) for scope, _, moments, limit in held}
        if not allowed["sends"]:
            self.alarm.sound("day_sends", at=self.at)
        is_allowed = all(allowed.values())
        for scope, key, moments, _ in held:
            self._keep(scope, key, moments, is_counted=is_allowed)
        return is_allowed

    def _shared(self) -> tuple[tuple[str, str, tuple[Limit, ...]], ...]:
        caller = (
            ("caller", _WITHHELD, (self.policy.withheld_failures,))
            if self.caller is None
            else ("caller", self.caller, (self.policy.caller_failures,))
        )
        return (caller, ("failures", _LINE, (self.policy.line_failures,)))

    def _failures(self) -> tuple[tuple[str, str], ...]:
        shared = tuple((scope, key) for scope, key, _ in self._shared())
        return (("account", self.account), (IN_A_ROW, self.account), *shared, self._hour)

    @property
    def _hour(self) -> tuple[str, str]:
        """Name the counter of this hour of the day: one row holds eight days of it."""
        return (SAME_HOUR, str(hour_of_day(self.at_us)))

    def _keep(self, scope: str, key: str, moments: Moments, *, is_counted: bool) -> None:
        keep_s = {IN_A_ROW: _FOREVER_S, SAME_HOUR: SURGE_S}.get(scope, DAY_S)
        new = noted(moments, at_us=self.at_us, keep_s=keep_s) if is_counted else moments
        self.tx.keep_moments(scope, key, new)


def give_back(tx: CaseWork, contact: str, prefix: str | None, *, sent_at: datetime) -> None:
    """Take back what `may_send` counted for a code that nobody was sent. prefix: None where not known."""
    prefixes = () if prefix is None else (("prefix", prefix),)
    for scope, key in (("contact", contact), *prefixes, ("sends", _LINE)):
        tx.keep_moments(scope, key, given_back(tx.moments(scope, key), at_us=(sent_at - _EPOCH) // _TICK))
