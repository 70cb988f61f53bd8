"""The gates once more, straight at the database: whatever the code says, it refuses what breaks the law."""

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from ivr.adapters.database.cases.case_row import cells_of
from ivr.adapters.database.cases.case_tables import recovery_case
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.gates import change_gates, missing, release_gates
from tests.adapters.database.case_kept import takes, takes_row
from tests.domain.recovery.ready import (
    APPROVED,
    AT,
    DONE,
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

ROW_GATES = tuple(gate for gate in GATES if gate != "open")
Cells = dict[str, str | int | None]
WAYS = [
    pytest.param(facts, id=f"{gate}: {facts}")
    for gate, ways in SPOILED.items()
    if gate != "open"
    for facts in ways
]
CHANGED: Cells = {"state": "CHANGED", "changed_at_us": us_of(AT), "acted_by": "agent-1"}
ASKED: Cells = {"state": "RESET_REQUESTED", "reset_requested_at_us": us_of(AT), "acted_by": "agent-1"}
RELEASED: Cells = {"state": "RELEASED", "released_at_us": us_of(AT), "released_by": "agent-1"}


def every_set(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


@pytest.mark.parametrize(
    ("case", "gates"),
    [
        pytest.param(TO_CHANGE, tuple(gate for gate in ROW_GATES if gate != "approval"), id="approval off"),
        pytest.param(APPROVED, ROW_GATES, id="approval on"),
    ],
)
def test_of_every_row_only_the_one_with_every_gate_met_is_changed(
    connection: Connection, case: Case, gates: tuple[str, ...]
) -> None:
    rows = every_set(gates)

    taken = [row for row in rows if takes(connection, spoil(case, row), CHANGED)]

    assert len(rows) == 2 ** len(gates)
    assert taken == [()]


@pytest.mark.parametrize("facts", WAYS)
def test_each_way_to_spoil_a_case_is_refused(connection: Connection, facts: Facts) -> None:
    assert takes(connection, APPROVED, CHANGED)

    spoiled = replace(APPROVED, **facts)

    assert takes(connection, spoiled)
    assert not takes(connection, spoiled, CHANGED)


@pytest.mark.parametrize("agent", [None, "agent-2"])
def test_only_whoever_holds_the_case_acts_on_it(connection: Connection, agent: str | None) -> None:
    for case, cells in ((TO_CHANGE, CHANGED), (TO_RESET, ASKED)):
        assert takes(connection, case, cells)

        assert not takes(connection, replace(case, agent=agent), cells)


@pytest.mark.parametrize("facts", SPOILED["open"])
def test_a_case_that_is_over_is_not_changed(connection: Connection, facts: Facts) -> None:
    assert not takes(connection, replace(APPROVED, **facts), CHANGED)


COLUMNS = {column.name for column in recovery_case.columns}


def empty_of(case: Case) -> set[str]:
    return {name for name, value in cells_of(case).items() if value is None}


def test_no_null_slips_through_the_rule_of_a_change(connection: Connection) -> None:
    unneeded = {"path", "primary_at_us", "subaccounts_checked_by", "claimed_call", "agent"}
    row = {**cells_of(APPROVED), **CHANGED}

    taken = {column for column in COLUMNS if takes_row(connection, {**row, column: None})}

    assert taken == (empty_of(APPROVED) | unneeded) - set(CHANGED)


RESET: dict[str, Case] = {
    "RESET_REQUESTED": replace(DONE, state="RESET_REQUESTED", reset_done_at=None),
    "RESET_DONE": DONE,
    "RELEASED": replace(TO_RELEASE, state="RELEASED", released_at=AT, released_by="agent-1"),
}
ASKED_FOR: list[Facts] = [
    {"primary_claimed": False},
    {"account": None},
    {"l2_at": None},
    {"l2_at": ago(50 + 901)},
    {"l2_at": ago(49)},
    {"l2_call": None},
    {"l2_call": "CA2"},
    {"subaccounts": 0},
    {"subaccounts": None},
    {"subaccounts_checked_at": None},
    {"subaccounts_checked_at": ago(50 + 901)},
    {"subaccounts_checked_at": ago(49)},
    {"acted_by": None},
    {"acted_by": ""},
    {"acted_by": "Agent-1"},
    {"acted_by": " agent-1"},
    {"claimed_at": None},
    {"claimed_at": ago(99)},
    {"spoke_at": None},
    {"spoke_call": None},
    {"spoke_call": "CA2"},
    {"reset_requested_at": None},
]
"""Each alone makes a row that no reset may have been asked for on."""
LACKS: dict[str, list[Facts]] = {
    "RESET_REQUESTED": ASKED_FOR,
    "RESET_DONE": [*ASKED_FOR, {"reset_done_at": None}, {"reset_done_at": ago(51)}],
    "RELEASED": [
        *ASKED_FOR,
        {"reset_done_at": None},
        {"reset_done_at": ago(51)},
        {"subaccount_login_at": None},
        {"subaccount_login_at": ago(40)},
        {"subaccount_login_at": ago(-1)},
        {"released_at": None},
    ],
}


@pytest.mark.parametrize(
    ("state", "facts"),
    [pytest.param(state, facts, id=f"{state}: {facts}") for state, ways in LACKS.items() for facts in ways],
)
def test_of_each_state_of_a_reset_a_row_that_lacks_one_fact_is_refused(
    connection: Connection, state: str, facts: Facts
) -> None:
    assert takes(connection, RESET[state])

    assert not takes(connection, replace(RESET[state], **facts))


@pytest.mark.parametrize("state", RESET)
def test_no_null_slips_through_the_rules_of_a_reset(connection: Connection, state: str) -> None:
    unneeded = {"path", "primary_at_us", "subaccounts_checked_by", "claimed_call", "agent"}
    row = cells_of(RESET[state])

    taken = {column for column in COLUMNS if takes_row(connection, {**row, column: None})}

    assert taken == empty_of(RESET[state]) | unneeded


@pytest.mark.parametrize(
    "cells",
    [
        {"state": "OPEN"},
        {"state": ""},
        {"state": "changed"},
        {"state": "CHANGED"},
        {"state": "RELEASED"},
        {"state": "CLOSED"},
        {"state": "VERIFIED"},
        {"state": "HELD"},
        {"state": "HELD", "l2_at_us": 1},
        {"state": "CONFIRMED"},
        {"state": "RESET_REQUESTED"},
        {"state": "RESET_DONE"},
    ],
)
def test_a_state_that_is_none_or_lacks_the_fact_it_stands_on_is_refused(
    connection: Connection, cells: Cells
) -> None:
    assert not takes(connection, OPENED, cells)


@pytest.mark.parametrize(
    "cells",
    [
        {"changed_at_us": us_of(AT)},
        {"state": "CLOSED", "changed_at_us": us_of(AT), "released_at_us": us_of(AT)},
        {**CHANGED, "released_at_us": us_of(AT)},
        {"state": "CHANGED", "changed_at_us": us_of(ago(-14_400))},
        {"state": "CHANGED", "changed_at_us": us_of(ago(241))},
    ],
)
def test_a_change_of_another_time_or_state_than_its_own_is_refused(
    connection: Connection, cells: Cells
) -> None:
    assert not takes(connection, APPROVED, cells)


@pytest.mark.parametrize(
    "cells",
    [
        {"state": "CONFIRMED"},
        {"account": None},
        {"approver": "agent-1"},
        {"subaccounts": 1},
        {"l2_at_us": None},
        {"l2_call": "CA2"},
        {"confirmed_call": "CA2"},
        {"spoke_call": "CA2"},
        {"changed_at_us": us_of(ago(1))},
        {"acted_by": "agent-2"},
        {"approval_required": 0},
    ],
)
def test_a_changed_case_keeps_the_facts_that_allowed_it(connection: Connection, cells: Cells) -> None:
    assert not takes(connection, APPROVED, CHANGED, cells)


moments = st.none() | st.sampled_from([-1, 0, 1, 899, 900, 901, 14_400, 14_401, 86_400, 86_401]).map(ago)
spoiled = st.fixed_dictionaries(
    {},
    optional={
        "primary_claimed": st.booleans(),
        "account": st.sampled_from(["a", None]),
        "l2_at": moments,
        "confirmed_at": st.sampled_from([0, 240, 900, 14_400, 14_401, -1]).map(ago),
        "disclaimer_queued_at": moments,
        "disclaimer_accepted_at": moments,
        "disclaimer_failed_at": moments,
        "subaccounts": st.sampled_from([None, 0, 1]),
        "subaccounts_checked_at": moments,
        "warning_hash": st.sampled_from(["f", None]),
        "l2_call": st.sampled_from(["CA1", "CA2", None]),
        "confirmed_call": st.sampled_from(["CA1", "CA2"]),
        "agent": st.sampled_from(["agent-1", "agent-2", None]),
        "claimed_at": moments,
        "spoke_at": moments,
        "spoke_call": st.sampled_from(["CA1", "CA2", None]),
        "approver": st.sampled_from([None, "agent-1", "agent-2", "Agent-2", " "]),
        "approved_at": moments,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(case=st.sampled_from([TO_CHANGE, APPROVED]), facts=spoiled)
def test_the_database_takes_exactly_the_changes_that_the_gates_allow(
    connection: Connection, case: Case, facts: Facts
) -> None:
    case = replace(case, **facts)
    is_allowed = not missing(change_gates(case, POLICY, at=AT))
    # No member is named like this, so no move of the desk is made by one.
    is_misspelled = case.approval_required and case.approver == "Agent-2"

    is_taken = takes(connection, case, {**CHANGED, "acted_by": case.agent})

    assert is_taken == (is_allowed and not is_misspelled)


releases = st.builds(
    replace,
    st.just(TO_RELEASE),
    primary_claimed=st.sampled_from([True, True, False]),
    account=st.sampled_from(["a", "a", None]),
    reset_done_at=st.sampled_from([0, 1, 40, 50, 51]).map(ago),
    subaccount_login_at=st.none() | st.sampled_from([0, 1, 39, 40, 41, 50, 60]).map(ago),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(case=releases)
def test_the_database_takes_no_release_that_the_gates_forbid(connection: Connection, case: Case) -> None:
    is_allowed = not missing(release_gates(case))

    assert is_allowed or not takes(connection, case, RELEASED)
