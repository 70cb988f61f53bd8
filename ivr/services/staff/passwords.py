"""Members' passwords: argon2id, never readable again, and none that is known to everybody."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.domain.redaction import Secret

SHORTEST: Final = 12
LONGEST: Final = 256
_FEWEST_SIGNS: Final = 5
# What people choose when twelve characters are asked for. Source: the most frequent of that length in
# published lists of passwords that were stolen.
_KNOWN: Final = frozenset(
    {
        "123456789012", "1234567890123", "12345678910", "123456789123", "1234567891011", "qwertyuiop12",
        "qwertyuiop123", "qwertyuiopasdf", "qwerty123456", "password1234", "password12345", "password123456",
        "passwordpassword", "iloveyou1234", "administrator", "administrator1", "changeme1234",
        "letmeinletmein", "welcome12345", "welcome123456", "unbelievable", "abcdefghijkl", "abcd12345678",
        "changemeplease", "abc123abc123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "asdfghjkl123",
        "q1w2e3r4t5y6", "correcthorsebatterystaple", "trustno1trustno1", "football1234", "princess1234",
        "sunshine1234",
    }
)  # fmt: skip


class Busy(Exception):  # noqa: N818 -- it names a state of the process
    """Too many passwords are looked at just now: try it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Hashes and checks, at most *most* at once, each in 64 MiB: a flood of them must not fill the memory.

    hasher: its figures go into each hash, so that they may be raised later. Methods raise Busy.
    """

    hasher: PasswordHasher = field(default_factory=lambda: PasswordHasher(parallelism=1))
    most: int = 2
    longest_wait_s: float = 5.0
    _nobodys: str = field(init=False, repr=False)
    _gate: BoundedSemaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_nobodys", self.hasher.hash("nobody's"))
        object.__setattr__(self, "_gate", BoundedSemaphore(self.most))

    def hashed(self, password: Secret) -> str:
        with self._turn():
            return self.hasher.hash(_bytes(password))

    def is_right(self, hashed: str | None, entry: Secret) -> bool:
        """Compare. With no hash to compare with, this takes as long, and gives False."""
        with self._turn():
            try:
                is_same = self.hasher.verify(hashed or self._nobodys, _bytes(entry))
            except (VerificationError, InvalidHashError):
                return False
        return is_same and hashed is not None

    def is_weaker(self, hashed: str) -> bool:
        """Whether a hash was made with lower figures than are used now."""
        return self.hasher.check_needs_rehash(hashed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._gate.acquire(timeout=self.longest_wait_s):
            raise Busy
        try:
            yield
        finally:
            self._gate.release()


def password_lacks(password: Secret, *, words: Iterable[str]) -> str | None:
    """Say why this may be nobody's password; None where it may be. words: names of company and member."""
    text = unicodedata.normalize("NFKC", password.reveal()).strip()
    plain = _folded(text)
    if len(text) < SHORTEST:
        return f"Use {SHORTEST} characters or more; a few words in a row are easy to keep in mind."
    if len(text) > LONGEST:
        return f"Use {LONGEST} characters at most."
    if len(set(plain)) < _FEWEST_SIGNS:
        return "Use more different characters."
    if plain in _KNOWN:
        return "This one is in every list of stolen passwords. Choose another."
    if len(_rest(plain, words)) < SHORTEST // 2:
        return "Leave out the names of the company, the product and yourself. Choose another."
    return None


def _rest(plain: str, words: Iterable[str]) -> str:
    """Take out names, and what everybody puts around them."""
    for word in sorted((_folded(word) for word in words), key=len, reverse=True):
        if len(word) > 2:  # noqa: PLR2004 -- shorter ones stand in half of all words
            plain = plain.replace(word, "")
    return plain.strip("0123456789!?.,-_#*$ ")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def _bytes(password: Secret) -> bytes:
    # Cut, so that nobody makes us hash a novel; what is longer than the longest is refused when it is set.
    text = unicodedata.normalize("NFKC", password.reveal()[: 2 * LONGEST])
    return text.encode("utf-8", "surrogatepass")
