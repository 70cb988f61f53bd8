"""What an account's people enrolled: an app that counts time, and codes that they saved. Judged when typed.

Both do the same work, and ask the store the same, whether or not the account has any.
"""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyotp import TOTP

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.totp import step_of
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.encryption import opened, sealed

SAVED_DIGITS: Final = 20
SAVED_CODES: Final = 8
_SEED_BYTES: Final = 20
_PURPOSE: Final = "the seed of a caller's app"
_NOBODYS_SEED: Final = Secret("0" * 2 * _SEED_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Checks what was typed. A right code serves once; an app's only where the account may be tried."""

    act: Act

    def is_app_right(self, case: Case, entry: Secret, *, may_try: bool) -> bool:
        kept = self.act.tx.enrolments.app(case.enrolled or case.id)
        # Sealed and opened for an account without one too: both take the same time.
        nobody = sealed_seed(self.act.key, _NOBODYS_SEED, at=self.act.at)
        seed = opened_seed(self.act.key, nobody if kept is None else kept.sealed, at=self.act.at)
        step = step_of(app_secret(seed or _NOBODYS_SEED), entry, at=self.act.at)
        is_usable = may_try and "app" in self.act.policy.factors and kept is not None and seed is not None
        account = case.enrolled if is_usable else None
        return self.act.tx.enrolments.use_step(account or case.id, -1 if step is None else step)

    def is_saved_right(self, case: Case, entry: Secret) -> bool:
        is_usable = "saved_codes" in self.act.policy.factors
        account = case.enrolled if is_usable else None
        named = case.enrolled or case.id
        mac = saved_mac(self.act.key, named, entry)
        return self.act.tx.enrolments.use_saved(account or case.id, mac, at=self.act.at)


def new_seed(fresh: Callable[[], str]) -> Secret:
    """Make a seed of 160 bits, as 40 hexadecimal digits."""
    return Secret((fresh() + fresh())[: 2 * _SEED_BYTES])


def new_saved_codes(fresh: Callable[[], str]) -> tuple[Secret, ...]:
    """Make eight codes of twenty digits."""
    numbers = (int(fresh(), 16) % 10**SAVED_DIGITS for _ in range(SAVED_CODES))
    return tuple(Secret(f"{number:0{SAVED_DIGITS}}") for number in numbers)


def saved_mac(key: Secret, account: str, code: Secret) -> str:
    """Give what is kept of a saved code: 64 hexadecimal digits, of this account alone."""
    text = f"saved code:{account}:{code.reveal()}"
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


def app_address(seed: Secret, *, company: str) -> Secret:
    """Write the seed as an app reads it from a picture."""
    return Secret(TOTP(_base32(seed)).provisioning_uri(name="telephone support", issuer_name=company))


def app_secret(seed: Secret) -> Secret:
    """Write the seed as a person types it into an app: 32 letters and digits."""
    return Secret(_base32(seed))


def sealed_seed(key: Secret, seed: Secret, *, at: datetime) -> str:
    """Encrypt a seed, for the database."""
    return sealed(key, seed.reveal(), purpose=_PURPOSE, at=at)


def opened_seed(key: Secret, text: str, *, at: datetime) -> Secret | None:
    """Decrypt what `sealed_seed` wrote; None where it was written with another key."""
    found = opened(key, text, purpose=_PURPOSE, at=at)
    return None if found is None else Secret(found)


def _base32(seed: Secret) -> str:
    return b32encode(bytes.fromhex(seed.reveal())).decode()
