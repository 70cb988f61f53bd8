"""Codes that are derived, and so stored nowhere: the same key and names give the same digits again."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import CaseId
from ivr.domain.redaction import Secret

CODE_DIGITS: Final = 6
MATCH_DIGITS: Final = 3
_KEYS: Final = "23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCode:
    """A code that was asked for: everything but the code.

    checks: how often one was typed against it. sends: how many codes this contact was sent in this call.
    asks: how often the call asked for one there, whether or not any was sent; last_ask_at: when it last did.
    What a caller hears goes by these two, which are the same for everybody.
    """

    case: CaseId
    call: str
    contact: str
    salt: str
    asked_at: datetime
    expires_at: datetime
    sends: int
    checks: int = 0
    used_at: datetime | None = None
    asks: int = 0
    last_ask_at: datetime | None = None


def one_time_code(key: Secret, *, case: str, call: str, contact: str, salt: str) -> Secret:
    """Derive the six digits that one contact gets for one call of one case."""
    return Secret(_digits(key, ("code", case, call, contact, salt), CODE_DIGITS))


def is_code(entry: Secret, code: Secret) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(entry.reveal().encode(), code.reveal().encode())


def match_code(key: Secret, *, case: str, call: str) -> str:
    """Derive the three digits by which an agent finds the card of the call that is whispered."""
    return _digits(key, ("match", case, call), MATCH_DIGITS)


def confirming_key(key: Secret, *, case: str, call: str) -> str:
    """Choose the key that confirms the warning, one of 2 to 9: nobody knows it before it is spoken."""
    return _KEYS[_number(key, ("confirm", case, call)) % len(_KEYS)]


def talk_name(key: Secret, *, call: str, turn: int) -> str:
    """Derive what the console calls one talk by: 16 hexadecimal digits, and nothing of the call's own id."""
    return f"{_number(key, ('talk', call, str(turn))) % 16**16:016x}"


def stop_token(key: Secret, *, case: str) -> str:
    """Derive the part of the stop link that nobody can guess: 32 hexadecimal digits."""
    return f"{_number(key, ('stop', case)) % 16**32:032x}"


def enrol_token(key: Secret, *, invitation: str) -> str:
    """Derive the part of an invitation's link that nobody can guess: 32 hexadecimal digits."""
    return f"{_number(key, ('enrol', invitation)) % 16**32:032x}"


def _digits(key: Secret, names: tuple[str, ...], count: int) -> str:
    return f"{_number(key, names) % 10**count:0{count}}"


def _number(key: Secret, names: tuple[str, ...]) -> int:
    # Each name with its length, so that no two lists of names make one text.
    text = "".join(f"{len(name)}:{name}" for name in names)
    digest = hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest)
