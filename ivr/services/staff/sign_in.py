"""Signing in: the password, then the app's code. Counted before it is judged, and for all alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from ivr.domain.redaction import Secret, number_hmac
from ivr.services.encryption import opened
from ivr.services.ports import Clock
from ivr.services.staff.authenticator import typed_step
from ivr.services.staff.member import MEMBER_ID, MemberId, SignedIn
from ivr.services.staff.passwords import Passwords
from ivr.services.staff.session_secrets import hashed, new_secret
from ivr.services.staff.sign_in_attempts import (
    AttemptCount,
    told_apart,
    tries_of_code,
    tries_of_password,
    whereabouts,
)
from ivr.services.staff.staff_ports import Session, Staff, StaffWork, StoredMember

Failed = Literal["wrong", "wait", "over"]
"""wrong: the entry is not right, or nobody is called that. wait: too much was tried, and this was not looked
at. over: the password was typed too long ago, or the session ended: begin anew."""

SEED: Final = "seed"
"""What members' seeds are sealed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """secret: the cookie's from now on; the one before it is worth nothing."""

    secret: Secret
    member: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whose cookie it is. signed_in: None unless both factors are proved, and for twelve hours at most.

    is_fresh: whether a move may be made, or the code is asked for first. step: whether the code is due.
    was: whose session ran out by its age, if one did. text: what was typed when the session was not fresh.
    """

    signed_in: SignedIn | None = None
    is_fresh: bool = False
    step: bool = False
    was: MemberId | None = None
    text: str | None = None


_NOBODY: Final = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """fresh: gives 32 hexadecimal digits that nobody can foresee. address: where the browser is.

    Methods raise StoreUnavailable, AuditUnavailable; then nobody is signed in.
    """

    staff: Staff
    passwords: Passwords
    key: Secret
    clock: Clock
    fresh: Callable[[], str]

    def password(self, name: str, entry: Secret, *, address: str) -> Begun | Failed:
        """Check the first factor. One hash is computed, whoever is named, unless too much was tried."""
        at, named = self.clock.now(), _member_id(name)
        counted = tries_of_password(at, name=named or told_apart(name), address=address, key=self.key)

        def counts(tx: StaffWork) -> tuple[bool, StoredMember | None]:
            kept = None if named is None else tx.member(named)
            return counted.count(tx), kept

        may_try, kept = self.staff.act(counts)
        if not may_try:
            return "wait"
        usable = kept if kept is not None and kept.disabled_at is None else None
        # Between two transactions: nobody waits for the database while this takes its time.
        is_right = self.passwords.is_right(None if usable is None else usable.password, entry)
        if usable is None or not is_right:
            self.staff.act(lambda tx: counted.failed(tx, kept, "wrong_password"))
            return "wrong"
        return self._begin(usable, entry, counted, at)

    def code(self, cookie: Secret, entry: Secret, *, address: str) -> Begun | Failed:
        """Check the second factor of the session that the cookie names, and begin the one that counts."""
        at = self.clock.now()

        def checks(tx: StaffWork) -> Begun | Failed:
            half = tx.session(hashed(cookie))
            kept = None if half is None else tx.member(half.member)
            if half is None or kept is None or half.stage != "password" or not _is_usable(half, kept, at):
                return "over"
            counted = tries_of_code(at, name=half.member, address=address, key=self.key)
            if not counted.count(tx):
                return "wait"
            if not self._uses(tx, kept, entry, at):
                counted.failed(tx, kept, "wrong_code")
                return "wrong"
            tx.end(half.id, at=at)
            counted.give_back(tx, half.begun_at, at)
            typed = tries_of_password(half.begun_at, name=half.member, address=address, key=self.key)
            typed.give_back(tx, half.begun_at)
            return self.begin(tx, kept, at=at, address=address)

        return self.staff.act(checks)

    def begin(self, tx: StaffWork, kept: StoredMember, *, at: datetime, address: str) -> Begun:
        """Sign a member in who has just proved both factors."""
        secret = new_secret(self.fresh)
        session = Session(
            id=self.fresh(),
            hash=hashed(secret),
            member=kept.member.id,
            stage="in",
            begun_at=at,
            active_at=at,
        )
        tx.begin(session)
        self._record(tx, session, "signed_in", at, address=self._address(address))
        return Begun(secret=secret, member=kept.member.id)

    def standing(self, cookie: Secret) -> Standing:
        """Tell whose cookie this is, and what it is good for now."""
        at = self.clock.now()

        def looks(tx: StaffWork) -> tuple[Session | None, StoredMember | None]:
            session = tx.session(hashed(cookie))
            return session, None if session is None else tx.member(session.member)

        session, kept = self.staff.act(looks)
        if session is None or kept is None or kept.disabled_at is not None or session.ended_at is not None:
            return _NOBODY
        if session.stage == "password":
            return Standing(step=not session.is_over(at))
        if session.is_over(at):
            return Standing(was=session.member)
        signed_in = SignedIn(member=kept.member, session=session.id)
        return Standing(signed_in=signed_in, is_fresh=session.is_fresh(at), text=session.text)

    def failed_elsewhere(self, signed_in: SignedIn, *, address: str) -> int:
        """Count the last hour's wrong passwords and codes for the member's name that came from elsewhere."""
        at, name = self.clock.now(), signed_in.member.id
        counted = tries_of_password(at, name=name, address=address, key=self.key)
        return self.staff.act(counted.failed_elsewhere)

    def again(self, signed_in: SignedIn, entry: Secret) -> Literal["right", "wrong", "over"]:
        """Check the code of a session that is not fresh; after five wrong ones in an hour it ends."""
        at = self.clock.now()

        def checks(tx: StaffWork) -> Literal["right", "wrong", "over"]:
            kept = tx.member(signed_in.member.id)
            counted = AttemptCount(at=at, counters=(("staff_again", signed_in.session),), key=self.key)
            if kept is None or not counted.count(tx):
                return self._closed(tx, signed_in, at)
            if not self._uses(tx, kept, entry, at):
                self._note(tx, signed_in, "wrong_code", at)
                return "wrong" if counted.is_left(tx) else self._closed(tx, signed_in, at)
            counted.give_back(tx, at)
            tx.active(signed_in.session, at=at)
            self._note(tx, signed_in, "proved_again", at)
            return "right"

        return self.staff.act(checks)

    def active(self, signed_in: SignedIn) -> None:
        """Note that something was done: the session stays fresh."""
        self.staff.act(lambda tx: tx.active(signed_in.session, at=self.clock.now()))

    def keep_text(self, session: str, text: str | None) -> None:
        """Keep what was typed until its page asks for it, or let go of it."""
        self.staff.act(lambda tx: tx.keep_text(session, text))

    def leave(self, signed_in: SignedIn) -> None:
        """End the session."""
        at = self.clock.now()

        def ends(tx: StaffWork) -> None:
            if tx.end(signed_in.session, at=at):
                self._note(tx, signed_in, "signed_out", at)

        self.staff.act(ends)

    def refused(self, signed_in: SignedIn, what: str) -> None:
        """Put on record that the console refused something which none of its own pages asks for."""
        at = self.clock.now()
        self.staff.act(lambda tx: self._note(tx, signed_in, what, at))

    def _begin(
        self, usable: StoredMember, entry: Secret, counted: AttemptCount, at: datetime
    ) -> Begun | Failed:
        secret = new_secret(self.fresh)
        stronger = self.passwords.hashed(entry) if self.passwords.is_weaker(usable.password or "") else None

        def begins(tx: StaffWork) -> Begun | Failed:
            kept = tx.member(usable.member.id)
            if kept is None or kept.disabled_at is not None or kept.password != usable.password:
                counted.failed(tx, kept, "wrong_password")
                return "wrong"
            if stronger is not None:
                tx.save(replace(kept, password=stronger))
            half = Session(
                id=self.fresh(),
                hash=hashed(secret),
                member=kept.member.id,
                stage="password",
                begun_at=at,
                active_at=at,
            )
            tx.begin(half)
            return Begun(secret=secret, member=kept.member.id)

        return self.staff.act(begins)

    def _uses(self, tx: StaffWork, kept: StoredMember, entry: Secret, at: datetime) -> bool:
        seed = None if kept.seed is None else opened(self.key, kept.seed, purpose=SEED, at=at)
        step = None if seed is None else typed_step(Secret(seed), entry, at=at)
        return step is not None and tx.use_step(kept.member.id, step)

    def _closed(self, tx: StaffWork, signed_in: SignedIn, at: datetime) -> Literal["over"]:
        if tx.end(signed_in.session, at=at):
            self._note(tx, signed_in, "revoked", at)
        return "over"

    def _address(self, address: str) -> str:
        return number_hmac(self.key.reveal().encode(), whereabouts(address))

    def _note(self, tx: StaffWork, signed_in: SignedIn, outcome: str, at: datetime) -> None:
        who = {"actor": f"agent:{signed_in.member.id}", "session": signed_in.session}
        tx.record("sign_in", {**who, "outcome": outcome}, at=at)

    def _record(self, tx: StaffWork, session: Session, outcome: str, at: datetime, *, address: str) -> None:
        who = {"actor": f"agent:{session.member}", "session": session.id, "from": address}
        tx.record("sign_in", {**who, "outcome": outcome}, at=at)


def _is_usable(half: Session, kept: StoredMember, at: datetime) -> bool:
    return not half.is_over(at) and kept.disabled_at is None


def _member_id(name: str) -> MemberId | None:
    plain = name.strip().lower()
    return MemberId(plain) if MEMBER_ID.fullmatch(plain) else None
