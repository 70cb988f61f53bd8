"""Who was asked to vouch, straight at the database: nobody vouches in the own case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from ivr.domain.recovery.case import Case, TamAnswer
from tests.adapters.database.case_kept import takes
from tests.domain.recovery.ready import APPROVED, AT, OPENED, Facts, ago

ASKED = replace(APPROVED, tam="sam", tam_asked_at=ago(60), tam_asked_by="agent-1")
ANSWERED = replace(ASKED, tam_answer="yes", tam_answered_at=AT)
DAY = timedelta(days=1)


@pytest.mark.parametrize("case", [OPENED, ASKED, ANSWERED], ids=["not asked", "asked", "answered"])
def test_a_question_and_its_answer_are_kept(connection: Connection, case: Case) -> None:
    assert takes(connection, case)


@pytest.mark.parametrize("field", ["agent", "approver", "subaccounts_checked_by", "tam_asked_by"])
@pytest.mark.parametrize("case", [ASKED, ANSWERED], ids=["asked", "answered"])
def test_who_acts_on_a_case_is_not_asked_about_it(connection: Connection, case: Case, field: str) -> None:
    facts: Facts = {field: "sam"}

    assert not takes(connection, replace(case, **facts))


@pytest.mark.parametrize("answer", ["yes", "no", "cannot_say"])
def test_an_answer_is_kept_for_a_day_after_the_question_and_no_longer(
    connection: Connection, answer: TamAnswer
) -> None:
    case = replace(ANSWERED, tam_answer=answer)

    assert takes(connection, replace(case, tam_asked_at=AT - DAY))
    assert not takes(connection, replace(case, tam_asked_at=AT - DAY - timedelta(microseconds=1)))
    assert not takes(connection, replace(case, tam_asked_at=AT + timedelta(microseconds=1)))


@pytest.mark.parametrize(
    "facts",
    [
        {"tam_answer": "perhaps"},
        {"tam_answer": None},
        {"tam_answered_at": None},
        {"tam_asked_at": None},
        {"tam_asked_by": None},
        {"tam": None},
        {"account": None},
    ],
    ids=str,
)
def test_no_answer_is_kept_without_its_question(connection: Connection, facts: Facts) -> None:
    assert not takes(connection, replace(ANSWERED, **facts))
