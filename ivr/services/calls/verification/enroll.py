"""Enrolling an app, saved codes and a PIN: by a mailed link, and on its page a code to the phone on file."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.codes import SentCode, enrol_token, is_code, one_time_code
from ivr.domain.recovery.enrollment import Invitation
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.calls.limit_alarm import Alarm
from ivr.services.calls.verification.attempt_limits import Code, Counting
from ivr.services.calls.verification.enrolled_factors import (
    app_address,
    app_secret,
    new_saved_codes,
    new_seed,
    saved_mac,
    sealed_seed,
)
from ivr.services.calls.verification.pin_hashes import PinHashes, keep_pin, new_pin
from ivr.services.case_ports import Account, Cases, CaseWork, Contact, Directory, Outgoing, Purpose
from ivr.services.ports import Clock

LASTS: Final = timedelta(hours=24)
_HEX: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
ENROLMENT: Final = "enrolment"
"""Says in a message's details that it belongs to no case."""
_NO_CALL: Final = "enrolling"
"""Stands for the call where a message is about none."""

Stands = Literal["new", "code_sent", "wrong", "no_more_tries", "no_more_sends", "done"]
"""How a live link stands: nothing was asked for; a code is on its way; what was typed was wrong; the code can
be tried no more; no code can be sent now; enrolled, and the link is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentStep:
    """What the page shows. address, secret, saved, pin: at the end alone, once.

    pin: None where callers are not asked for one.
    """

    stands: Stands
    address: Secret | None = None
    secret: Secret | None = None
    saved: tuple[Secret, ...] = ()
    pin: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewPin:
    digits: Secret
    hashed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """fresh: gives 32 random hexadecimal digits. company: whose codes an app shows them to be.

    Methods raise StoreUnavailable, AuditUnavailable, DirectoryUnavailable, TooManyPins, and give None where
    the link leads nowhere, whatever the reason.
    """

    cases: Cases
    directory: Directory
    policy: Policy
    key: Secret
    clock: Clock
    fresh: Callable[[], str]
    company: str
    pins: PinHashes = field(default_factory=PinHashes)
    alarm: Alarm = field(default_factory=Alarm)

    def look(self, invitation: str, token: str) -> EnrollmentStep | None:
        live = self.cases.act(lambda tx: self._live(tx, invitation, token))
        return None if live is None else EnrollmentStep(stands="new")

    def send(self, invitation: str, token: str) -> EnrollmentStep | None:
        """Send a code to the phone on file, within the limits of codes for callers."""
        reached = self._reached(invitation, token)
        return (
            None
            if reached is None
            else self.cases.act(lambda tx: self._sent(tx, invitation, token, *reached))
        )

    def enrol(self, invitation: str, token: str, code: Secret, *, consents: bool) -> EnrollmentStep | None:
        """Check the code, counted first; a right one ends the link, and shows what was enrolled."""
        reached = self._reached(invitation, token)
        if reached is None:
            return None
        pin = self._new_pin(reached[0])
        return self.cases.act(
            lambda tx: self._checked(tx, invitation, token, *reached, code, pin=pin, consents=consents)
        )

    def _new_pin(self, account: Account) -> _NewPin | None:
        """Make a PIN where callers are asked for one; hashed before the database is held."""
        if "pin" not in self.policy.factors:
            return None
        digits = new_pin(self.fresh)
        return _NewPin(digits=digits, hashed=self.pins.hashed(self.key, account.id, digits))

    def _live(self, tx: CaseWork, invitation: str, token: str) -> Invitation | None:
        if not (_HEX.fullmatch(invitation) and _HEX.fullmatch(token)):
            return None
        kept = tx.enrolments.invitation(invitation)
        is_right = hmac.compare_digest(token, enrol_token(self.key, invitation=invitation))
        if kept is None or not is_right or kept.ended_at is not None or kept.expires_at <= self.clock.now():
            return None
        return kept

    def _reached(self, invitation: str, token: str) -> tuple[Account, Contact] | None:
        """Find the account and its phone. The directory may be slow, so no transaction waits for it."""
        live = self.cases.act(lambda tx: self._live(tx, invitation, token))
        account = None if live is None else self.directory.account(live.account)
        if account is None:
            return None
        oldest = self.clock.now() - timedelta(seconds=self.policy.contact_age_s)
        _, phone = reachable(account, oldest)
        return None if phone is None else (account, phone)

    def _sent(
        self, tx: CaseWork, invitation: str, token: str, account: Account, phone: Contact
    ) -> EnrollmentStep | None:
        if self._live(tx, invitation, token) is None:
            return None
        at = self.clock.now()
        kept = tx.code(CaseId(invitation), _NO_CALL, phone.id)
        sends = 0 if kept is None else kept.sends
        wanted = Code(contact=phone.id, prefix=phone.prefix, reaches=True, is_proved=False)
        counter = self._counter(tx, invitation, account)
        if not counter.may_send(wanted) or sends >= self.policy.sends_per_contact:
            return EnrollmentStep(stands="no_more_sends")
        code = SentCode(
            case=CaseId(invitation),
            call=_NO_CALL,
            contact=phone.id,
            salt=self.fresh(),
            asked_at=at,
            expires_at=at + timedelta(seconds=self.policy.code_s),
            sends=sends + 1,
        )
        tx.keep_code(code)
        self._queue(tx, invitation, account, phone, "code")
        return EnrollmentStep(stands="code_sent")

    def _checked(
        self,
        tx: CaseWork,
        invitation: str,
        token: str,
        account: Account,
        phone: Contact,
        code: Secret,
        *,
        pin: _NewPin | None,
        consents: bool,
    ) -> EnrollmentStep | None:
        if self._live(tx, invitation, token) is None:
            return None
        counter = self._counter(tx, invitation, account)
        may_try = all((counter.line_allows(), counter.account_allows()))
        kept = tx.code(CaseId(invitation), _NO_CALL, phone.id)
        if kept is None or kept.used_at is not None or kept.checks >= self.policy.code_checks or not may_try:
            return EnrollmentStep(stands="no_more_tries")
        counter.reserve(is_checked=True)
        at = self.clock.now()
        right = one_time_code(self.key, case=invitation, call=_NO_CALL, contact=phone.id, salt=kept.salt)
        is_right = is_code(code, right) and at <= kept.expires_at
        tx.keep_code(replace(kept, checks=kept.checks + 1, used_at=at if is_right else None))
        if not is_right:
            self._record(tx, account, "wrong", at)
            return EnrollmentStep(stands="wrong")
        counter.succeed()
        return self._enrolled(tx, invitation, account, phone, at, pin=pin, consents=consents)

    def _enrolled(
        self,
        tx: CaseWork,
        invitation: str,
        account: Account,
        phone: Contact,
        at: datetime,
        *,
        pin: _NewPin | None,
        consents: bool,
    ) -> EnrollmentStep | None:
        if not tx.enrolments.end_invitation(invitation, at=at):
            return None
        seed, saved = new_seed(self.fresh), new_saved_codes(self.fresh)
        macs = [saved_mac(self.key, account.id, one) for one in saved]
        tx.enrolments.enrol(account.id, sealed=sealed_seed(self.key, seed, at=at), macs=macs, at=at)
        if pin is not None:
            keep_pin(tx, account, pin.hashed, "page", at=at, actor="contact")
        if consents:
            tx.enrolments.consent_to_texts(phone.id, at=at)
        for contact in account.contacts:
            if (
                (contact.kind == "mailbox" and not contact.is_other)
                or contact.id == phone.id
                or contact.has_consented
            ):
                self._queue(tx, invitation, account, contact, "enrolled")
        self._record(tx, account, "enrolled", at, consents=consents)
        address = app_address(seed, company=self.company)
        shown = EnrollmentStep(stands="done", address=address, secret=app_secret(seed), saved=saved)
        return shown if pin is None else replace(shown, pin=pin.digits)

    def _counter(self, tx: CaseWork, invitation: str, account: Account) -> Counting:
        # The link stands where a caller's number does: its failures are its own.
        return Counting(
            tx=tx,
            policy=self.policy,
            at=self.clock.now(),
            account=account.id,
            caller=f"link {invitation}",
            alarm=self.alarm,
        )

    def _queue(
        self, tx: CaseWork, invitation: str, account: Account, contact: Contact, purpose: Purpose
    ) -> None:
        message = enrolment_message(
            self.fresh(), invitation, purpose, contact=contact, language=account.language
        )
        tx.queue(message, at=self.clock.now())

    def _record(
        self, tx: CaseWork, account: Account, outcome: str, at: datetime, *, consents: bool = False
    ) -> None:
        who = {"account": account.id, "actor": "contact", "outcome": outcome}
        tx.record("enrolment", {**who, "consents": consents}, at=at)


def invite(
    tx: CaseWork, account: Account, mailbox: Contact, *, fresh: Callable[[], str], at: datetime
) -> Invitation:
    """Make a link that works for a day, and queue its mail; earlier links of the account end."""
    invitation = Invitation(id=fresh(), account=account.id, expires_at=at + LASTS)
    tx.enrolments.invite(invitation, at=at)
    message = enrolment_message(fresh(), invitation.id, "invite", contact=mailbox, language=account.language)
    tx.queue(message, at=at)
    tx.record("enrolment", {"account": account.id, "actor": "operator", "outcome": "invited"}, at=at)
    return invitation


def renew(
    tx: CaseWork, account: str, mailbox: str, language: str, *, fresh: Callable[[], str], at: datetime
) -> None:
    """Mail a link for fresh codes, after one was used. account, mailbox: their ids."""
    invitation = Invitation(id=fresh(), account=account, expires_at=at + LASTS)
    tx.enrolments.invite(invitation, at=at)
    message = Outgoing(
        id=fresh(),
        channel="mail",
        purpose="renew",
        case=CaseId(invitation.id),
        call=_NO_CALL,
        contact=mailbox,
        language=language,
        details={"of": ENROLMENT},
    )
    tx.queue(message, at=at)
    tx.record("enrolment", {"account": account, "actor": "system", "outcome": "renewal_offered"}, at=at)


def reachable(account: Account, oldest: datetime) -> tuple[Contact | None, Contact | None]:
    """Choose mailbox and phone for enrolling: on file since *oldest* at least, and the phone gets texts."""
    if account.is_closed:
        return None, None
    mailbox, phone = account.contact("mailbox"), account.contact("phone")
    return (
        mailbox if mailbox is not None and mailbox.added_at <= oldest else None,
        phone if phone is not None and phone.added_at <= oldest and phone.can_text else None,
    )


def enrolment_message(
    message: str, invitation: str, purpose: Purpose, *, contact: Contact, language: str
) -> Outgoing:
    return Outgoing(
        id=message,
        channel="mail" if contact.kind == "mailbox" else "text",
        purpose=purpose,
        case=CaseId(invitation),
        call=_NO_CALL,
        contact=contact.id,
        language=language,
        details={"of": ENROLMENT},
    )
