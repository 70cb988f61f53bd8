"""Whether an account's administrator would get in tonight, and by what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.enrollment import Enrolment
from ivr.domain.recovery.factors import Evidence, level_of
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Account, Contact, ContactKind

_FULL_LEVEL: Final = 2
_CALL: Final = "tonight"
"""Stands for the call in which the administrator would prove all of it."""
NOTHING: Final = Enrolment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """ways: by what the administrator would prove who calls. lacks: why that is too little, a clause each."""

    ways: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Had:
    """A factor that the administrator has. ways: how it would be proved."""

    proof: Evidence
    ways: tuple[str, ...]


def readiness(account: Account, enrolled: Enrolment, policy: Policy, *, at: datetime) -> Readiness:
    """Judge at *at*, by the line's own rule, all that the account has of what callers are offered."""
    lacks = ["the account is closed"] if account.is_closed else []
    had: list[_Had] = []
    for kind in ("phone", "mailbox"):
        found = _contact(kind, account.contact(kind), policy, at)
        if isinstance(found, str):
            lacks.append(found)
        else:
            had.append(found)
    for offered, one in _enrolled(enrolled, policy, at):
        if one is None:
            lacks.append(f"no {offered}")
        else:
            had.append(one)
    is_enough = level_of(one.proof for one in had) == _FULL_LEVEL and not account.is_closed
    ways = tuple(way for one in had for way in one.ways)
    return Readiness(ways=ways, lacks=() if is_enough else tuple(lacks))


def _contact(kind: ContactKind, contact: Contact | None, policy: Policy, at: datetime) -> _Had | str:
    """Give the ways by which a code would get there, or why none would."""
    if contact is None:
        return f"no {kind} is on file"
    counts_at = contact.added_at + timedelta(seconds=policy.contact_age_s)
    if at < counts_at:
        return f"the {kind} is too new, and counts from {counts_at:%Y-%m-%d %H:%M} UTC"
    proof = Evidence(factor=kind, call=_CALL, at=at, contact=contact.id)
    if kind == "mailbox":
        return _Had(proof=proof, ways=("mail",))
    is_texted = contact.can_text and contact.has_consented
    return _Had(proof=proof, ways=("text", "call") if is_texted else ("call",))


def _enrolled(enrolled: Enrolment, policy: Policy, at: datetime) -> Iterator[tuple[str, _Had | None]]:
    """List what callers are offered beside codes that we send, each as the account has it, or None."""
    if "app" in policy.factors:
        app = _Had(proof=Evidence(factor="app", call=_CALL, at=at), ways=("app",))
        yield "app is enrolled", app if enrolled.has_app else None
    if "saved_codes" in policy.factors:
        ways = (f"saved codes ({enrolled.saved_codes} left)",)
        saved = _Had(proof=Evidence(factor="saved_code", call=_CALL, at=at), ways=ways)
        yield "saved code is left", saved if enrolled.saved_codes else None
    if "pin" in policy.factors:
        pin = enrolled.pin
        rests_on = None if pin is None else pin.rests_on
        known = Evidence(factor="pin", call=_CALL, at=at, rests_on=rests_on)
        way = "PIN" if rests_on is None else "PIN, which the mailbox brought"
        yield "PIN was issued", None if pin is None else _Had(proof=known, ways=(way,))
