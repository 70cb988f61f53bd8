"""The app that gives a member six new digits every half minute. Source: RFC 6238."""

import hashlib
import hmac
import re
from base64 import b32encode
from datetime import datetime
from typing import Final

from pyotp import TOTP

from ivr.domain.recovery.totp import step_of
from ivr.domain.redaction import Secret
from ivr.services.staff.member import MemberId

_SEED_BYTES: Final = 20
_BLANKS: Final = re.compile(r"[\s-]+")


def seed_of(key: Secret, link: Secret) -> Secret:
    """Derive the seed that a link offers, 32 letters and digits: each time its page is shown, the same."""
    digest = hmac.new(key.reveal().encode(), b"staff seed:" + link.reveal().encode(), hashlib.sha256).digest()
    return Secret(b32encode(digest[:_SEED_BYTES]).decode())


def typed_step(seed: Secret, entry: Secret, *, at: datetime) -> int | None:
    """Judge what a member typed, with the blanks that people put between the digits."""
    return step_of(seed, Secret(_BLANKS.sub("", entry.reveal())), at=at)


def app_address(seed: Secret, *, member: MemberId, company: str) -> Secret:
    """Write the seed as an app reads it from a picture."""
    return Secret(TOTP(seed.reveal()).provisioning_uri(name=member, issuer_name=f"{company} desk"))
