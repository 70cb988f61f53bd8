"""The product's list of changes against our permits: no change without one is passed over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.product.reconciliation import (
    NO_ACCOUNT,
    NO_PERMIT,
    TOO_EARLY,
    TOO_LATE,
    TWICE,
    ListedChange,
    alarms_of,
    over_since,
)
from ivr.domain.recovery.case import CaseId
from ivr.services.product_ports import Permit
from tests.domain.recovery.ready import AT

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ACCOUNT = "a" * 32


def permit(issued: timedelta = timedelta(), *, account: str = ACCOUNT, case: str = "1") -> Permit:
    at = AT + issued
    return Permit(case=CaseId(case * 32), account=account, mac=case * 64, issued_at=at, expires_at=at + HOUR)


def change(after: timedelta, *, line: int = 2, reference: str = "R-1") -> ListedChange:
    return ListedChange(line=line, number="204117", at=AT + after, reference=reference)


@pytest.mark.parametrize("after", [timedelta(), MINUTE, HOUR])
def test_a_change_while_its_permit_serves_is_no_alarm(after: timedelta) -> None:
    assert alarms_of([(change(after), ACCOUNT)], [permit()]) == ((), ())


@pytest.mark.parametrize(
    ("after", "account", "permits", "why"),
    [
        pytest.param(MINUTE, None, [permit()], NO_ACCOUNT, id="unknown account"),
        pytest.param(MINUTE, ACCOUNT, [], NO_PERMIT, id="no permit"),
        pytest.param(MINUTE, ACCOUNT, [permit(account="b" * 32)], NO_PERMIT, id="another account's"),
        pytest.param(-timedelta(microseconds=1), ACCOUNT, [permit()], TOO_EARLY, id="too early"),
        pytest.param(HOUR + timedelta(microseconds=1), ACCOUNT, [permit()], TOO_LATE, id="too late"),
    ],
)
def test_a_change_without_its_permit_is_an_alarm_that_says_why(
    after: timedelta, account: str | None, permits: list[Permit], why: str
) -> None:
    alarms, left = alarms_of([(change(after), account)], permits)

    assert alarms == ((change(after), why),)
    assert left == tuple(permits)


def test_a_permit_covers_one_change() -> None:
    first, second = change(MINUTE), change(2 * MINUTE, line=3, reference="R-2")

    assert alarms_of([(second, ACCOUNT), (first, ACCOUNT)], [permit()]) == (((second, TWICE),), ())


def test_of_two_permits_that_serve_the_one_that_ends_first_is_taken() -> None:
    later = permit(30 * MINUTE, case="2")
    early, late = change(40 * MINUTE), change(80 * MINUTE, line=3, reference="R-2")

    assert alarms_of([(early, ACCOUNT), (late, ACCOUNT)], [later, permit()]) == ((), ())


def test_a_change_that_was_reported_with_its_permit_is_known_by_its_reference() -> None:
    used = replace(permit(), used_at=AT + MINUTE, reference="R-7")
    other = permit(case="2")
    skewed = change(-MINUTE, reference="R-7")

    assert alarms_of([(skewed, ACCOUNT)], [other, used]) == ((), (other,))
    assert alarms_of([(skewed, "b" * 32)], [other, used])[0] == ((skewed, NO_PERMIT),)


def test_a_permit_that_serves_still_or_ended_before_the_list_is_no_note() -> None:
    permits = [permit(-3 * HOUR, case="1"), permit(-HOUR, case="2"), permit(case="3")]

    assert list(over_since(AT - HOUR, permits, at=AT + 30 * MINUTE)) == [permits[1]]


@given(
    st.lists(st.tuples(st.integers(-90, 240), st.sampled_from([ACCOUNT, "b" * 32, None])), max_size=8),
    st.lists(st.tuples(st.integers(-90, 240), st.sampled_from([ACCOUNT, "b" * 32])), max_size=8),
)
def test_never_are_more_changes_passed_over_than_permits_cover_them(
    made: list[tuple[int, str | None]], issued: list[tuple[int, str]]
) -> None:
    changes = [
        (change(minutes * MINUTE, line=line, reference=f"R-{line}"), account)
        for line, (minutes, account) in enumerate(made, start=2)
    ]
    permits = [
        permit(minutes * MINUTE, account=account, case=f"{case}")
        for case, (minutes, account) in enumerate(issued)
    ]

    alarms, left = alarms_of(changes, permits)

    assert len(changes) - len(alarms) == len(permits) - len(left)
    alarmed = {one.line for one, _ in alarms}
    for one, account in changes:
        could = any(
            kept.account == account and kept.issued_at <= one.at <= kept.expires_at for kept in permits
        )
        if not could:
            assert one.line in alarmed
        if one.line in alarmed:
            assert not any(
                kept.account == account and kept.issued_at <= one.at <= kept.expires_at for kept in left
            )
