"""What an account has enrolled, and the link by which it does."""

from dataclasses import dataclass
from datetime import datetime


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
