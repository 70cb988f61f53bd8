"""What an account has enrolled or was issued, and the link by which it enrols."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A time-based app of an account. sealed: its seed, encrypted. last_step: the last that served."""

    sealed: str
    last_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link to enrol. id: random, 32 hex digits. ended_at: when it was used, or another took its place."""

    id: str
    account: str
    expires_at: datetime
    ended_at: datetime | None = None


PinWay = Literal["letter", "phone", "mail", "page"]
"""How a PIN reached the account's people: by letter, by word, by mail, or on the page of an invitation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """hashed: by argon2id, its figures within. rests_on: the mailbox that it was mailed to."""

    hashed: str
    way: PinWay
    issued_at: datetime
    rests_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an account has beside its contacts. saved_codes: how many of them are unused."""

    has_app: bool = False
    saved_codes: int = 0
    pin: Pin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTry:
    """A try at a PIN, counted as a failure at *at*, before anything is compared.

    may_try: whether the account was open to tries then.
    """

    at: datetime
    may_try: bool
