"""A code whose text was refused or did not arrive is read by a call, while its caller still waits for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.undelivered_texts import INSTEAD_OF
from ivr.services.calls.verification.attempt_limits import give_back
from ivr.services.calls.verification.send_codes import NO_PREFIX
from ivr.services.case_ports import Cases, CaseWork, Queued
from ivr.services.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredTexts:
    """fresh: gives 32 random hexadecimal digits."""

    cases: Cases
    clock: Clock
    fresh: Callable[[], str]

    def hear(self, message: str, *, error: int | None) -> None:
        """Note that a text did not arrive, once. Raises StoreUnavailable, AuditUnavailable."""
        at = self.clock.now()

        def work(tx: CaseWork) -> None:
            queued = tx.queued(message)
            if queued is None or not tx.texts.end(message, error=error, at=at):
                return
            ring_instead(tx, queued, error=error, fresh=self.fresh, at=at)

        self.cases.act(work)


def ring_instead(
    tx: CaseWork, queued: Queued, *, error: int | None, fresh: Callable[[], str], at: datetime
) -> bool:
    """Queue a call with the same code, and put it on record; whether there is anybody to call.

    The call takes the place of the text in every count, so it needs no budget of its own.
    """
    text = queued.message
    case = tx.case(text.case)
    if (
        case is None
        or text.purpose != "code"
        or text.channel != "text"
        or not _is_awaited(tx, queued, case, at)
    ):
        return False
    call = replace(text, id=fresh(), channel="call", details={**text.details, INSTEAD_OF: text.id})
    tx.queue(call, at=at)
    fields = {"case": case.id, "account": case.account, "call": text.call, "actor": "system"}
    tx.record("code", {**fields, "outcome": "called_instead", "reason": str(error or "")}, at=at)
    return True


def spend_nothing(tx: CaseWork, queued: Queued) -> None:
    """Give back what a code took of the budgets that nobody was sent."""
    message = queued.message
    case = tx.case(message.case)
    if message.purpose != "code" or message.contact is None:
        return
    prefix = None
    if case is not None:
        prefix = case.phone_prefix if message.contact == case.phone else NO_PREFIX
    # A call that took a text's place stands in the counts where the text was asked for.
    first = tx.queued(message.details.get(INSTEAD_OF, "")) or queued
    give_back(tx, message.contact, prefix, call=message.call, sent_at=first.at)
    code = tx.code(message.case, message.call, message.contact)
    if code is not None and code.sends:
        tx.keep_code(replace(code, sends=code.sends - 1))


def _is_awaited(tx: CaseWork, queued: Queued, case: Case, at: datetime) -> bool:
    """Whether the caller may still type this code: none took its place, and the call goes on."""
    message = queued.message
    code = None if message.contact is None else tx.code(message.case, message.call, message.contact)
    return (
        code is not None
        and not case.is_over
        and code.asked_at <= queued.at
        and code.used_at is None
        and code.expires_at > at
        and not tx.texts.is_over(message.call)
    )
