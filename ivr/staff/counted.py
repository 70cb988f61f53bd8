"""How much may be tried: counted before it is judged, in the transaction that lets it be tried."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from ivr.mask import Secret, number_hmac
from ivr.recovery.limits import allows, given_back, noted
from ivr.recovery.policy import Limit
from ivr.staff.ports import Kept, StaffWork

HOUR_S: Final = 3_600
LIMITS: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        # A whole office may share an address, and each of its people types a password and a code.
        "staff_address": Limit(count=60, seconds=HOUR_S),
        "staff_member": Limit(count=10, seconds=HOUR_S),
        "staff_again": Limit(count=5, seconds=HOUR_S),
        "staff_link": Limit(count=10, seconds=HOUR_S),
    }
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """counters: scopes of LIMITS with whom they count, always in one order, so that none wait in a ring.

    What they count stands in the database as a hash, since a name that was typed may be a password.
    """

    at: datetime
    counters: tuple[tuple[str, str], ...]
    key: Secret

    def count(self, tx: StaffWork) -> bool:
        """Count one try, where every counter has one left; where one has not, nothing may be tried."""
        held = [(scope, key, tx.moments(scope, key)) for scope, key in self._hashed()]
        if not all(allows(moments, (LIMITS[scope],), at_us=self._us) for scope, _, moments in held):
            return False
        for scope, key, moments in held:
            tx.keep_moments(scope, key, noted(moments, at_us=self._us, keep_s=HOUR_S))
        return True

    def is_left(self, tx: StaffWork) -> bool:
        """Whether one more may be tried."""
        held = [(scope, tx.moments(scope, key)) for scope, key in self._hashed()]
        return all(allows(moments, (LIMITS[scope],), at_us=self._us) for scope, moments in held)

    def give_back(self, tx: StaffWork, *tried_at: datetime) -> None:
        """Take back tries that were no failures after all."""
        for scope, key in self._hashed():
            moments = tx.moments(scope, key)
            for tried in tried_at:
                moments = given_back(moments, at_us=_us_of(tried))
            tx.keep_moments(scope, key, moments)

    def failed(self, tx: StaffWork, kept: Kept | None, outcome: str) -> None:
        """Put a failure on record, and that it was the last one for now where it was."""
        actor = "nobody" if kept is None else f"agent:{kept.member.id}"
        hashed = dict(self._hashed())
        who = {"actor": actor, "from": hashed.get("staff_address")}
        tx.record("sign_in", {**who, "outcome": outcome}, at=self.at)
        if not self.is_left(tx):
            tx.record("sign_in", {**who, "outcome": "locked"}, at=self.at)

    @property
    def _us(self) -> int:
        return _us_of(self.at)

    def _hashed(self) -> tuple[tuple[str, str], ...]:
        secret = self.key.reveal().encode()
        return tuple((scope, number_hmac(secret, key)) for scope, key in self.counters)


def told_apart(name: str) -> str:
    """Give what tells one name that is nobody's from another, whatever was typed, and however long."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _us_of(at: datetime) -> int:
    return (at - _EPOCH) // _TICK
