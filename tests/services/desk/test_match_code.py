"""The three digits of a claim cannot be found by trying."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.services.desk.moves.moves import MoveBlocked
from tests.domain.recovery.ready import AT
from tests.entrypoints.console.test_card_page import UNCLAIMED
from tests.services.desk.office import NUMBER, Office, later, match_of, names_of


def wrong_for(case: Case) -> str:
    return f"{(int(match_of(case)) + 1) % 1000:03d}"


def lacking(office: Office, match: str, *, agent: str = "ana", minutes: float = 0) -> tuple[str, ...]:
    with pytest.raises(MoveBlocked) as refused:
        office.desk.claim(NUMBER, agent, at=later(minutes), match=match)
    return names_of(refused.value)


def test_after_three_wrong_ones_even_the_right_digits_are_not_looked_at(office: Office) -> None:
    case = office.put(UNCLAIMED)
    tried = [lacking(office, wrong_for(case)) for _ in range(3)]

    assert tried == [("match",)] * 3
    assert lacking(office, match_of(case)) == ("guesses",)
    assert office.case().agent is None


def test_the_refusal_says_what_to_do_and_is_on_record(office: Office) -> None:
    case = office.put(UNCLAIMED)
    for _ in range(3):
        lacking(office, wrong_for(case))

    with pytest.raises(MoveBlocked) as refused:
        office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case))

    told = "Ask the caller to hold, and ask a supervisor or a colleague to take the case."
    assert told in str(refused.value)
    bodies = [row.body for row in office.rows(select(case_tables.audit.c.body))]
    assert [body for body in bodies if '"reason":"guesses"' in body and '"actor":"agent:ana"' in body]


def test_an_hour_later_the_digits_are_looked_at_again(office: Office) -> None:
    case = office.put(UNCLAIMED)
    for _ in range(3):
        lacking(office, wrong_for(case))

    assert lacking(office, match_of(case), minutes=59) == ("guesses",)
    assert office.desk.claim(NUMBER, "ana", at=later(60), match=match_of(case)).agent == "ana"


def test_a_colleague_is_not_held_up_by_it(office: Office) -> None:
    case = office.put(UNCLAIMED)
    for _ in range(3):
        lacking(office, wrong_for(case))

    assert office.desk.claim(NUMBER, "ben", at=AT, match=match_of(case)).agent == "ben"


def test_right_digits_are_no_tries(office: Office) -> None:
    case = office.put(UNCLAIMED)

    claimed = [office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case)).agent for _ in range(5)]

    assert claimed == ["ana"] * 5


def test_nobody_tries_ten_wrong_ones_over_all_cases(office: Office) -> None:
    numbers = [CaseNumber(f"90000010{index}") for index in range(4)]
    cases = [
        office.put(replaced(UNCLAIMED, number, f"{index:032x}")) for index, number in enumerate(numbers, 1)
    ]
    tried: list[str] = []
    for case in cases:
        for _ in range(3):
            with pytest.raises(MoveBlocked) as refused:
                office.desk.claim(case.number, "ana", at=AT, match=wrong_for(case))
            tried.extend(names_of(refused.value))

    assert tried == ["match"] * 10 + ["guesses"] * 2


def replaced(case: Case, number: CaseNumber, name: str) -> Case:
    return replace(case, number=number, id=CaseId(name))
