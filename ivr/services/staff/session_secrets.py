"""Random secrets that stand in cookies and links; only their hashes are kept."""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from ivr.domain.redaction import Secret

SHAPE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def new_secret(fresh: Callable[[], str]) -> Secret:
    """Make a secret of 256 bits, as 64 hexadecimal digits. fresh: gives 32 of them."""
    return Secret(fresh() + fresh())


def hashed(secret: Secret) -> str:
    """Give what is kept of it. So long a secret cannot be guessed, so its hash needs no salt."""
    return hashlib.sha256(secret.reveal().encode("utf-8", "surrogatepass")).hexdigest()
