"""What an account manager is asked, as the page shows it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.entrypoints.console.pages.page_context import Work
from ivr.services.desk.card.card import reach_of
from ivr.services.desk.card.card_text import vouched
from ivr.services.staff.member import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """told: who asked when, and what was answered. is_open: whether an answer is still wanted."""

    number: str
    company: str
    told: str
    until: str
    is_open: bool


def questions_of(work: Work, member: Member) -> tuple[QuestionRow, ...]:
    """List what the member is asked; nothing where nobody is asked here."""
    vouching, at = work.vouching, work.clock.now()
    shown, names = work.times(member).shown, work.names()
    return tuple(
        QuestionRow(
            number=question.case.number,
            company=reach_of(question.case, work.desk.directory).company,
            told=vouched(question.vouch, shown, names),
            until=shown(question.until),
            is_open=question.vouch.answer is None and at <= question.until,
        )
        for question in (() if vouching is None else vouching.questions(member))
    )


def asked_mark(rows: Iterable[QuestionRow]) -> str:
    """Tell two states of the page apart."""
    return hashlib.sha256(repr(tuple(rows)).encode()).hexdigest()[:16]
