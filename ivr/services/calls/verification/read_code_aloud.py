"""The code that a call of ours reads aloud: derived when it is asked for, and only as long as it serves."""

from dataclasses import dataclass
from typing import Final

from ivr.domain.recovery.codes import one_time_code
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Cases, CaseWork, Queued
from ivr.services.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCode:
    """language: None where there is no such message. digits: None where there is no code to read."""

    language: str | None
    digits: Secret | None


NOTHING: Final = SpokenCode(language=None, digits=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCodes:
    cases: Cases
    key: Secret
    clock: Clock

    def find(self, message: str) -> SpokenCode:
        """Find what the call that was placed for a message has to say. message: the message's id.

        Raises StoreUnavailable, AuditUnavailable.
        """
        return self.cases.act(lambda tx: self._found(tx, tx.queued(message)))

    def _found(self, tx: CaseWork, queued: Queued | None) -> SpokenCode:
        if queued is None or queued.message.channel != "call" or queued.message.purpose != "code":
            return NOTHING
        return SpokenCode(language=queued.message.language, digits=self._digits(tx, queued))

    def _digits(self, tx: CaseWork, queued: Queued) -> Secret | None:
        asked = queued.message
        case = tx.case(asked.case)
        if case is None or case.is_over or asked.contact is None:
            return None
        code = tx.code(asked.case, asked.call, asked.contact)
        # One that was asked for after this message has taken its place: its own message carries it.
        if code is None or code.asked_at > queued.at or code.used_at is not None:
            return None
        if code.expires_at <= self.clock.now():
            return None
        return one_time_code(
            self.key, case=asked.case, call=asked.call, contact=asked.contact, salt=code.salt
        )
