"""How we and the product know each other: HMAC-SHA256 over a time and all that is said, with one secret."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

from ivr.domain.redaction import Secret

TIMESTAMP: Final = "X-IVR-Timestamp"
SIGNATURE: Final = "X-IVR-Signature"
LONGEST_S: Final = 300
"""How far the time of a request may lie from ours, either way."""

_SECONDS: Final = re.compile(r"[0-9]{10}", re.ASCII)


def signed(secret: Secret, *, at: datetime, text: bytes) -> dict[str, str]:
    """Give the headers that say when, and prove who. text: what is signed beside the time."""
    timestamp = f"{at.timestamp():.0f}"
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(secret, timestamp, text)}


def is_signed(secret: Secret, timestamp: str | None, signature: str | None, *, text: bytes) -> bool:
    """Whether the signature is right, whenever it was made."""
    if timestamp is None or signature is None or not _SECONDS.fullmatch(timestamp):
        return False
    return hmac.compare_digest(signature.encode(), _signature(secret, timestamp, text).encode())


def is_timely(timestamp: str, *, at: datetime) -> bool:
    """Whether the time that was signed is ours, five minutes more or less."""
    return abs(at.timestamp() - int(timestamp)) <= LONGEST_S


def _signature(secret: Secret, timestamp: str, text: bytes) -> str:
    return hmac.new(secret.reveal().encode(), f"{timestamp}\n".encode() + text, hashlib.sha256).hexdigest()
