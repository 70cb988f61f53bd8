"""The counters of the policy: each is held for the transaction, so that no two tries share one place."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.limits import (
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
from ivr.domain.recovery.policy import Limit, Policy
from ivr.services.calls.limit_alarm import Alarm, Budget, LineLimit
from ivr.services.case_ports import CaseWork

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_TICK: Final = timedelta(microseconds=1)
_FOREVER_S: Final = 100 * 366 * DAY_S
_ONCE_A_DAY: Final = Limit(count=1, seconds=DAY_S)
_WITHHELD: Final = "withheld"
_LINE: Final = "line"
_OF_THE_ACCOUNT: Final = frozenset({"account", IN_A_ROW})
_A_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One that is to be sent. prefix: of the telephone; None for a mailbox, and for nobody.

    reaches: whether anybody gets it. is_proved: whether the call has proved another factor.
    """

    contact: str
    prefix: str | None
    reaches: bool
    is_proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Budget:
    """name: as the alarm tells it. limits: none where nobody else shares it."""

    name: LineLimit | Budget
    scope: str
    key: str
    limits: tuple[Limit, ...] = ()

    @property
    def long_limits(self) -> tuple[Limit, ...]:
        """Leave out what only spaces two codes: nobody need look at that."""
        return tuple(limit for limit in self.limits if limit.seconds > _A_MINUTE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """account, caller: whom the failures are counted for; a withheld number shares one counter.

    apart: the call that typed a right saved code of the account. What strangers typed stops it no more, and
    what it types counts for it alone.
    """

    tx: CaseWork
    policy: Policy
    at: datetime
    account: str
    caller: str | None
    apart: str | None = None
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
        if not checks["caller"] and self.caller is None:
            self.alarm.sound("withheld_failures", at=self.at)
        if is_surge:
            self.alarm.sound("surge", at=self.at)
        return all(checks.values()) and not is_surge

    def account_allows(self) -> bool:
        """Whether the account's own failures leave room for a try now; nobody is told that they do not."""
        return self._leaves_room(self.at_us, *self._account())

    def account_allowed(self, then: datetime) -> bool:
        """Whether they left room *then*, before anything was typed in the call that came at that moment."""
        then_us = (then - _EPOCH) // _TICK
        before = [tuple(moment for moment in kept if moment < then_us) for kept in self._account()]
        return self._leaves_room(then_us, *before)

    def reserve(self, *, is_checked: bool) -> None:
        """Count a failure before anything is checked; `succeed` takes it back.

        is_checked: whether the account may be tried. What is typed while it is paused says nothing about the
        code: it makes the pause no longer, and brings nobody nearer to the count at which only two
        representatives open the account again. It counts for the caller and the line.
        """
        for scope, key in self._failures():
            is_counted = is_checked or scope not in _OF_THE_ACCOUNT
            self._keep(scope, key, self.tx.moments(scope, key), is_counted=is_counted)

    def succeed(self, *, is_checked: bool = True) -> None:
        self.settle(is_right=True, is_checked=is_checked)

    def settle(self, *, is_right: bool, is_checked: bool = True) -> None:
        """Take the failure back where it was none; else the same statements, which change nothing.

        is_checked: as it was reserved. The failures in a row before it stay: one factor alone ends no row.
        """
        for scope, key in self._failures():
            moments = self.tx.moments(scope, key)
            was_counted = is_checked or scope not in _OF_THE_ACCOUNT
            is_back = is_right and was_counted
            self.tx.keep_moments(scope, key, given_back(moments, at_us=self.at_us) if is_back else moments)

    def was_paused(self) -> bool:
        """Whether the failure that was just counted paused the account, and its owner was not told today."""
        told = self.tx.moments("told", self._whose)
        is_news = not self.account_allows() and allows(told, (_ONCE_A_DAY,), at_us=self.at_us)
        self._keep("told", self._whose, told, is_counted=is_news)
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

    def may_send(self, code: Code) -> bool:
        """Whether one more code may go to the contact, and count it if so.

        A code that needs no telephone, or reaches nobody, is counted in no budget that others share.
        """
        budgets = self._budgets(code)
        held = [(one, self.tx.moments(one.scope, one.key)) for one in budgets]
        spent = [one for one, moments in held if not allows(moments, one.limits, at_us=self.at_us)]
        for one, moments in held:
            if one in spent and not allows(moments, one.long_limits, at_us=self.at_us):
                self.alarm.sound(one.name, at=self.at)
        for one, moments in held:
            self._keep(one.scope, one.key, moments, is_counted=not spent)
        return not spent

    def _budgets(self, code: Code) -> tuple[_Budget, ...]:
        """List what the code is counted in: as many for everybody, some of them by the contact's own name.

        Of what is shared, some is kept for calls that proved another factor, so that a stranger cannot use
        it all up.
        """
        policy = self.policy
        own = code.contact if self.apart is None else f"{code.contact} {self.apart}"
        contact = _Budget(name="contact_sends", scope="contact", key=own, limits=self._contact_sends(code))
        range_, day = policy.prefix_sends, policy.day_sends
        if code.is_proved:
            range_ = replace(range_, count=range_.count + policy.prefix_kept)
            day = replace(day, count=day.count + policy.day_kept)
        if code.prefix is None:
            return (
                contact,
                self._asked(code, own),
                _Budget(name="prefix_sends", scope="prefix", key=own),
                _Budget(name="day_sends", scope="sends", key=own),
            )
        return (
            contact,
            self._asked(code, own),
            _Budget(name="prefix_sends", scope="prefix", key=code.prefix, limits=(range_,)),
            _Budget(name="day_sends", scope="sends", key=_LINE, limits=(day,)),
        )

    def _asked(self, code: Code, own: str) -> _Budget:
        """Give what the caller may ask for; who withholds a number shares it only for codes that arrive."""
        if code.is_proved or (self.caller is None and not code.reaches):
            return _Budget(name="caller_sends", scope="asked", key=own)
        if self.caller is None:
            limits = (self.policy.withheld_sends,)
            return _Budget(name="withheld_sends", scope="asked", key=_WITHHELD, limits=limits)
        return _Budget(name="caller_sends", scope="asked", key=self.caller, limits=self.policy.caller_sends)

    def _contact_sends(self, code: Code) -> tuple[Limit, ...]:
        kept = 0 if code.is_proved else self.policy.kept_for_proved
        most = max(self.policy.contact_sends, key=lambda limit: limit.seconds)
        return (
            *(limit for limit in self.policy.contact_sends if limit is not most),
            replace(most, count=most.count - kept),
        )

    def _account(self) -> tuple[Moments, Moments]:
        return self.tx.moments("account", self._whose), self.tx.moments(IN_A_ROW, self._whose)

    def _leaves_room(self, at_us: int, failures: Moments, in_a_row: Moments) -> bool:
        return (
            allows(failures, self.policy.account_failures, at_us=at_us)
            and not must_wait(failures, self.policy.account_waits, at_us=at_us)
            and len(in_a_row) < self.policy.account_in_a_row
        )

    @property
    def _whose(self) -> str:
        """Name the account's own counters."""
        return self.account if self.apart is None else f"{self.apart} {self.account}"

    def _shared(self) -> tuple[tuple[str, str, tuple[Limit, ...]], ...]:
        caller = (
            ("caller", _WITHHELD, (self.policy.withheld_failures,))
            if self.caller is None
            else ("caller", self.caller, (self.policy.caller_failures,))
        )
        return (caller, ("failures", _LINE, (self.policy.line_failures,)))

    def _failures(self) -> tuple[tuple[str, str], ...]:
        shared = tuple((scope, key) for scope, key, _ in self._shared())
        # A call apart ends with its third wrong entry: no row of them is kept that nothing would ever empty.
        in_a_row = () if self.apart is not None else ((IN_A_ROW, self.account),)
        return (*shared, self._hour, ("account", self._whose), *in_a_row)

    @property
    def _hour(self) -> tuple[str, str]:
        """Name the counter of this hour of the day: one row holds eight days of it."""
        return (SAME_HOUR, str(hour_of_day(self.at_us)))

    def _keep(self, scope: str, key: str, moments: Moments, *, is_counted: bool) -> None:
        keep_s = {IN_A_ROW: _FOREVER_S, SAME_HOUR: SURGE_S}.get(scope, DAY_S)
        new = noted(moments, at_us=self.at_us, keep_s=keep_s) if is_counted else moments
        self.tx.keep_moments(scope, key, new)


def give_back(tx: CaseWork, contact: str, prefix: str | None, *, call: str, sent_at: datetime) -> None:
    """Take back what `may_send` counted, at *sent_at*, for a code that nobody was sent.

    prefix: None where not known. Which of its names a budget went by then is not kept: the moment is taken
    from whichever has it.
    """
    at_us = (sent_at - _EPOCH) // _TICK
    own = (contact, f"{contact} {call}")
    callers = (*own, tx.desk.caller_of(call) or _WITHHELD)
    budgets = {
        "contact": own,
        "asked": callers,
        "prefix": own if prefix is None else (*own, prefix),
        "sends": (*own, _LINE),
    }
    for scope, key in ((scope, key) for scope, keys in budgets.items() for key in keys):
        moments = tx.shown_moments(scope, key)
        if at_us in moments:
            tx.keep_moments(scope, key, given_back(tx.moments(scope, key), at_us=at_us))
