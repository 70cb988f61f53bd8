"""What a caller says of being the primary administrator: the last answer in a call is the one that counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ivr.domain.recovery.case import Case, CaseCall

Way = Literal["key", "word"]
"""How it was said: by a key, or aloud where the line listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryAnswer:
    is_primary: bool
    way: Way
    at: datetime


def last_said(joined: CaseCall, answers: Sequence[PrimaryAnswer]) -> CaseCall:
    """Give a call about a case with what its caller said last. answers: of that call, oldest first."""
    if not answers or (joined.said_at is not None and answers[-1].at <= joined.said_at):
        return joined
    return replace(joined, is_primary=answers[-1].is_primary, said_at=answers[-1].at)


def goes_by(case: Case) -> str:
    """Name the call whose caller's answer the case goes by: the one that reached level 2, once one has."""
    return case.l2_call or case.call


def as_said(case: Case, *, call: str, is_primary: bool, at: datetime) -> Case:
    """Give the case once this was said in *call*; in any call that it does not go by it changes nothing.

    What was asked for in the product keeps what it rests on.
    """
    if case.is_over or case.is_acted or goes_by(case) != call:
        return case
    return replace(case, primary_claimed=is_primary, primary_at=at)
