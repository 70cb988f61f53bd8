"""Six digits that an app gives anew every half minute. Source: RFC 6238."""

import hmac
from datetime import datetime
from typing import Final

from pyotp import TOTP

from ivr.domain.redaction import Secret

STEP_S: Final = 30
_DRIFT: Final = (-1, 0, 1)
"""So many steps a telephone's clock may be off. Source: RFC 6238, section 5.2."""


def step_of(seed: Secret, entry: Secret, *, at: datetime) -> int | None:
    """Give the time step whose digits were typed, the nearest where two have them; None where none has.

    seed: in base 32, as an app takes it.
    """
    now, app = int(at.timestamp()) // STEP_S, TOTP(seed.reveal())
    given = entry.reveal().encode("utf-8", "surrogatepass")
    right = [
        now + drift for drift in _DRIFT if hmac.compare_digest(app.generate_otp(now + drift).encode(), given)
    ]
    return min(right, key=lambda step: abs(step - now), default=None)
