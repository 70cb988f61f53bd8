"""Whose answer about the primary administrator a case goes by."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.case import ACTED, OVER, STATES, Case, CaseCall, State
from ivr.domain.recovery.primary_answer import PrimaryAnswer, as_said, goes_by, last_said
from tests.domain.recovery.ready import OPENED, ago

CALLS = ("first", "second", "stranger")
AT = ago(1)


def case(state: State, *, call: str = "first", l2_call: str | None = None) -> Case:
    return replace(OPENED, state=state, call=call, l2_call=l2_call, primary_claimed=True, primary_at=ago(60))


@pytest.mark.parametrize(
    ("call", "l2_call", "decides"),
    [("first", None, "first"), ("first", "first", "first"), ("second", "first", "first")],
)
def test_a_case_goes_by_the_call_that_reached_level_2_and_until_then_by_its_own(
    call: str, l2_call: str | None, decides: str
) -> None:
    standing = case("CLAIMED" if l2_call is None else "HELD", call=call, l2_call=l2_call)

    assert goes_by(standing) == decides
    for one in CALLS:
        said = as_said(standing, call=one, is_primary=False, at=AT)
        assert (said != standing) == (one == decides)
        assert said == replace(standing, primary_claimed=said.primary_claimed, primary_at=said.primary_at)


@pytest.mark.parametrize("state", STATES)
def test_what_was_asked_for_and_what_is_over_keeps_its_answer(state: State) -> None:
    standing = case(state, l2_call="first")

    said = as_said(standing, call="first", is_primary=False, at=AT)

    kept = state in ACTED | OVER
    assert said == (standing if kept else replace(standing, primary_claimed=False, primary_at=AT))


@given(
    said=st.lists(st.booleans(), max_size=5),
    carried=st.none() | st.tuples(st.booleans(), st.integers(0, 6)),
)
def test_of_what_a_call_carries_and_what_was_said_in_it_the_latest_counts(
    said: list[bool], carried: tuple[bool, int] | None
) -> None:
    answers = [PrimaryAnswer(is_primary=one, way="key", at=ago(60 - 2 * n)) for n, one in enumerate(said)]
    joined = CaseCall(case=OPENED.id, call="first", at=ago(90))
    if carried is not None:
        joined = replace(joined, is_primary=carried[0], said_at=ago(61 - 2 * carried[1]))
    known = [(one.at, one.is_primary) for one in answers]
    known += [] if joined.said_at is None else [(joined.said_at, joined.is_primary)]

    last = last_said(joined, answers)

    assert (last.said_at, last.is_primary) == (max(known) if known else (None, False))
