"""What a representative did in the product's tool is put down with its time, its zone and its reference."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ivr.agents.by_hand import NotRecorded, Recording
from ivr.agents.permit import PERMIT_S
from ivr.case_ports import ByHand
from ivr.recovery.case import CaseNumber
from ivr.store.case_tables import audit
from tests.agents.office import KEY, NUMBER, Office, later
from tests.recovery.ready import AT, TO_CHANGE, TO_RESET

AGENT = "agent-1"
CHICAGO = timezone(timedelta(hours=-6))
DONE: dict[str, Any] = {
    "is_done": True,
    "done_at": AT.astimezone(CHICAGO),
    "reference": "T-1",
    "at": later(1),
}


def recording(office: Office) -> Recording:
    return Recording(cases=office.cases, key=KEY, fresh=office.desk.fresh)


def kept(office: Office) -> tuple[ByHand, ...]:
    return office.cases.act(lambda tx: tx.permits.by_hand(TO_RESET.id))


def lacks(office: Office, act: str = "reset", agent: str = AGENT, **given_: Any) -> list[str]:
    number = given_.pop("number", NUMBER)
    with pytest.raises(NotRecorded) as refused:
        recording(office).record(number, agent, act, **{**DONE, **given_})  # type: ignore[arg-type]  # one of the acts
    assert all(lack.remedy for lack in refused.value.lacks)
    return [lack.name for lack in refused.value.lacks]


@pytest.mark.parametrize("is_done", [True, False])
def test_an_act_is_put_down_with_who_when_in_which_zone_and_under_which_reference(
    office: Office, *, is_done: bool
) -> None:
    office.put(TO_RESET)

    record = recording(office).record(NUMBER, AGENT, "reset", **{**DONE, "is_done": is_done})

    assert kept(office) == (record,)
    assert (record.act, record.is_done, record.by, record.reference) == ("reset", is_done, AGENT, "T-1")
    assert record.at == AT
    assert kept(office)[0].at.utcoffset() == timedelta(hours=-6)
    body = json.loads(office.rows(select(audit.c.body))[-1].body)
    assert {name: body[name] for name in ("kind", "actor", "outcome", "reason")} == {
        "kind": "by_hand",
        "actor": f"agent:{AGENT}",
        "outcome": "reset",
        "reason": "done" if is_done else "failed",
    }


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"done_at": AT.replace(tzinfo=None)}, ["zone"]),
        ({"done_at": later(1.1)}, ["time"]),
        ({"reference": ""}, ["reference"]),
        ({"reference": "ann@northwind.example"}, ["reference"]),
        ({"reference": "T-1\n"}, ["reference"]),
        ({"reference": "<b>"}, ["reference"]),
        ({"agent": "Ana B"}, ["agent"]),
        ({"number": CaseNumber("999999999")}, ["case"]),
        ({"agent": "", "reference": "", "done_at": later(2)}, ["agent", "time", "reference"]),
    ],
)
def test_what_cannot_be_put_down_is_refused_by_what_is_missing(
    office: Office, wrong: dict[str, Any], names: list[str]
) -> None:
    office.put(TO_RESET)

    assert lacks(office, **wrong) == names
    assert kept(office) == ()


def test_a_change_that_was_done_uses_its_permit_up(office: Office) -> None:
    office.put(TO_CHANGE)
    case = office.desk.change(NUMBER, AGENT, at=AT)

    recording(office).record(NUMBER, AGENT, "change", **DONE)

    permit = office.cases.act(lambda tx: tx.permits.permit(case.id))
    assert permit is not None
    assert (permit.used_at, permit.reference) == (AT, "T-1")
    assert lacks(office, "change") == ["permit"]
    assert len(kept(office)) == 1


def test_a_change_that_failed_leaves_the_permit_for_another_try(office: Office) -> None:
    office.put(TO_CHANGE)
    office.desk.change(NUMBER, AGENT, at=AT)

    for is_done in (False, False, True):
        recording(office).record(NUMBER, AGENT, "change", **{**DONE, "is_done": is_done})

    assert [record.is_done for record in kept(office)].count(True) == 1


def test_a_change_without_a_permit_or_after_its_hour_is_not_put_down_as_done(office: Office) -> None:
    office.put(TO_CHANGE)
    assert lacks(office, "change") == ["permit"]
    office.desk.change(NUMBER, AGENT, at=AT)
    late = AT + timedelta(seconds=PERMIT_S + 1)

    assert lacks(office, "change", done_at=late, at=late) == ["permit"]


def test_a_record_moves_no_case(office: Office) -> None:
    office.put(TO_RESET)

    recording(office).record(NUMBER, AGENT, "reset", **DONE)

    assert office.case() == TO_RESET


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    agent=st.text(max_size=40),
    reference=st.text(max_size=80),
    done_at=st.datetimes(timezones=st.none() | st.timezones(), allow_imaginary=False),
)
def test_any_record_is_kept_as_it_was_given_or_refused(
    office: Office, agent: str, reference: str, done_at: datetime
) -> None:
    number = CaseNumber("900000009")
    if office.cases.act(lambda tx: tx.case_numbered(number)) is None:
        office.put(replace(TO_RESET, id="e" * 32, number=number))  # type: ignore[arg-type]  # an id's shape
    given_at = datetime(2100, 1, 1, tzinfo=UTC)
    try:
        record = recording(office).record(
            number, agent, "release", is_done=True, done_at=done_at, reference=reference, at=given_at
        )
    except NotRecorded:
        return

    found = office.cases.act(lambda tx: tx.permits.by_hand(record.case))
    assert (done_at, reference, agent) in [(one.at, one.reference, one.by) for one in found]
