"""What a move lacks: only what is verified now is kept, and no approval that counts is given twice."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.services.desk.moves.moves import MoveBlocked
from tests.domain.recovery.ready import APPROVED, AT, POLICY, TO_RESET
from tests.services.desk.office import NUMBER, Office, names_of


@pytest.mark.parametrize(("late_s", "is_kept"), [(0, True), (1, False)], ids=["just", "no more"])
def test_only_what_is_verified_now_is_kept_for_later(office: Office, late_s: int, *, is_kept: bool) -> None:
    case = office.put(TO_RESET)
    assert case.l2_at is not None
    at = case.l2_at + timedelta(seconds=POLICY.verified_s + late_s)

    with suppress(MoveBlocked):
        office.desk.hold(NUMBER, "agent-1", at=at)

    assert (office.case().state == "HELD") == is_kept


def test_a_case_that_another_call_verified_is_not_kept_by_this_one(office: Office) -> None:
    case = office.put(replace(TO_RESET, claimed_call="CA2"))
    office.join(case, "CA2")
    office.talk("CA2", at=AT)

    with pytest.raises(MoveBlocked) as blocked:
        office.desk.hold(NUMBER, "agent-1", at=AT)

    assert names_of(blocked.value) == ("level",)


def test_an_approval_that_counts_is_not_given_again(office: Office) -> None:
    office.put(APPROVED)

    with pytest.raises(MoveBlocked) as blocked:
        office.desk.approve(NUMBER, "agent-3", at=AT)

    assert names_of(blocked.value) == ("approval",)
    assert office.case().approver == APPROVED.approver
