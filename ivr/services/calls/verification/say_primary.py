"""A caller with a case says whether this is the primary administrator: the last answer counts."""

from dataclasses import replace

from ivr.domain.recovery.primary_answer import as_said
from ivr.services.calls.verification.case_transaction import Act


def say_primary(act: Act, *, is_primary: bool) -> None:
    """Keep the answer of this call, and let the case have it where it goes by this call."""
    case = act.case()
    if case is None:
        return
    act.tx.keep_answer(replace(act.joined(case), is_primary=is_primary, said_at=act.at))
    said = as_said(case, call=act.call, is_primary=is_primary, at=act.at)
    if said != case:
        case = act.tx.save(said)
    act.record("case", case, outcome="says_primary" if is_primary else "says_not_primary")
