"""Who works here: members are added, sent back to their beginning, and shut out, each on record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ivr.domain.redaction import Secret
from ivr.services.ports import Clock
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.session_secrets import hashed, new_secret
from ivr.services.staff.staff_ports import LINK_LASTS, Link, Staff, StaffWork, StoredMember

_BY: Final = {"actor": "operator"}


class NoSuchMember(LookupError):  # noqa: N818 -- it names who is not there
    """Nobody is called that here."""


class AlreadyThere(ValueError):  # noqa: N818 -- it names what is so
    """Somebody is called that already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """fresh: gives 32 hexadecimal digits that nobody can foresee. A link works once.

    Methods raise StoreUnavailable, AuditUnavailable; then nothing was done.
    """

    staff: Staff
    clock: Clock
    fresh: Callable[[], str]

    def everybody(self) -> tuple[StoredMember, ...]:
        return self.staff.act(lambda tx: tx.members())

    def add(self, member: Member) -> Secret:
        """Add a member, or let in again one who was shut out. Raises AlreadyThere."""
        at = self.clock.now()

        def adds(tx: StaffWork) -> Secret:
            kept = tx.member(member.id)
            if kept is not None and kept.disabled_at is None:
                raise AlreadyThere(member.id)
            tx.save(StoredMember(member=member, added_at=at))
            fields = {**_BY, "member": member.id, "roles": " ".join(sorted(member.roles))}
            tx.record("staff", {**fields, "lines": " ".join(sorted(member.lines)), "outcome": "added"}, at=at)
            return self._link(tx, member.id)

        return self.staff.act(adds)

    def reset(self, member: MemberId) -> Secret:
        """Forget password and app, end every session, and give a link to set both. Raises NoSuchMember."""
        at = self.clock.now()

        def resets(tx: StaffWork) -> Secret:
            kept = _known(tx, member)
            if kept.disabled_at is not None:
                raise NoSuchMember(member)
            tx.save(replace(kept, password=None, seed=None))
            ended = tx.end_all(member, at=at)
            tx.record("staff", {**_BY, "member": member, "outcome": "reset", "sessions": ended}, at=at)
            return self._link(tx, member)

        return self.staff.act(resets)

    def disable(self, member: MemberId) -> int:
        """Shut a member out at once, and count the sessions that ended. Raises NoSuchMember."""
        at = self.clock.now()

        def disables(tx: StaffWork) -> int:
            kept = _known(tx, member)
            tx.save(replace(kept, password=None, seed=None, disabled_at=kept.disabled_at or at))
            ended = tx.end_all(member, at=at)
            tx.record("staff", {**_BY, "member": member, "outcome": "disabled", "sessions": ended}, at=at)
            return ended

        return self.staff.act(disables)

    def mail(self, member: MemberId, address: str) -> None:
        """Say by which address the member is known elsewhere. Raises NoSuchMember."""
        at = self.clock.now()

        def names(tx: StaffWork) -> None:
            kept = _known(tx, member)
            tx.save(replace(kept, member=replace(kept.member, mail=address)))
            tx.record("staff", {**_BY, "member": member, "outcome": "mail"}, at=at)

        self.staff.act(names)

    def _link(self, tx: StaffWork, member: MemberId) -> Secret:
        secret = new_secret(self.fresh)
        expires_at = self.clock.now() + LINK_LASTS
        tx.offer(Link(hash=hashed(secret), member=member, expires_at=expires_at))
        return secret


def _known(tx: StaffWork, member: MemberId) -> StoredMember:
    kept = tx.member(member)
    if kept is None:
        raise NoSuchMember(member)
    return kept
