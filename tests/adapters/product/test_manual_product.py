"""What a representative did in the product's tool is put down with its time, its zone and its reference."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ivr.adapters.database.cases.case_tables import audit
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.services.desk.moves.move_record import NoSuchCase
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.product.ask_product import Ordered
from ivr.services.desk.product.change_permit import PERMIT_S
from ivr.services.desk.product.manual_steps import Recording
from ivr.services.product_ports import ByHand
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.services.desk.office import NUMBER, Office, later, names_of

AGENT = "agent-1"
CHICAGO = timezone(timedelta(hours=-6))
REQUESTED = replace(TO_RESET, state="RESET_REQUESTED", reset_requested_at=ago(50), notify="mail:m1 text:p1")
DONE: dict[str, Any] = {
    "is_done": True,
    "done_at": AT.astimezone(CHICAGO),
    "reference": "T-1",
    "at": later(1),
}


def record(office: Office, act: Ordered = "reset", agent: str = AGENT, **given_: Any) -> Case:
    number = given_.pop("number", NUMBER)
    return Recording(desk=office.desk).record(number, agent, act, **{**DONE, **given_})


def kept(office: Office) -> tuple[ByHand, ...]:
    return office.cases.act(lambda tx: tx.permits.by_hand(TO_RESET.id))


def lacks(office: Office, act: Ordered = "reset", agent: str = AGENT, **given_: Any) -> list[str]:
    with pytest.raises(MoveBlocked) as refused:
        record(office, act, agent, **given_)
    assert all(lack.remedy for lack in refused.value.lacks)
    return list(names_of(refused.value))


@pytest.mark.parametrize("is_done", [True, False])
def test_an_act_is_put_down_with_who_when_in_which_zone_and_under_which_reference(
    office: Office, *, is_done: bool
) -> None:
    office.put(REQUESTED)

    record(office, is_done=is_done)

    (found,) = kept(office)
    assert (found.act, found.is_done, found.by, found.reference) == ("reset", is_done, AGENT, "T-1")
    assert (found.at, found.at.utcoffset()) == (AT, timedelta(hours=-6))
    bodies = [json.loads(row.body) for row in office.rows(select(audit.c.body))]
    (body,) = [one for one in bodies if one["kind"] == "by_hand"]
    assert {name: body[name] for name in ("actor", "outcome", "reason")} == {
        "actor": f"agent:{AGENT}",
        "outcome": "reset",
        "reason": "done" if is_done else "failed",
    }


def test_a_reset_that_is_done_moves_the_case_at_once_and_whoever_asked_is_told_what_is_waited_for(
    office: Office,
) -> None:
    office.put(REQUESTED)

    record(office)

    assert (office.case().state, office.case().reset_done_at) == ("RESET_DONE", AT)
    until = (AT + timedelta(hours=72)).isoformat()
    told = {"event": "waiting", "number": NUMBER, "until": until}
    assert sorted((channel, contact) for channel, contact, _ in office.notices()) == [
        ("mail", "m1"),
        ("text", "p1"),
    ]
    assert all(json.loads(details) == told for _, _, details in office.notices())


def test_a_reset_that_failed_leaves_the_case_and_tells_nobody_but_the_card(office: Office) -> None:
    office.put(REQUESTED)

    record(office, is_done=False, reference="")

    assert (office.case().state, office.case().reset_done_at) == ("RESET_REQUESTED", None)
    assert office.notices() == []
    card = office.desk.card(NUMBER, at=later(1))
    assert "The reset failed in the product" in card.next.step
    assert [one.is_done for one in card.acts.records] == [False]


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"done_at": AT.replace(tzinfo=None)}, ["zone"]),
        ({"done_at": later(1.1)}, ["time"]),
        ({"done_at": ago(51)}, ["time"]),
        ({"reference": ""}, ["reference"]),
        ({"reference": "ann@northwind.example"}, ["reference"]),
        ({"reference": "ann@northwind.example", "is_done": False}, ["reference"]),
        ({"reference": "T-1\n"}, ["reference"]),
        ({"reference": "<b>"}, ["reference"]),
        ({"agent": "Ana B"}, ["agent"]),
        ({"agent": "agent-2"}, ["claim"]),
        ({"reference": "", "done_at": later(2)}, ["time", "reference"]),
    ],
)
def test_what_cannot_be_put_down_is_refused_by_what_is_missing(
    office: Office, wrong: dict[str, Any], names: list[str]
) -> None:
    office.put(REQUESTED)

    assert lacks(office, **wrong) == names
    assert kept(office) == ()
    assert office.case() == REQUESTED


@pytest.mark.parametrize("act", ["reset", "change", "release"])
def test_no_act_is_recorded_that_the_desk_has_not_allowed(office: Office, act: Ordered) -> None:
    office.put(TO_RESET)

    for is_done in (True, False):
        assert "open" in lacks(office, act, is_done=is_done)
    assert kept(office) == ()


def test_nothing_is_put_down_of_a_case_that_is_none(office: Office) -> None:
    with pytest.raises(NoSuchCase):
        record(office, number=CaseNumber("999999999"))


def test_a_change_that_was_done_uses_its_permit_up(office: Office) -> None:
    office.put(TO_CHANGE)
    case = office.desk.change(NUMBER, AGENT, at=AT)

    record(office, "change")

    permit = office.cases.act(lambda tx: tx.permits.permit(case.id))
    assert permit is not None
    assert (permit.used_at, permit.reference) == (AT, "T-1")
    assert lacks(office, "change") == ["permit"]
    assert len(kept(office)) == 1


def test_a_change_that_failed_leaves_the_permit_for_another_try(office: Office) -> None:
    office.put(TO_CHANGE)
    office.desk.change(NUMBER, AGENT, at=AT)

    for is_done in (False, False, True):
        record(office, "change", is_done=is_done)

    assert [one.is_done for one in kept(office)].count(True) == 1


def test_a_change_after_its_permits_hour_is_not_put_down_as_done(office: Office) -> None:
    office.put(TO_CHANGE)
    office.desk.change(NUMBER, AGENT, at=AT)
    late = AT + timedelta(seconds=PERMIT_S + 1)

    assert lacks(office, "change", done_at=late, at=late) == ["permit"]
    assert "The permit ran out" in office.desk.card(NUMBER, at=late).next.step


def test_a_release_is_recorded_by_any_agent_once_and_not_before_it_was_allowed(office: Office) -> None:
    office.put(TO_RELEASE)
    office.desk.release(NUMBER, "agent-2", at=AT)

    assert lacks(office, "release", "agent-2", done_at=ago(301)) == ["time"]
    record(office, "release", "agent-2", done_at=ago(300))

    assert lacks(office, "release") == ["recorded"]
    assert [one.by for one in kept(office)] == ["agent-2"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    agent=st.text(max_size=40),
    reference=st.text(max_size=80),
    done_at=st.datetimes(timezones=st.none() | st.timezones(), allow_imaginary=False),
)
def test_any_record_is_kept_as_it_was_given_or_refused(
    office: Office, agent: str, reference: str, done_at: datetime
) -> None:
    number, case = CaseNumber("900000009"), CaseId("e" * 32)
    if office.cases.act(lambda tx: tx.case_numbered(number)) is None:
        released = {
            "state": "RELEASED",
            "released_at": AT,
            "released_by": "agent-1",
            "id": case,
            "number": number,
        }
        office.put(replace(TO_RELEASE, **released))  # type: ignore[arg-type]  # facts of a case, by name
    given_at = datetime(2100, 1, 1, tzinfo=UTC)
    try:
        record(
            office,
            "release",
            agent,
            number=number,
            is_done=False,
            done_at=done_at,
            reference=reference,
            at=given_at,
        )
    except MoveBlocked:
        return

    found = office.cases.act(lambda tx: tx.permits.by_hand(case))
    assert (done_at, reference, agent) in [(one.at, one.reference, one.by) for one in found]
