"""Texts that the database or a page keeps for us, and nobody else can read or write."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ivr.domain.redaction import Secret

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_KEY_BYTES: Final = 32


def sealed(key: Secret, text: str, *, purpose: str, at: datetime) -> str:
    """Encrypt *text* with a key that is derived from the line's for this *purpose* alone."""
    return _box(key, purpose).encrypt_at_time(text.encode(), int(at.timestamp())).decode()


def opened(
    key: Secret, text: str, *, purpose: str, at: datetime, within: timedelta | None = None
) -> str | None:
    """Decrypt what `sealed` wrote; None for anything else, and for what is older than *within*."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 -- see _box

    box = _box(key, purpose)
    try:
        if within is None:
            return box.decrypt(text.encode()).decode()
        seconds, now = int(within.total_seconds()), int(at.timestamp())
        return box.decrypt_at_time(text.encode(), ttl=seconds, current_time=now).decode()
    except (InvalidToken, ValueError):
        return None


def _box(key: Secret, purpose: str) -> "Fernet":
    # Imported here: a line on which nobody has enrolled seals nothing, and keeps nine megabytes.
    from cryptography.fernet import Fernet  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
    return Fernet(urlsafe_b64encode(derived.derive(key.reveal().encode())))
