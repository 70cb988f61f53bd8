"""Joining by a link: the member chooses a password, shows that the app counts, and is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ivr.domain.redaction import Secret
from ivr.services.encryption import sealed
from ivr.services.staff.authenticator import app_address, seed_of, typed_step
from ivr.services.staff.member import MemberId
from ivr.services.staff.passwords import password_lacks
from ivr.services.staff.session_secrets import SHAPE, hashed
from ivr.services.staff.sign_in import SEED, Begun, SigningIn
from ivr.services.staff.sign_in_attempts import AttemptCount
from ivr.services.staff.staff_ports import StaffWork, StoredMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the page behind a live link shows. address: as an app reads it; seed: as a person types it."""

    member: MemberId
    name: str
    address: Secret
    seed: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Why the link was not used. where: which of the two entries it is about."""

    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """company: whose desk the app shows the codes to be for. words: what no password may lean on.

    Methods give None where the link leads nowhere, whatever the reason, and raise StoreUnavailable,
    AuditUnavailable; then nothing was done.
    """

    signing_in: SigningIn
    company: str
    words: Sequence[str]

    def look(self, link: Secret) -> Offered | None:
        """Show a link; looking uses nothing up."""
        kept = self.signing_in.staff.act(lambda tx: self._live(tx, link))
        if kept is None:
            return None
        seed = seed_of(self.signing_in.key, link)
        member = kept.member
        address = app_address(seed, member=member.id, company=self.company)
        return Offered(member=member.id, name=member.name, address=address, seed=seed)

    def join(self, link: Secret, password: Secret, code: Secret, *, address: str) -> Begun | Lacking | None:
        """Set both factors, use the link up, and sign the member in."""
        signing_in = self.signing_in
        at = signing_in.clock.now()
        kept = signing_in.staff.act(lambda tx: self._live(tx, link))
        if kept is None:
            return None
        why = password_lacks(password, words=(*self.words, kept.member.id, *kept.member.name.split()))
        if why is not None:
            return Lacking(where="password", why=why)
        counted = AttemptCount(at=at, counters=(("staff_link", hashed(link)),), key=signing_in.key)
        if not signing_in.staff.act(counted.count):
            return Lacking(where="code", why="Too many codes were tried. Wait an hour.")
        seed = seed_of(signing_in.key, link)
        step = typed_step(seed, code, at=at)
        if step is None:
            return Lacking(
                where="code", why="That is not the code that the app shows now. Type the next one."
            )
        chosen = signing_in.passwords.hashed(password)

        def joins(tx: StaffWork) -> Begun | None:
            member = self._live(tx, link)
            if member is None or not tx.use_link(hashed(link), at=at):
                return None
            new = replace(
                member,
                password=chosen,
                seed=sealed(signing_in.key, seed.reveal(), purpose=SEED, at=at),
            )
            tx.save(new)
            tx.use_step(member.member.id, step)
            tx.record("staff", {"actor": f"agent:{member.member.id}", "outcome": "joined"}, at=at)
            return signing_in.begin(tx, new, at=at, address=address)

        return signing_in.staff.act(joins)

    def _live(self, tx: StaffWork, link: Secret) -> StoredMember | None:
        if not SHAPE.fullmatch(link.reveal()):
            return None
        offered = tx.link(hashed(link))
        if (
            offered is None
            or offered.ended_at is not None
            or offered.expires_at <= self.signing_in.clock.now()
        ):
            return None
        kept = tx.member(offered.member)
        return None if kept is None or kept.disabled_at is not None else kept
