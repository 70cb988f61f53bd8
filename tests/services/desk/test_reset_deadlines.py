"""Cases that wait for a subaccount: one reminder at half-time, an end after three days, and word of both."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.factors import Evidence
from ivr.services.case_ports import CaseWork
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.notes_and_wrap_up import Writing
from ivr.services.desk.reset_deadlines import IN_VAIN, WAITED, Waits
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE
from tests.services.desk.office import NUMBER, Office, names_of

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WAITING = replace(TO_RELEASE, reset_done_at=AT, subaccount_login_at=None, notify="mail:m1 text:p1")


def waits(office: Office) -> Waits:
    return Waits(cases=office.cases, policy=office.desk.policy, fresh=office.desk.fresh)


def events(office: Office) -> list[tuple[str, str, str | None]]:
    return sorted(
        (told["event"], channel, told.get("until"))
        for channel, _, details in office.notices()
        for told in [json.loads(details)]
    )


def test_the_reminder_goes_once_to_every_contact_however_often_it_is_looked_for(office: Office) -> None:
    office.put(WAITING, talks=False)
    half = AT + 36 * HOUR

    early = waits(office).tend(half - SECOND)
    counts = [waits(office).tend(half + minute * timedelta(minutes=1)) for minute in range(20)]

    until = (AT + 72 * HOUR).isoformat()
    assert (early, counts) == (0, [1, *[0] * 19])
    assert events(office) == [("reminder", "mail", until), ("reminder", "text", until)]
    assert office.case().reminded_at == half


@pytest.mark.parametrize(("seconds", "state"), [(-1, "RESET_DONE"), (0, "LAPSED"), (1, "LAPSED")])
def test_a_case_lapses_three_days_after_its_reset(office: Office, seconds: int, state: str) -> None:
    office.put(replace(WAITING, reminded_at=AT + 36 * HOUR), talks=False)
    at = AT + 72 * HOUR + seconds * SECOND

    waits(office).tend(at)

    case = office.case()
    assert case.state == state
    ended = (at, WAITED) if state == "LAPSED" else (None, None)
    assert (case.over_at, case.over_why) == ended
    told = [event for event, _, _ in events(office)]
    assert told == (["lapsed", "lapsed"] if state == "LAPSED" else [])


@pytest.mark.parametrize("seconds", [0, 1])
def test_nothing_is_released_once_the_time_is_over_though_nobody_has_ended_the_case(
    office: Office, seconds: int
) -> None:
    office.put(replace(WAITING, subaccount_login_at=AT + HOUR), talks=False)
    at = AT + 73 * HOUR + seconds * SECOND

    with pytest.raises(MoveBlocked) as late:
        office.desk.release(NUMBER, "agent-2", at=at)
    assert names_of(late.value) == ("lapsed",)

    assert office.desk.release(NUMBER, "agent-2", at=AT + 73 * HOUR - SECOND).state == "RELEASED"


def test_a_login_that_is_recorded_too_late_opens_nothing(office: Office) -> None:
    office.put(WAITING, talks=False)
    at, seen = AT + 72 * HOUR, {"name": "kim", "where": "login history"}

    with pytest.raises(MoveBlocked) as late:
        office.desk.login(NUMBER, "agent-2", login_at=AT + HOUR, **seen, at=at)

    assert names_of(late.value) == ("lapsed",)
    assert office.case().subaccount_login_at is None


@pytest.mark.parametrize("case", [TO_CHANGE, replace(WAITING, state="RESET_REQUESTED", reset_done_at=None)])
def test_other_cases_are_left_alone(office: Office, case: Case) -> None:
    office.put(case, talks=False)

    assert waits(office).tend(AT + 1000 * HOUR) == 0
    assert office.case() == case


def test_a_case_that_was_released_meanwhile_is_neither_reminded_nor_ended(office: Office) -> None:
    office.put(replace(WAITING, subaccount_login_at=AT + HOUR), talks=False)
    office.desk.release(NUMBER, "agent-2", at=AT + 2 * HOUR)
    before = events(office)

    assert waits(office).tend(AT + 100 * HOUR) == 0
    assert (office.case().state, events(office)) == ("RELEASED", before)


BARE = replace(
    TO_CHANGE,
    state="CLAIMED",
    opened_at=AT,
    l2_at=None,
    l2_call=None,
    confirmed_at=None,
    warning_hash=None,
    disclaimer_queued_at=None,
    disclaimer_accepted_at=None,
    agent=None,
    claimed_at=None,
    spoke_at=None,
    path=None,
    notify="mail:m1 text:p1",
)


def test_who_says_how_a_lapsed_case_went_is_not_said_to_have_ended_it(office: Office) -> None:
    office.put(WAITING, talks=False)
    waits(office).tend(AT + 72 * HOUR)

    writing = Writing(desk=office.desk, dispositions=("no_login",))
    writing.wrap_up(NUMBER, "agent-1", disposition="no_login", at=AT + 73 * HOUR)

    rows = [" ".join(row.split()) for row in lines_of(office.desk.card(NUMBER, at=AT + 73 * HOUR))]
    (over,) = [row for row in rows if row.startswith("Over ")]
    assert over.startswith("Over lapsed by the line itself, ")


@pytest.mark.parametrize("state", ["OPENED", "CLAIMED"])
def test_a_case_for_which_nothing_was_proved_lapses_within_the_hour_and_tells_nobody(
    office: Office, state: str
) -> None:
    office.put(replace(BARE, state=state), talks=False)  # type: ignore[arg-type]  # one of two

    at_once = waits(office).tend(AT + timedelta(minutes=30))
    waits(office).tend(AT + HOUR)

    case = office.case()
    assert at_once == 0
    assert (case.state, case.over_at, case.over_why) == ("LAPSED", AT + HOUR, IN_VAIN)
    assert office.notices() == []


KEPT_OPEN = {
    "claimed": {"agent": "ana", "claimed_at": AT},
    "a word awaited": {"tam": "tom", "tam_asked_at": AT, "tam_asked_by": "ana"},
}


@pytest.mark.parametrize("facts", KEPT_OPEN.values(), ids=KEPT_OPEN)
def test_a_case_that_somebody_has_to_do_with_does_not_lapse_within_the_hour(
    office: Office, facts: dict[str, object]
) -> None:
    office.put(replace(BARE, **facts), talks=False)  # type: ignore[arg-type]  # facts of a case, by name

    assert waits(office).tend(AT + 2 * HOUR) == 0


def test_a_case_with_one_proof_does_not_lapse_within_the_hour(office: Office) -> None:
    office.put(BARE, talks=False)
    office.cases.act(lambda tx: tx.prove(BARE.id, Evidence(factor="phone", call=BARE.call, at=AT)))

    assert waits(office).tend(AT + 2 * HOUR) == 0


def test_a_case_that_a_call_takes_up_again_has_as_long_anew(office: Office) -> None:
    office.put(BARE, talks=False)
    office.cases.act(lambda tx: tx.join(BARE.id, "CA2", AT + 40 * timedelta(minutes=1)))

    assert waits(office).tend(AT + HOUR) == 0
    assert waits(office).tend(AT + 100 * timedelta(minutes=1)) == 1


@pytest.mark.parametrize(("moments", "state"), [(("placed",), "CLAIMED"), (("placed", "ended"), "LAPSED")])
def test_a_case_does_not_lapse_while_its_caller_talks_with_an_agent(
    office: Office, moments: tuple[str, ...], state: str
) -> None:
    office.put(BARE, talks=False)
    office.cases.act(lambda tx: tx.join(BARE.id, BARE.call, AT))
    placed = {"call": BARE.call, "leg": BARE.call, "part": 0, "line": "support", "person": 0}
    taken = {"id": "CA9", "call": BARE.call, "line": "support", "accepted_at_us": us_of(AT)}

    def talk(connection: Connection, _: CaseWork) -> None:
        for turn, moment in enumerate(moments):
            row = {**placed, "turn": turn, "at_us": us_of(AT), "moment": moment}
            connection.execute(insert(call_tables.transfer), row)
        connection.execute(insert(call_tables.leg), taken)

    office.cases.transaction(talk)
    waits(office).tend(AT + HOUR)

    assert office.case().state == state
