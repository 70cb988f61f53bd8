"""What strangers must spend to keep an owner out: docs/security.md says what the code makes them spend."""

import pytest

from ivr.domain.recovery.policy import Policy
from tests.docs.documents import DOCS
from tests.security.denial import PLANS, STRANGERS, Has, Plan, Spent, spent

EACH = [
    # Hundreds of calls each: a minute, so `make fuzz` plays them.
    pytest.param(
        row, planned, id=f"{planned[0]}: {planned[1]}", marks=[pytest.mark.fuzz] * (planned[0] == "everybody")
    )
    for row, planned in enumerate(PLANS)
]


@pytest.mark.parametrize(("row", "planned"), EACH)
def test_the_document_says_what_it_costs_to_keep_an_owner_out(
    row: int, planned: tuple[str, Plan, Has]
) -> None:
    whom, plan, has = planned
    lines = DOCS["security.md"].splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| out for how long of a day"))

    found = {count: spent(plan, has, count) for count in STRANGERS}

    cells = " | ".join(found[count].words for count in STRANGERS)
    assert lines[first + 2 + row] == f"| {whom} | {plan} | {cells} |"
    _check_rule(whom, has, found)


def _check_rule(whom: str, has: Has, found: dict[int, Spent]) -> None:
    """Nobody keeps out who saved codes; one stranger alone not everybody; many pay what closes the line."""
    if whom == "everybody":
        assert found[1].hours == 0
        breaker = Policy().line_failures.count
        assert all(one.hours == 0 or one.entries >= breaker for one in found.values())
        assert all(one.hours == 0 or one.entries >= breaker * one.hours for one in found.values())
    elif has == "saved codes besides":
        assert {one.hours for one in found.values()} == {0}
    else:
        assert all(one.hours > 0 for one in found.values())
