"""Asking for a code, and checking what was typed against it. Both write the same for everybody."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.codes import SentCode, is_code, one_time_code
from ivr.domain.recovery.verification_commands import Asked, CaseView, Step, Way
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.attempt_limits import Code
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.case_ports import Channel

NO_PREFIX: Final = "none"
"""Stands for the first digits of a number where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    act: Act

    def send(self, case: Case, step: Step, way: Way) -> CaseView:
        """Ask for a code. Where none may be sent, or nobody is there, the same is written, and goes nowhere.

        So a caller who has no account, or a paused one, cannot be told from one who has. What the view says
        of it counts what this call asked for, and nothing else.
        """
        contact = _contact(case, step)
        named = contact or _nobody(case, step)
        sent = self._sent(case, named)
        asked = self._asked(sent)
        if asked == "asked":
            sent = replace(
                self._send(case, step, way, contact, sent), asks=sent.asks + 1, last_ask_at=self.act.at
            )
            self.act.tx.keep_code(sent)
        may_ask = sent.asks < self.act.policy.sends_per_contact
        return replace(self.act.view(case, step), asked=asked, may_ask=may_ask)

    def _asked(self, sent: SentCode) -> Asked:
        """Say whether the call asks too often, or sooner than a minute after it did last."""
        if sent.last_ask_at is None:
            return "asked"
        if sent.asks >= self.act.policy.sends_per_contact:
            return "too_often"
        since_s = (self.act.at - sent.last_ask_at).total_seconds()
        return "too_soon" if since_s < self.act.policy.new_code_s else "asked"

    def _send(self, case: Case, step: Step, way: Way, contact: str | None, sent: SentCode) -> SentCode:
        """Queue a code as far as the limits go; give it, or the last one where they go no further."""
        counter = self.act.counter_of(case)
        is_paused = not counter.account_allowed(self.act.joined_at(case))
        reaches = contact is not None and not is_paused
        code = Code(
            contact=contact if contact and reaches else f"{step} of {case.account or case.id}",
            prefix=case.phone_prefix if reaches and step == "phone" else None,
            reaches=reaches,
            is_proved=any(one.factor != step for one in self.act.evidence(case)),
        )
        may_send = counter.may_send(code)
        is_sent = may_send and sent.sends < self.act.policy.sends_per_contact
        new = replace(self._new(case, sent.contact), asks=sent.asks, sends=sent.sends + 1)
        spoken: Channel = way if case.phone_texts else "call"
        channel: Channel = "mail" if step == "mailbox" else spoken
        self.act.queue(case, contact if is_sent and reaches else None, purpose="code", channel=channel)
        return new if is_sent else sent

    def was_asked(self, case: Case, step: Step) -> bool:
        """Whether the call came to this code, be there anybody to send one to or not."""
        named = _contact(case, step) or _nobody(case, step)
        return self.act.tx.code(case.id, self.act.call, named) is not None

    def is_right(self, case: Case, step: Step, entry: Secret) -> bool:
        """Check what was typed, once more counted: three times for each code, and a right one serves once."""
        contact = _contact(case, step)
        named = contact or _nobody(case, step)
        sent = self._sent(case, named)
        code = one_time_code(self.act.key, case=case.id, call=self.act.call, contact=named, salt=sent.salt)
        is_alive = (
            contact is not None
            and sent.sends > 0
            and sent.used_at is None
            and sent.checks < self.act.policy.code_checks
            and self.act.at <= sent.expires_at
        )
        is_right = is_code(entry, code) and is_alive
        used_at = self.act.at if is_right else sent.used_at
        self.act.tx.keep_code(replace(sent, checks=sent.checks + 1, used_at=used_at))
        return is_right

    def _sent(self, case: Case, named: str) -> SentCode:
        """Give the code that was asked for last; before the first, one that nobody has."""
        return self.act.tx.code(case.id, self.act.call, named) or self._new(case, named)

    def _new(self, case: Case, named: str) -> SentCode:
        return SentCode(
            case=case.id,
            call=self.act.call,
            contact=named,
            salt=self.act.fresh(),
            asked_at=self.act.at,
            expires_at=self.act.at + timedelta(seconds=self.act.policy.code_s),
            sends=0,
        )


def _contact(case: Case, step: Step) -> str | None:
    return case.phone if step == "phone" else case.mailbox


def _nobody(case: Case, step: Step) -> str:
    return f"{step} of {case.id}"
