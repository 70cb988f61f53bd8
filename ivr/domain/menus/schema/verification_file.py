"""What verification.yaml says: the numbers of the identity policy, each within what the rule allows."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ivr.domain.menus.schema.menu_file import Strict
from ivr.domain.recovery.policy import CallBackBy, Offered, Policy

_MINUTE = 60
_HOUR = 60 * _MINUTE
_EVERYBODY_HAS: frozenset[Offered] = frozenset({"phone", "mailbox"})


def _for_everybody(factors: list[Offered]) -> list[Offered]:
    if missing := sorted(_EVERYBODY_HAS - set(factors)):
        raise ValueError(f"{missing[0]} is missing, for which nobody has to enrol; add it")
    if len(set(factors)) < len(factors):
        raise ValueError("one is named twice; keep one of them")
    return factors


class VerificationFile(Strict):
    """verification.yaml: who may be verified by phone, and for how long it holds.

    The file turns verification on. No figure here can make the rule weaker than it ships: the invariants
    (two different factors, the order, the disclaimer) are no settings.
    """

    pci: Literal["off", "on"] = "off"
    """Whether the carrier's PCI mode is on. off: what is typed can be read in its console, so only codes that
    serve once are asked for. on: a PIN may be asked for, and nothing that a caller says is put into text."""
    approval: Literal["none", "second_agent"] = "none"
    factors: Annotated[list[Offered], AfterValidator(_for_everybody)] = Field(default=["phone", "mailbox"])
    """What a caller may type. app, saved_codes: of those whom `ivr accounts invite` has enrolled. pin: what
    `ivr accounts issue-pin` gave; only with `pci: on`."""
    wrong_per_call: Annotated[int, Field(ge=1, le=3)] = 3
    code_minutes: Annotated[int, Field(ge=3, le=10)] = 10
    wait_for_code_minutes: Annotated[int, Field(ge=1, le=5)] = 5
    verified_minutes: Annotated[int, Field(ge=1, le=15)] = 15
    change_within_hours: Annotated[int, Field(ge=1, le=4)] = 4
    mail_wait_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    mail_counts_hours: Annotated[int, Field(ge=1, le=24)] = 24
    held_hours: Annotated[int, Field(ge=1, le=16)] = 16
    call_back: CallBackBy = "at_opening"
    """Who has the phone on file called about a case that was kept overnight. by_agent: whoever claims it,
    by a button. at_opening: besides, the line itself once it is open, three times, and then by mail."""
    contact_age_days: Annotated[int, Field(ge=7, le=90)] = 7
    login_wait_hours: Annotated[int, Field(ge=2, le=72)] = 72
    """How long a reset waits for a subaccount to log in."""


def policy_of(file: VerificationFile) -> Policy:
    return Policy(
        approval=file.approval,
        is_pci=file.pci == "on",
        factors=tuple(file.factors),
        wrong_per_call=file.wrong_per_call,
        code_s=file.code_minutes * _MINUTE,
        waits_for_code_s=file.wait_for_code_minutes * _MINUTE,
        verified_s=file.verified_minutes * _MINUTE,
        change_s=file.change_within_hours * _HOUR,
        mail_wait_s=file.mail_wait_minutes * _MINUTE,
        mail_s=file.mail_counts_hours * _HOUR,
        call_back=file.call_back,
        held_s=file.held_hours * _HOUR,
        contact_age_s=file.contact_age_days * 24 * _HOUR,
        login_wait_s=file.login_wait_hours * _HOUR,
    )
