"""What of a number, an address or a code may be shown or logged."""

import hashlib
import hmac
import re
from typing import NoReturn

DOT = "•"

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_ONE_DIGIT_CODES = "17"
_TAIL = 3

# A code said aloud arrives as "4711", "4 7 1 1" or "47-11"; all are one run.
# \d also counts the digits of other scripts.
_DIGIT_RUN = re.compile(r"\d(?:[ \u00a0.,\-]{0,2}\d){3,}")
_DIGIT = re.compile(r"\d")

_HMAC_HEX = 32


class Secret:
    """A text that no log line, error or repr can show; reveal() is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({DOT * 3})"

    def __str__(self) -> str:
        return DOT * 3

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written into a pickle: hand it over as a setting")


def masked_number(text: str) -> str:
    """Keep the country code, as far as one can guess it, and the last three digits: "+1•••••••123".

    Country codes are one digit in zones 1 and 7, else two or three; two are kept. What is no E.164 number
    shows nothing, since it may be anybody's address.
    """
    if not _E164.fullmatch(text):
        return DOT * 3
    kept = 2 if text[1] in _ONE_DIGIT_CODES else 3
    return text[:kept] + DOT * (len(text) - kept - _TAIL) + text[-_TAIL:]


def masked_email(text: str) -> str:
    """Keep the first letter and the last label: "j•••@•••.com"."""
    local, at, domain = text.rpartition("@")
    _, dot, label = domain.rpartition(".")
    if not (local and at and dot and label):
        return DOT * 3
    return f"{local[0]}{DOT * 3}@{DOT * 3}.{label}"


def masked_name(text: str) -> str:
    """Keep the first letter of a name, or what `masked_email` keeps: "j•••"."""
    name = text.strip()
    if "@" in name:
        return masked_email(name)
    return f"{name[:1]}{DOT * 3}"


def masked_digit_runs(text: str) -> str:
    """Hide the digits of every run of four or more, said together or one by one; all else stays."""
    return _DIGIT_RUN.sub(lambda run: _DIGIT.sub(DOT, run.group()), text)


def number_hmac(key: bytes, number: str) -> str:
    """Give 32 hexadecimal digits that stand for an E.164 number.

    Keyed, because there are few enough telephone numbers to try them all against a plain hash.
    """
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:_HMAC_HEX]
