"""Sends what is due: each message is leased, written, tried once, and what became of it is stored."""

import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from ivr.adapters.database.cases.outbox import LASTS, ONCE, Leased, Outcome, SqlOutbox
from ivr.adapters.mail.message_templates import TemplateMissing, Templates
from ivr.adapters.twilio.urls import Urls
from ivr.domain.recovery.callback import PLACED_WITHIN
from ivr.domain.recovery.codes import SentCode
from ivr.domain.redaction import DOT, number_hmac
from ivr.entrypoints.worker.message_writer import WrittenMessage, write
from ivr.entrypoints.worker.retry_waits import CODE_WAITS_S, WAITS_S, wait_after
from ivr.entrypoints.worker.sender_identity import House
from ivr.services.calls.verification.undelivered_codes import ring_instead, spend_nothing
from ivr.services.case_ports import AuditUnavailable, CaseWork, Channel, Directory, DirectoryUnavailable
from ivr.services.delivery import Delivery, Letter, Mailer, Telephone
from ivr.services.ports import Clock, StoreUnavailable

AT_ONCE: Final = 8
"""So many messages of one channel are tried side by side: a peer that hangs holds up no more."""
_STORED_IN: Final = 3

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    delivery: Delivery
    address: str = ""
    written: WrittenMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """name: this worker's own, which no other has. chance: gives a number from 0 up to 1.

    fresh: gives 32 random hexadecimal digits.
    """

    outbox: SqlOutbox
    directory: Directory
    mailer: Mailer
    telephone: Telephone
    templates: Templates
    house: House
    clock: Clock
    chance: Callable[[], float]
    name: str
    fresh: Callable[[], str]

    def send_due(self, channel: Channel) -> int:
        """Try each message of the channel that is due, once; count them.

        Ends within seconds, whatever our peers do. Raises StoreUnavailable, AuditUnavailable.
        """
        leased = self.outbox.lease(channel, worker=self.name, at=self.clock.now(), count=AT_ONCE)
        if leased:
            with ThreadPoolExecutor(max_workers=len(leased), thread_name_prefix=channel) as threads:
                list(threads.map(self._deliver, leased))
        return len(leased)

    def _deliver(self, leased: Leased) -> None:
        outcome = self._obstacle(leased)
        if outcome is None:
            try:
                tried = self._try(leased)
            except Exception as fault:  # noqa: BLE001 -- one message must not stop the others
                # Its words may hold the code, and nobody knows how far it came.
                tried = _Tried(delivery=Delivery(fate="in_doubt", text=type(fault).__name__))
            outcome = self._outcome(leased, tried)
        self._store(leased, outcome)

    def _obstacle(self, leased: Leased) -> Outcome | None:
        """Say why it is not to be sent any more: a later code was asked for, or it is too late."""
        if leased.purpose == "call_back" and self.clock.now() >= _ends_at(leased):
            return Outcome(state="expired", due_at=None)
        if leased.purpose != "code":
            return None
        code = leased.code
        if code is None or code.asked_at > leased.created_at or code.used_at is not None:
            return Outcome(state="void", due_at=None)
        if code.expires_at <= self.clock.now():
            return Outcome(state="expired", due_at=None)
        return None

    def _try(self, leased: Leased) -> _Tried:
        try:
            addressee = None if leased.contact is None else self.directory.addressee(leased.contact)
        except DirectoryUnavailable:
            return _Tried(delivery=Delivery(fate="deferred", text="the directory cannot be asked"))
        if addressee is None or addressee.kind != ("mailbox" if leased.channel == "mail" else "phone"):
            return _Tried(delivery=Delivery(fate="refused", text="the contact is on file no more"))
        if leased.channel == "call":
            return _Tried(delivery=self._rung(leased, addressee.address), address=addressee.address)
        try:
            written = write(leased, self.templates, self.house)
        except TemplateMissing as fault:
            return _Tried(delivery=Delivery(fate="deferred", text=str(fault)))
        delivery = self._handed_over(leased, addressee.address, written)
        return _Tried(delivery=delivery, address=addressee.address, written=written)

    def _rung(self, leased: Leased, address: str) -> Delivery:
        urls = Urls(public_url=self.house.public_url)
        if leased.purpose != "call_back":
            return self.telephone.ring(to=address, url=urls.spoken(leased.id), name=leased.id)
        status = urls.called_back_status(leased.id)
        return self.telephone.ring(to=address, url=urls.called_back(leased.id), name=leased.id, status=status)

    def _handed_over(self, leased: Leased, address: str, written: WrittenMessage) -> Delivery:
        if leased.channel == "text":
            return self.telephone.text(
                to=address,
                body=written.body.strip(),
                name=leased.id,
                status=Urls(public_url=self.house.public_url).text_status(leased.id),
                lasts_s=None if leased.code is None else self._seconds_left(leased.code),
            )
        letter = Letter(
            to=address,
            subject=written.subject,
            body=written.body,
            message_id=leased.message_id or "",
            at=self.clock.now(),
        )
        return self.mailer.send(letter)

    def _seconds_left(self, code: SentCode) -> int:
        return round((code.expires_at - self.clock.now()).total_seconds())

    def _outcome(self, leased: Leased, tried: _Tried) -> Outcome:
        delivery, written = tried.delivery, tried.written
        due_at = self._next_try_at(leased, delivery)
        is_over = due_at is None and delivery.fate in ("deferred", "in_doubt")
        # A code's message is known by nothing that its six digits could be found from.
        is_code, is_once = leased.purpose == "code", leased.purpose in ONCE
        is_quoted = is_code and leased.channel == "mail"
        text = "" if is_quoted else _masked(delivery.text, tried.address)
        return Outcome(
            state="expired" if is_over and not (is_once and delivery.fate == "in_doubt") else delivery.fate,
            due_at=due_at,
            reply_code=delivery.code,
            reply_text=text,
            host=delivery.host,
            tls=delivery.tls,
            recipient_hmac=number_hmac(self.house.key.reveal().encode(), tried.address)
            if tried.address
            else None,
            template=None if written is None else written.template.version,
            body_hash=None
            if written is None or is_code
            else hashlib.sha256(f"{written.subject}\n\n{written.body}".encode()).hexdigest(),
        )

    def _next_try_at(self, leased: Leased, delivery: Delivery) -> datetime | None:
        """Say when it is tried again; None where this was the end of it."""
        if delivery.fate in ("accepted", "refused"):
            return None
        if leased.purpose in ONCE and delivery.fate == "in_doubt":
            return None  # it may have arrived, and the caller can ask for another
        waits_s = CODE_WAITS_S if leased.purpose in ONCE else WAITS_S
        wait = wait_after(leased.attempt, chance=self.chance(), waits_s=waits_s)
        due_at = self.clock.now() + max(wait, timedelta(seconds=delivery.retry_after_s))
        return due_at if due_at < _ends_at(leased) else None

    def _store(self, leased: Leased, outcome: Outcome) -> None:
        for _ in range(_STORED_IN):
            try:
                is_ours = self.outbox.finish(
                    leased, outcome, at=self.clock.now(), then=lambda tx: self._follow(tx, leased, outcome)
                )
            except (StoreUnavailable, AuditUnavailable):
                continue
            state = outcome.state if is_ours else "taken over by another"
            say = _log.error if state in ("expired", "refused") else _log.info
            say(
                "sent",
                message=leased.id,
                channel=leased.channel,
                purpose=leased.purpose,
                attempt=leased.attempt,
                state=state,
                reply_code=outcome.reply_code,
            )
            return
        _log.error("outcome_not_stored", message=leased.id, channel=leased.channel, state=outcome.state)

    def _follow(self, tx: CaseWork, leased: Leased, outcome: Outcome) -> None:
        """Do what follows from a code that was not taken: a call instead of a text, or its budget back."""
        queued = tx.queued(leased.id)
        if queued is None or leased.purpose != "code" or outcome.state not in ("refused", "expired"):
            return
        at, error = self.clock.now(), outcome.reply_code
        is_refused = outcome.state == "refused"
        if not (is_refused and ring_instead(tx, queued, error=error, fresh=self.fresh, at=at)):
            spend_nothing(tx, queued)


def _ends_at(leased: Leased) -> datetime:
    if leased.code is not None:
        return leased.code.expires_at
    return leased.created_at + (PLACED_WITHIN if leased.purpose == "call_back" else LASTS)


def _masked(text: str, address: str) -> str:
    """Take the address out of a reply: relays like to repeat it."""
    return re.sub(re.escape(address), DOT * 3, text, flags=re.IGNORECASE) if address else text
