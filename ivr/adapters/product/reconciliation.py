"""The product's own list of password changes, held against the permits that we issued. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.services.product_ports import Permit

NO_ACCOUNT: Final = "no account on file has this number"
NO_PERMIT: Final = "no permit was issued for it"
TOO_EARLY: Final = "its permit was issued afterwards"
TOO_LATE: Final = "its permit had run out"
TWICE: Final = "its permit had served for another change"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """A line of the product's list. number: the subscription's. at: by the product's clock, with its zone."""

    line: int
    number: str
    at: datetime
    reference: str


Alarm = tuple[ListedChange, str]


def alarms_of(
    changes: Iterable[tuple[ListedChange, str | None]], permits: Iterable[Permit]
) -> tuple[tuple[Alarm, ...], tuple[Permit, ...]]:
    """Give the changes that no permit covers, each with why, and the permits that no change took.

    changes: each with its account's id. Each permit covers one change: the one that was reported with it,
    known by its reference, or else one that was made while it served.
    """
    given = tuple(permits)
    left = list(given)
    alarms: list[Alarm] = []
    by_time = sorted(changes, key=lambda named: (named[0].at, named[0].line))
    rest = [named for named in by_time if not _took_reported(named, left)]
    for change, account in rest:
        fitting = [one for one in left if one.account == account and _serves(one, change.at)]
        if fitting:
            # The one that ends first: a later change may need the other.
            left.remove(min(fitting, key=lambda one: one.expires_at))
        else:
            alarms.append((change, _why(change, account, given)))
    return tuple(sorted(alarms, key=lambda alarm: alarm[0].line)), tuple(left)


def over_since(first: datetime, left: Iterable[Permit], *, at: datetime) -> Iterator[Permit]:
    """Give the permits that ended after the list's first change, and serve no more."""
    return (permit for permit in left if first <= permit.expires_at < at)


def _took_reported(named: tuple[ListedChange, str | None], left: list[Permit]) -> bool:
    change, account = named
    for permit in left:
        if permit.account == account and permit.used_at is not None and permit.reference == change.reference:
            left.remove(permit)
            return True
    return False


def _serves(permit: Permit, at: datetime) -> bool:
    return permit.issued_at <= at <= permit.expires_at


def _why(change: ListedChange, account: str | None, permits: tuple[Permit, ...]) -> str:
    if account is None:
        return NO_ACCOUNT
    of_account = [permit for permit in permits if permit.account == account]
    if not of_account:
        return NO_PERMIT
    if any(_serves(permit, change.at) for permit in of_account):
        return TWICE
    return TOO_EARLY if all(change.at < permit.issued_at for permit in of_account) else TOO_LATE
