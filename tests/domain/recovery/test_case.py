import re
from itertools import product
from random import Random

import pytest

from ivr.domain.recovery.case import (
    MOVES,
    OVER,
    STATES,
    Goal,
    MoveRefused,
    Path,
    State,
    Subaccounts,
    check_move,
    path_of,
)

# The policy: OPENED, CLAIMED, VERIFIED; then RESET_REQUESTED, RESET_DONE, RELEASED, or CONFIRMED, CHANGED;
# then CLOSED. VERIFIED and HELD by turns; and REFUSED, LAPSED, CANCELLED from anywhere before the end.
FORWARD: set[tuple[State, State]] = {
    ("OPENED", "CLAIMED"),
    ("CLAIMED", "VERIFIED"),
    ("VERIFIED", "HELD"),
    ("HELD", "VERIFIED"),
    ("VERIFIED", "RESET_REQUESTED"),
    ("RESET_REQUESTED", "RESET_DONE"),
    ("RESET_DONE", "RELEASED"),
    ("RELEASED", "CLOSED"),
    ("VERIFIED", "CONFIRMED"),
    ("CONFIRMED", "CHANGED"),
    ("CHANGED", "CLOSED"),
}
BEFORE_THE_END: tuple[State, ...] = (
    "OPENED",
    "CLAIMED",
    "VERIFIED",
    "HELD",
    "RESET_REQUESTED",
    "RESET_DONE",
    "CONFIRMED",
)
ENDED: tuple[State, ...] = ("REFUSED", "LAPSED", "CANCELLED")
LEGAL = FORWARD | set(product(BEFORE_THE_END, ENDED))


def test_the_moves_are_those_of_the_policy_and_no_others() -> None:
    assert {(old, new) for old, news in MOVES.items() for new in news} == LEGAL


@pytest.mark.parametrize(("old", "new"), list(product(STATES, STATES)))
def test_a_move_that_the_policy_has_not_is_refused_with_those_it_has(old: State, new: State) -> None:
    if (old, new) in LEGAL:
        check_move(old, new)
        return
    with pytest.raises(MoveRefused, match=f"{old} cannot become {new}; it can become ") as refused:
        check_move(old, new)
    assert set(re.findall(r"[A-Z_]{4,}", str(refused.value))) == {old, new, *MOVES[old]}


def test_a_case_that_is_over_can_become_nothing() -> None:
    assert {state for state in STATES if not MOVES[state]} == OVER


def test_a_random_walk_never_leaves_the_table_and_ends_where_nothing_follows() -> None:
    chance = Random(3)  # noqa: S311 -- where a walk goes is no secret
    ends = set()
    for _ in range(1000):
        state: State = "OPENED"
        for _ in range(200):
            wanted = chance.choice(STATES)
            try:
                check_move(state, wanted)
            except MoveRefused:
                assert (state, wanted) not in LEGAL
                continue
            assert (state, wanted) in LEGAL
            state = wanted
        ends.add(state)

    assert ends == OVER


def test_nothing_is_changed_or_released_without_having_been_verified() -> None:
    unverified: set[State] = {"OPENED"}
    for _ in STATES:
        unverified |= {new for old in unverified for new in MOVES[old] if new != "VERIFIED"}

    assert unverified == {"OPENED", "CLAIMED", *ENDED}


@pytest.mark.parametrize(
    ("said", "on_file", "expected"),
    [
        ("reset", "yes", "reset"),
        ("reset", "no", "reset"),
        ("reset", "unknown", "reset"),
        ("change", "yes", "reset"),
        ("change", "no", "change"),
        ("change", "unknown", "change"),
        ("unsure", "yes", "reset"),
        ("unsure", "no", "change"),
        ("unsure", "unknown", "reset"),
    ],
)
def test_a_reset_is_the_path_wherever_anybody_says_that_a_subaccount_exists(
    said: Goal, on_file: Subaccounts, expected: Path
) -> None:
    assert path_of(said, on_file) == expected
