"""What the desk is told of a caller who says, or does not, to be the primary administrator."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.primary_answer import Way, as_said, goes_by
from ivr.services.case_ports import CaseWork
from ivr.services.desk.card.card import Card

_WAYS: Final[Mapping[Way, str]] = {"key": "by key", "word": "in words"}


def as_answered(tx: CaseWork, case: Case) -> Case:
    """Give the case with the last answer of the call that it goes by.

    An answer that was kept while the database was away comes later than what it is about.
    """
    call = goes_by(case)
    answers = tx.answers(call)
    if not answers or (case.primary_at is not None and answers[-1].at <= case.primary_at):
        return case
    return as_said(case, call=call, is_primary=answers[-1].is_primary, at=answers[-1].at)


def primary_words(card: Card, shown: Callable[[datetime], str]) -> str:
    """Write each answer with its time; the last one is what counts. shown: writes a time."""
    return "; ".join(_said(card, shown)) or "was not asked"


def _said(card: Card, shown: Callable[[datetime], str]) -> Iterator[str]:
    answers = card.now.answers
    for one in answers:
        says = "says" if one is answers[-1] else "said"
        yield f"{says} {_yes(is_primary=one.is_primary)}, {_WAYS[one.way]}, {shown(one.at)}"
    if card.primary_at is not None and all(one.at != card.primary_at for one in answers):
        said = f"said {_yes(is_primary=card.is_primary)}, {shown(card.primary_at)}"
        yield f"{said}, in another call" if answers else said


def _yes(*, is_primary: bool) -> str:
    return "yes" if is_primary else "no"
