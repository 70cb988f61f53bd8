"""Signing in with the company's own account: its provider says who somebody is, and we who that is here."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from ivr.domain.redaction import Secret
from ivr.services.staff.session_secrets import hashed, new_secret
from ivr.services.staff.sign_in import Begun, Failed, SigningIn
from ivr.services.staff.sign_in_attempts import AttemptCount, whereabouts
from ivr.services.staff.staff_ports import Session, StaffWork, StoredMember

_USED: Final = "staff_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """What one question to the provider carries, each 64 hexadecimal digits, and this browser alone knows."""

    state: Secret
    nonce: Secret
    verifier: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """mail: an address that the provider has verified. is_strong: whether two factors were proved there."""

    mail: str
    is_strong: bool


class ProviderRefused(Exception):  # noqa: N818 -- it names what came of the question
    """What came back proves nobody."""


class ProviderUnavailable(Exception):  # noqa: N818 -- it names a state of the provider
    """The provider cannot be asked now."""


class Provider(Protocol):
    """Methods raise ProviderUnavailable within 5 seconds. back_to: where the browser comes back to us."""

    def address(self, asked: ProviderRequest, *, back_to: str) -> str:
        """Give the address at which the browser asks."""

    def identity(self, asked: ProviderRequest, code: Secret, *, back_to: str, at: datetime) -> Identity:
        """Tell who came back with *code*. Raises ProviderRefused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCompany:
    """Members are found by their mail, and must have joined: nobody is added, and no role comes from outside.

    Methods raise ProviderUnavailable, StoreUnavailable, AuditUnavailable; then nobody is signed in.
    """

    signing_in: SigningIn
    provider: Provider

    def ask(self, *, back_to: str) -> tuple[ProviderRequest, str]:
        """Begin, and give the address that the browser goes to."""
        fresh = self.signing_in.fresh
        asked = ProviderRequest(state=new_secret(fresh), nonce=new_secret(fresh), verifier=new_secret(fresh))
        return asked, self.provider.address(asked, back_to=back_to)

    def enter(
        self, asked: ProviderRequest, *, state: str, code: Secret, back_to: str, address: str
    ) -> Begun | Failed:
        """Judge what came back, once. Without a second factor there our own code is asked for next."""
        at = self.signing_in.clock.now()
        counted = AttemptCount(
            at=at, counters=(("staff_address", whereabouts(address)),), key=self.signing_in.key
        )
        if not hmac.compare_digest(state.encode(), asked.state.reveal().encode()):
            return "over"

        def begins_to_judge(tx: StaffWork) -> Failed | None:
            if tx.moments(_USED, hashed(asked.state)):
                return "over"
            if not counted.count(tx):
                return "wait"
            tx.keep_moments(_USED, hashed(asked.state), (int(at.timestamp() * 1_000_000),))
            return None

        failed = self.signing_in.staff.act(begins_to_judge)
        if failed is not None:
            return failed
        try:
            identity = self.provider.identity(asked, code, back_to=back_to, at=at)
        except ProviderRefused:
            self.signing_in.staff.act(lambda tx: counted.failed(tx, None, "wrong_identity"))
            return "wrong"
        return self.signing_in.staff.act(lambda tx: self._entered(tx, identity, counted, address))

    def _entered(
        self, tx: StaffWork, identity: Identity, counted: AttemptCount, address: str
    ) -> Begun | Failed:
        found = [kept for kept in tx.members() if _is(kept, identity)]
        if len(found) != 1:
            counted.failed(tx, None, "nobodys_identity")
            return "wrong"
        counted.give_back(tx, counted.at)
        if identity.is_strong:
            return self.signing_in.begin(tx, found[0], at=counted.at, address=address)
        secret = new_secret(self.signing_in.fresh)
        half = Session(
            id=self.signing_in.fresh(),
            hash=hashed(secret),
            member=found[0].member.id,
            stage="password",
            begun_at=counted.at,
            active_at=counted.at,
        )
        tx.begin(half)
        return Begun(secret=secret, member=found[0].member.id)


def _is(kept: StoredMember, identity: Identity) -> bool:
    has_joined = kept.seed is not None and kept.disabled_at is None
    mail = kept.member.mail
    return has_joined and mail is not None and mail.casefold() == identity.mail.casefold()
