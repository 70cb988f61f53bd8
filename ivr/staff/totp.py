"""The app that gives a member six new digits every half minute. Source: RFC 6238."""

import hashlib
import hmac
import re
from base64 import b32encode
from datetime import datetime
from typing import Final

from pyotp import TOTP

from ivr.mask import Secret
from ivr.staff.member import MemberId

STEP_S: Final = 30
_DRIFT: Final = (-1, 0, 1)
"""So many steps a telephone's clock may be off. Source: RFC 6238, section 5.2."""
_SEED_BYTES: Final = 20
_BLANKS: Final = re.compile(r"[\s-]+")


def seed_of(key: Secret, link: Secret) -> Secret:
    """Derive the seed that a link offers, 32 letters and digits: each time its page is shown, the same."""
    digest = hmac.new(key.reveal().encode(), b"staff seed:" + link.reveal().encode(), hashlib.sha256).digest()
    return Secret(b32encode(digest[:_SEED_BYTES]).decode())


def step_of(seed: Secret, entry: Secret, *, at: datetime) -> int | None:
    """Give the time step whose code was typed, the nearest where two have it; None where none has."""
    now, app = int(at.timestamp()) // STEP_S, TOTP(seed.reveal())
    given = _BLANKS.sub("", entry.reveal()).encode("utf-8", "surrogatepass")
    right = [
        now + drift for drift in _DRIFT if hmac.compare_digest(app.generate_otp(now + drift).encode(), given)
    ]
    return min(right, key=lambda step: abs(step - now), default=None)


def app_address(seed: Secret, *, member: MemberId, company: str) -> Secret:
    """Write the seed as an app reads it from a picture."""
    return Secret(TOTP(seed.reveal()).provisioning_uri(name=member, issuer_name=f"{company} desk"))
