"""How much may be tried: counted before it is judged, in the transaction that lets it be tried."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import Final

from ivr.domain.recovery.limits import allows, given_back, noted, within
from ivr.domain.recovery.policy import Limit
from ivr.domain.redaction import Secret, number_hmac
from ivr.services.staff.staff_ports import StaffWork, StoredMember

HOUR_S: Final = 3_600
LIMITS: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        # A whole office may share an address, and each of its people types a password and a code.
        "staff_address": Limit(count=60, seconds=HOUR_S),
        # A stranger elsewhere uses up his own tries at a name, not those of whoever is called that.
        "staff_name_address": Limit(count=10, seconds=HOUR_S),
        "staff_name": Limit(count=200, seconds=HOUR_S),
        # Only whoever has typed the right password comes so far.
        "staff_code": Limit(count=10, seconds=HOUR_S),
        "staff_again": Limit(count=5, seconds=HOUR_S),
        "staff_link": Limit(count=10, seconds=HOUR_S),
    }
)
_WIDE: Final = 6
_HOME: Final = 64
"""Bits of an IPv6 network that a provider gives to one household. Source: RFC 6177."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCount:
    """counters: scopes of LIMITS with whom they count, always in one order, so that none wait in a ring.

    failures: counts those alone that were wrong, and limits nothing; by name, then by name and address.
    What they count stands in the database as a hash, since a name that was typed may be a password.
    """

    at: datetime
    counters: tuple[tuple[str, str], ...]
    key: Secret
    failures: tuple[tuple[str, str], ...] = ()

    def count(self, tx: StaffWork) -> bool:
        """Count one try, where every counter has one left; where one has not, nothing may be tried."""
        held = [(scope, key, tx.moments(scope, key)) for scope, key in self._hashed(self.counters)]
        if not all(allows(moments, (LIMITS[scope],), at_us=self._us) for scope, _, moments in held):
            return False
        for scope, key, moments in held:
            tx.keep_moments(scope, key, noted(moments, at_us=self._us, keep_s=HOUR_S))
        return True

    def is_left(self, tx: StaffWork) -> bool:
        """Whether one more may be tried."""
        held = [(scope, tx.moments(scope, key)) for scope, key in self._hashed(self.counters)]
        return all(allows(moments, (LIMITS[scope],), at_us=self._us) for scope, moments in held)

    def give_back(self, tx: StaffWork, *tried_at: datetime) -> None:
        """Take back tries that were no failures after all."""
        for scope, key in self._hashed(self.counters):
            moments = tx.moments(scope, key)
            for tried in tried_at:
                moments = given_back(moments, at_us=_us_of(tried))
            tx.keep_moments(scope, key, moments)

    def failed(self, tx: StaffWork, kept: StoredMember | None, outcome: str) -> None:
        """Put a failure on record, and that it was the last one for now where it was."""
        actor = "nobody" if kept is None else f"agent:{kept.member.id}"
        hashed = dict(self._hashed(self.counters))
        who = {"actor": actor, "from": hashed.get("staff_address")}
        # Counters before the record: a try that is counted elsewhere meanwhile takes them in that order too.
        is_left = self.is_left(tx)
        for scope, key in self._hashed(self.failures):
            tx.keep_moments(scope, key, noted(tx.moments(scope, key), at_us=self._us, keep_s=HOUR_S))
        tx.record("sign_in", {**who, "outcome": outcome}, at=self.at)
        if not is_left:
            tx.record("sign_in", {**who, "outcome": "locked"}, at=self.at)

    def failed_elsewhere(self, tx: StaffWork) -> int:
        """Count the last hour's failures under this name that came from another address than this one."""
        everywhere, here = (
            within(tx.shown_moments(scope, key), at_us=self._us, seconds=HOUR_S)
            for scope, key in self._hashed(self.failures)
        )
        return everywhere - here

    @property
    def _us(self) -> int:
        return _us_of(self.at)

    def _hashed(self, counters: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        secret = self.key.reveal().encode()
        return tuple((scope, number_hmac(secret, key)) for scope, key in counters)


def tries_of_password(at: datetime, *, name: str, address: str, key: Secret) -> AttemptCount:
    """Count a first factor. name: as it was typed, or `told_apart`. address: where the browser is."""
    where = whereabouts(address)
    return _of_name(at, name, where, key, last=("staff_name", name))


def tries_of_code(at: datetime, *, name: str, address: str, key: Secret) -> AttemptCount:
    """Count a second factor, which few come to."""
    where = whereabouts(address)
    return _of_name(at, name, where, key, last=("staff_code", name))


def _of_name(at: datetime, name: str, where: str, key: Secret, *, last: tuple[str, str]) -> AttemptCount:
    both = f"{name} {where}"
    return AttemptCount(
        at=at,
        counters=(("staff_address", where), ("staff_name_address", both), last),
        key=key,
        failures=(("staff_failed", name), ("staff_failed_from", both)),
    )


def whereabouts(address: str) -> str:
    """Give what counts as one place: an address, or the whole network where a household has one (IPv6)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == _WIDE:
        return str(found.ipv4_mapped or ip_network((found, _HOME), strict=False))
    return str(found)


def told_apart(name: str) -> str:
    """Give what tells one name that is nobody's from another, whatever was typed, and however long."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _us_of(at: datetime) -> int:
    return (at - _EPOCH) // _TICK
