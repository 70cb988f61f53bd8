"""A caller says that the mailbox on file cannot be opened: from then on nothing that goes there counts."""

from dataclasses import replace
from typing import Any

from ivr.domain.recovery.case import OTHER_MAILBOX, Case
from ivr.domain.recovery.verification_commands import CLOSED, CaseView
from ivr.services.calls.verification.case_transaction import Act


def without_mailbox(act: Act) -> CaseView:
    """Note it, where the caller has proved something in this call; the words are the same for everybody.

    Whoever only knows a case's number must not take its owner's mailbox out of it.
    """
    case = act.case()
    if case is None or case.is_over:
        return CLOSED
    is_proved = act.level(case) > 0
    noted = act.tx.save(replace(case, **(_lost(act, case) if is_proved else {})))
    act.record("case", noted, outcome="no_mailbox", reason="proved" if is_proved else "not_proved")
    return act.view(noted, "without_mailbox")


def _lost(act: Act, case: Case) -> dict[str, Any]:
    """Give what becomes true: no mailbox counts, no warning that was sent there, and none that was named."""
    unnamed = dict.fromkeys(("mailbox", *OTHER_MAILBOX))
    unread = {} if case.disclaimer_accepted_at is None else {"disclaimer_failed_at": act.at}
    return {**unnamed, **unread, "mailbox_lost_at": act.at, "mailbox_lost": case.mailbox or case.mailbox_lost}
