"""What a caller may prove, and what it adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Factor = Literal["phone", "mailbox", "app", "saved_code", "pin", "vouch"]
"""phone: a code to the phone on file, by text or by voice: one authenticator. mailbox: a mailed code. app: a
time-based code. saved_code: one of those shown at enrolment. pin: a number that we issued. vouch: by the
account's own technical account manager."""

Level = Literal[0, 1, 2]
"""0: anybody. 1: one factor, which changes nothing. 2: what the policy asks before an account may change."""

_MORE_THAN_KNOWN: Final[frozenset[Factor]] = frozenset({"phone", "mailbox", "app", "saved_code", "vouch"})
_FRESH: Final[frozenset[Factor]] = frozenset({"phone", "app"})
OWN_S: Final = 900
"""So long a call's own evidence stands by itself: as long as level 2 lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One factor that was proved. contact: whose code it was; None where no contact is involved.

    rests_on: the mailbox that a factor was delivered to, so that the two do not count as two.
    """

    factor: Factor
    call: str
    at: datetime
    contact: str | None = None
    rests_on: str | None = None


def level_of(proved: Iterable[Evidence]) -> Level:
    """Judge what was proved: two factors of different kinds, at least one of them more than knowledge.

    What somebody else says of the caller is no factor by itself, only beside one that the caller proved.
    Source: NIST SP 800-63B-4, account recovery at AAL2: two recovery codes by different methods, or one and
    a single-factor authenticator.
    """
    kept = tuple(proved)
    if all(one.factor == "vouch" for one in kept):
        return 0
    return 2 if any(_pair(one, other) for one in kept for other in kept) else 1


def _pair(one: Evidence, other: Evidence) -> bool:
    if one.factor == other.factor or not {one.factor, other.factor} & _MORE_THAN_KNOWN:
        return False
    return not (_rests_on(one, other) or _rests_on(other, one))


def _rests_on(one: Evidence, other: Evidence) -> bool:
    return other.factor == "mailbox" and one.rests_on is not None and one.rests_on == other.contact


def counting(
    proved: Iterable[Evidence], *, call: str, at: datetime, older_calls_s: int, own_s: int = OWN_S
) -> tuple[Evidence, ...]:
    """Choose what counts in *call*: all of this call's own, and the chain's other evidence behind it.

    In a new leg nothing of an earlier call counts until the phone or the app is proved afresh there; a vouch
    counts by its own time. What this call proved more than *own_s* seconds ago counts like another call's.
    """
    kept = tuple(proved)
    own = tuple(
        one
        for one in kept
        if one.call == call and one.factor != "vouch" and (at - one.at).total_seconds() <= own_s
    )
    vouched = tuple(one for one in kept if one.factor == "vouch" and (at - one.at).total_seconds() <= VOUCH_S)
    earlier = tuple(
        one
        for one in kept
        if one not in own and one.factor != "vouch" and 0 <= (at - one.at).total_seconds() <= older_calls_s
    )
    is_fresh = any(one.factor in _FRESH for one in own)
    return (*own, *vouched, *(earlier if is_fresh else ()))


VOUCH_S: Final = 24 * 3600
