"""What takes two people: whoever did the first half of it is refused the second, and told so beforehand."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables as tables
from ivr.domain.recovery.case import Case
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.moves import Move, MoveBlocked
from ivr.services.desk.product.manual_steps import Recording
from tests.domain.recovery.ready import AT, OPENED, TO_CHANGE, TO_RELEASE, ago
from tests.services.desk.office import NUMBER, Office, later, match_of, names_of

DONE = replace(TO_RELEASE, subaccount_login_at=None)
UNLOCK = replace(OPENED, account="a" * 32, unlock_asked_by="ben", unlock_asked_at=AT)
LOST = replace(
    TO_CHANGE,
    mailbox_lost_at=ago(400),
    tam="tom",
    tam_asked_at=ago(300),
    tam_asked_by="agent-1",
    tam_answer="yes",
    tam_answered_at=ago(200),
    other_mailbox="f" * 32,
    other_asked_by="ben",
    other_asked_at=ago(100),
)
SECONDS: dict[Move, Case] = {
    "login": replace(DONE, agent="ben"),
    "release": replace(TO_RELEASE, subaccount_login_by="ben"),
    "approve": replace(TO_CHANGE, approval_required=True, agent="ben"),
    "unlock": UNLOCK,
    "confirm-mailbox": LOST,
}
"""By the move of the second, a case of which "ben" did the first half."""


def locked(office: Office, move: Move, who: str) -> tuple[str, ...]:
    card = office.desk.card(NUMBER, at=AT, agent=who)
    (found,) = (one for one in card.moves if one.move == move)
    return tuple(lack.name for lack in found.lacks)


@pytest.mark.parametrize("move", SECONDS)
def test_the_card_locks_the_second_half_for_who_did_the_first_and_for_nobody_else(
    office: Office, move: Move
) -> None:
    office.put(SECONDS[move])

    assert "second" in locked(office, move, "ben")
    assert "second" not in locked(office, move, "sue")


def logs_in(desk: Desk, who: str) -> Case:
    return desk.login(NUMBER, who, login_at=later(1), name="kim", where="login history", at=later(2))


def test_who_recorded_the_login_does_not_release_and_a_colleague_does(office: Office) -> None:
    office.put(DONE)
    assert logs_in(office.desk, "ben").subaccount_login_by == "ben"

    with pytest.raises(MoveBlocked, match="Ben recorded the login, and cannot release by it too") as refused:
        office.desk.release(NUMBER, "ben", at=later(3))
    released = office.desk.release(NUMBER, "sue", at=later(3))

    assert names_of(refused.value) == ("second",)
    assert (released.released_by, released.subaccount_login_by) == ("sue", "ben")


def test_who_recorded_the_login_and_then_takes_the_case_over_does_not_release(office: Office) -> None:
    case = office.put(DONE)
    logs_in(office.desk, "ben")
    office.desk.claim(NUMBER, "ben", at=later(3), match=match_of(case), taken_from="agent-1")

    with pytest.raises(MoveBlocked) as refused:
        office.desk.release(NUMBER, "ben", at=later(4))

    assert names_of(refused.value) == ("second",)
    assert office.desk.release(NUMBER, "agent-1", at=later(4)).state == "RELEASED"


def releases(office: Office, who: str) -> None:
    """Release, and record that the product has sent its link."""
    office.desk.release(NUMBER, who, at=AT)
    sent = {"is_done": True, "done_at": AT, "reference": "T-1"}
    Recording(desk=office.desk).record(NUMBER, who, "release", **sent, at=later(1))  # type: ignore[arg-type]  # by name


def test_who_released_anothers_case_can_close_it_and_a_third_cannot(office: Office) -> None:
    office.put(TO_RELEASE)
    releases(office, "sue")

    with pytest.raises(MoveBlocked, match="claimed by agent-1, not by ben") as refused:
        office.desk.close(NUMBER, "ben", at=later(2))
    closed = office.desk.close(NUMBER, "sue", at=later(2))

    assert names_of(refused.value) == ("claim",)
    assert (closed.state, closed.over_at) == ("CLOSED", later(2))


def test_who_claimed_the_case_still_closes_what_another_released(office: Office) -> None:
    office.put(TO_RELEASE)
    releases(office, "sue")

    assert office.desk.close(NUMBER, "agent-1", at=later(2)).state == "CLOSED"


def test_both_names_are_on_record(office: Office) -> None:
    office.put(DONE)
    logs_in(office.desk, "ben")
    office.desk.release(NUMBER, "sue", at=later(3))

    bodies = [json.loads(row.body) for row in office.rows(select(tables.audit.c.body))]

    assert [(one["actor"], one["outcome"]) for one in bodies] == [
        ("agent:ben", "login"),
        ("agent:sue", "RELEASED"),
    ]
