"""What sign-in needs to keep: members, their sessions, and the links by which they join."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeVar

from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.limits import Moments
from ivr.services.staff.member import Member, MemberId

Result = TypeVar("Result")
Stage = Literal["password", "in"]
"""password: only that is proved, and nothing may be seen. in: both factors are."""

PASSWORD_LASTS: Final = timedelta(minutes=5)
SESSION_LASTS: Final = timedelta(hours=12)
FRESH_FOR: Final = timedelta(minutes=15)
LINK_LASTS: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMember:
    """A member as kept. password: an argon2id hash. seed: the app's, encrypted; both None until joined."""

    member: Member
    added_at: datetime
    password: str | None = None
    seed: str | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """id: stands in the audit. hash: of the cookie's secret, which is kept nowhere.

    active_at: when something was last done or proved in it; looking on is nothing done.
    text: what was typed into a form when it was no longer fresh, sealed; None where nothing was.
    """

    id: str
    hash: str
    member: MemberId
    stage: Stage
    begun_at: datetime
    active_at: datetime
    ended_at: datetime | None = None
    text: str | None = None

    def is_over(self, at: datetime) -> bool:
        lasts = SESSION_LASTS if self.stage == "in" else PASSWORD_LASTS
        return self.ended_at is not None or at - self.begun_at >= lasts

    def is_fresh(self, at: datetime) -> bool:
        return at - self.active_at < FRESH_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way in for one member, once. hash: of the link's secret, which is shown once and kept nowhere."""

    hash: str
    member: MemberId
    expires_at: datetime
    ended_at: datetime | None = None


class StaffWork(Protocol):
    """One transaction. What is done in it happens together, or not at all."""

    def member(self, member: MemberId) -> StoredMember | None: ...

    def members(self) -> tuple[StoredMember, ...]:
        """List everybody, by id."""

    def save(self, kept: StoredMember) -> None:
        """Store a member, new or as changed; which steps served is remembered."""

    def use_step(self, member: MemberId, step: int) -> bool:
        """Whether the app's step is later than every one that served; it serves no more."""

    def begin(self, session: Session) -> None: ...

    def session(self, hashed: str) -> Session | None: ...

    def active(self, session: str, *, at: datetime) -> None: ...

    def keep_text(self, session: str, text: str | None) -> None: ...

    def end(self, session: str, *, at: datetime) -> bool:
        """Whether this ended the session: of several who try, one does."""

    def end_all(self, member: MemberId, *, at: datetime) -> int:
        """End every session and link of a member, and count the sessions."""

    def offer(self, link: Link) -> None:
        """Keep a link. Earlier ones end with `end_all`."""

    def link(self, hashed: str) -> Link | None: ...

    def use_link(self, hashed: str, *, at: datetime) -> bool:
        """Whether this ended the link: of several who try, one does."""

    def moments(self, scope: str, key: str) -> Moments:
        """Read a counter, and hold it until the end of the transaction."""

    def shown_moments(self, scope: str, key: str) -> Moments:
        """Read a counter, and hold nothing."""

    def keep_moments(self, scope: str, key: str, moments: Moments) -> None: ...

    def record(self, kind: str, fields: Fields, *, at: datetime) -> None:
        """Put an act on record in the audit's chain."""


class Staff(Protocol):
    """Members and all that belongs to them. Raises StoreUnavailable, AuditUnavailable."""

    def act(self, work: Callable[[StaffWork], Result]) -> Result:
        """Do *work* in one transaction."""
