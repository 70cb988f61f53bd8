from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations

import pytest

from ivr.domain.recovery.case import STATES, Case
from ivr.domain.recovery.gates import change_gates, missing, release_gates, reset_gates
from ivr.domain.recovery.policy import Policy
from tests.domain.recovery.ready import (
    APPROVED,
    AT,
    GATES,
    OPENED,
    POLICY,
    SPOILED,
    TO_CHANGE,
    TO_RELEASE,
    TO_RESET,
    Facts,
    ago,
    spoil,
)

WAYS = [pytest.param(gate, facts, id=f"{gate}: {facts}") for gate, ways in SPOILED.items() for facts in ways]
TICK = timedelta(microseconds=1)


def shut(case: Case, policy: Policy = POLICY) -> tuple[str, ...]:
    return tuple(gate.name for gate in missing(change_gates(case, policy, at=AT)))


def every_set(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def without_approval() -> tuple[str, ...]:
    return tuple(gate for gate in GATES if gate != "approval")


def test_of_every_row_without_approval_one_is_allowed_and_each_other_names_what_is_missing() -> None:
    rows = every_set(without_approval())

    judged = {row: shut(spoil(TO_CHANGE, row)) for row in rows}

    assert len(judged) == 128
    assert judged == {row: row for row in rows}


def test_of_every_row_with_approval_one_is_allowed_and_each_other_names_what_is_missing() -> None:
    rows = every_set(GATES)

    judged = {row: shut(spoil(APPROVED, row)) for row in rows}

    assert len(judged) == 256
    assert judged == {row: row for row in rows}


@pytest.mark.parametrize(("gate", "facts"), WAYS)
def test_each_way_to_spoil_a_case_shuts_its_own_gate_alone(gate: str, facts: Facts) -> None:
    assert shut(APPROVED) == ()

    assert shut(replace(APPROVED, **facts)) == (gate,)


@pytest.mark.parametrize("state", [state for state in STATES if state != "CONFIRMED"])
def test_a_case_in_any_other_state_is_not_changed(state: str) -> None:
    assert shut(replace(TO_CHANGE, state=state)) == ("open",)  # type: ignore[arg-type]  # one of STATES


def test_an_approval_that_is_not_asked_for_is_no_gate() -> None:
    named = [gate.name for gate in change_gates(TO_CHANGE, POLICY, at=AT)]

    assert named == [gate for gate in GATES if gate != "approval"]


def test_a_case_with_nothing_but_its_opening_may_do_nothing() -> None:
    change, reset = change_gates(OPENED, POLICY, at=AT), reset_gates(OPENED, POLICY, at=AT)

    assert [gate.name for gate in change if gate.is_met] == []
    # Open as long as nobody says that the mailbox is lost, and no more than one of several.
    assert [gate.name for gate in (*reset, *release_gates(OPENED)) if gate.is_met] == ["mailbox"]


def test_each_shut_gate_says_what_is_missing_and_how_to_get_it() -> None:
    every = [
        gate
        for ways in SPOILED.values()
        for facts in ways
        for gate in missing(change_gates(replace(APPROVED, **facts), POLICY, at=AT))
    ]
    other = (*missing(reset_gates(OPENED, POLICY, at=AT)), *missing(release_gates(OPENED)))

    assert [gate for gate in (*every, *other) if not (gate.missing and gate.remedy)] == []
    assert len({gate.missing for gate in every}) >= len(GATES)


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        ({"l2_at": ago(240 + 900)}, "level"),
        ({"confirmed_at": ago(14_400), "l2_at": ago(14_400)}, "level"),
        ({"subaccounts_checked_at": ago(900)}, "subaccounts"),
        ({"disclaimer_accepted_at": ago(86_400), "disclaimer_queued_at": ago(86_400)}, "disclaimer"),
    ],
)
def test_each_duration_holds_to_its_last_second_and_no_longer(facts: Facts, gate: str) -> None:
    case = replace(TO_CHANGE, **facts)
    first = next(iter(facts))

    late = replace(case, **{first: facts[first] - TICK})

    assert shut(case) == ()
    assert shut(late) == (gate,)


@pytest.mark.parametrize(("waited_s", "expected"), [(599, ("disclaimer",)), (600, ()), (601, ())])
def test_a_wait_after_the_disclaimer_is_kept_where_the_policy_has_one(
    waited_s: int, expected: tuple[str, ...]
) -> None:
    case = replace(
        TO_CHANGE,
        l2_at=ago(700),
        confirmed_at=ago(700),
        disclaimer_queued_at=ago(700),
        disclaimer_accepted_at=ago(waited_s),
    )

    assert shut(case, Policy(mail_wait_s=600)) == expected


def test_a_mail_that_was_accepted_after_an_earlier_failure_counts() -> None:
    assert shut(replace(TO_CHANGE, disclaimer_failed_at=ago(201))) == ()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ()),
        ({"primary_claimed": False}, ("primary",)),
        ({"account": None}, ("primary",)),
        ({"l2_at": None}, ("level",)),
        ({"l2_at": ago(900)}, ()),
        ({"l2_at": ago(901)}, ("level",)),
        ({"l2_at": ago(-1)}, ("level",)),
        ({"subaccounts": 0}, ("subaccounts",)),
        ({"subaccounts": None}, ("subaccounts",)),
        ({"subaccounts_checked_at": ago(901)}, ("subaccounts",)),
        ({"spoke_at": None}, ("representative",)),
        ({"agent": None}, ("representative",)),
        ({"state": "HELD"}, ("open",)),
        ({"state": "RESET_DONE"}, ("open",)),
    ],
)
def test_a_reset_is_asked_for_only_while_verified_and_where_a_subaccount_was_seen(
    facts: Facts, expected: tuple[str, ...]
) -> None:
    gates = missing(reset_gates(replace(TO_RESET, **facts), POLICY, at=AT))

    assert tuple(gate.name for gate in gates) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ()),
        ({"primary_claimed": False}, ("primary",)),
        ({"reset_done_at": None}, ("reset_done", "login")),
        ({"subaccount_login_at": None}, ("login",)),
        ({"subaccount_login_at": ago(40)}, ("login",)),
        ({"subaccount_login_at": ago(40) + TICK}, ()),
        ({"subaccount_login_at": ago(41)}, ("login",)),
        ({"state": "CANCELLED"}, ("open",)),
        ({"state": "RELEASED"}, ("open",)),
    ],
)
def test_credentials_are_released_only_after_a_subaccount_logged_in_behind_the_reset(
    facts: Facts, expected: tuple[str, ...]
) -> None:
    gates = missing(release_gates(replace(TO_RELEASE, **facts)))

    assert tuple(gate.name for gate in gates) == expected
