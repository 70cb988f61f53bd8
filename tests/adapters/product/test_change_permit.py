"""The number with which one change may be made in the product: one a case, once, for an hour."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.permit_store import permit as permits
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.product.change_permit import (
    PERMIT_S,
    issue,
    live_permit,
    permit_mac,
    permit_number,
    use,
)
from ivr.services.ports import StoreUnavailable
from tests.domain.recovery.ready import AT, GATES, TO_CHANGE, TO_RELEASE, spoil
from tests.services.desk.office import KEY, NUMBER, Office, later

AGENT = "agent-1"
HOUR = timedelta(seconds=PERMIT_S)
TICK = timedelta(microseconds=1)


def changed(office: Office, case: Case = TO_CHANGE) -> Case:
    office.put(case)
    return office.desk.change(case.number, AGENT, at=AT)


def live(office: Office, case: Case, *, at: datetime = AT) -> Secret | None:
    return office.cases.act(lambda tx: live_permit(tx, case, key=KEY, at=at))


def used(office: Office, case: Case, number: Secret | None = None, *, done_at: datetime = AT) -> str:
    named = number or permit_number(KEY, case=case.id)
    return office.cases.act(lambda tx: use(tx, case, named, key=KEY, done_at=done_at, reference="R-1"))


class Killed(BaseException):
    """Stops the desk's own process, as the kernel does: no handler of ours runs."""


@contextmanager
def killed_after(office: Office, last: int) -> Iterator[list[int]]:
    """Kill the desk before its statement number *last*; what is given has an entry where that came."""
    killed: list[int] = []
    seen = count(1)

    def before(*_: object) -> None:
        if next(seen) == last:
            killed.append(last)
            raise Killed

    event.listen(office.database.engine, "before_cursor_execute", before)
    try:
        yield killed
    finally:
        event.remove(office.database.engine, "before_cursor_execute", before)


def test_a_case_that_may_change_gets_a_permit_for_an_hour(office: Office) -> None:
    case = changed(office)

    number = live(office, case)

    assert number is not None
    assert re.fullmatch(r"[0-9]{5}(-[0-9]{5}){3}", number.reveal())
    assert live(office, case, at=AT + HOUR) == number
    assert live(office, case, at=AT + HOUR + TICK) is None
    assert live(office, case, at=AT - TICK) is None


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate != "approval"])
def test_with_any_gate_shut_there_is_no_permit(office: Office, gate: str) -> None:
    office.put(spoil(TO_CHANGE, (gate,)))
    with pytest.raises(MoveBlocked):
        office.desk.change(NUMBER, AGENT, at=AT)

    assert office.rows(select(permits)) == []


def test_no_other_move_gives_a_permit(office: Office) -> None:
    office.put(TO_RELEASE)

    office.desk.release(NUMBER, AGENT, at=AT)

    assert office.rows(select(permits)) == []


def test_the_number_is_stored_nowhere_and_logged_nowhere(office: Office) -> None:
    case = changed(office)
    number = permit_number(KEY, case=case.id).reveal()

    kept = office.anchor.read_bytes() + b"".join(
        path.read_bytes() for path in office.anchor.parent.iterdir() if path.is_file()
    )

    assert permit_mac(KEY, Secret(number)).encode() in kept
    assert number.encode() not in kept
    assert number.replace("-", "").encode() not in kept
    assert number not in repr(live(office, case))


def test_numbers_of_other_cases_and_other_keys_have_nothing_in_common() -> None:
    numbers = {permit_number(KEY, case=CaseId(f"{case:032x}")).reveal() for case in range(1000)}

    assert len(numbers) == 1000
    assert permit_number(Secret("j" * 40), case=CaseId("0" * 32)).reveal() not in numbers


def test_a_permit_serves_once(office: Office) -> None:
    case = changed(office)

    assert used(office, case) == ""
    assert used(office, case) == "the permit was used before"
    assert live(office, case) is None


@pytest.mark.parametrize("digit", range(20))
def test_a_number_that_differs_in_one_digit_serves_nothing(office: Office, digit: int) -> None:
    case = changed(office)
    number = permit_number(KEY, case=case.id).reveal()
    at = digit + digit // 5
    near = f"{number[:at]}{(int(number[at]) + 1) % 10}{number[at + 1 :]}"

    assert used(office, case, Secret(near)) == "this is not the case's permit"
    assert used(office, case) == ""


def test_the_permit_of_another_case_serves_nothing(office: Office) -> None:
    case = changed(office)
    other = changed(office, replace(TO_CHANGE, id=CaseId("d" * 32), number=CaseNumber("900000002")))

    assert used(office, case, permit_number(KEY, case=other.id)) == "this is not the case's permit"


def test_a_change_after_the_hour_is_not_covered(office: Office) -> None:
    case = changed(office)

    assert used(office, case, done_at=AT + HOUR + TICK) == "the permit had run out"
    assert used(office, case, done_at=AT + HOUR) == ""


def test_of_many_who_use_it_at_once_one_does(office: Office) -> None:
    case, barrier = changed(office), Barrier(8)

    def try_it(_: int) -> str:
        barrier.wait()
        return used(office, case)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(try_it, range(8)))

    assert sorted(told) == ["", *["the permit was used before"] * 7]


def test_of_many_who_change_at_once_one_does_and_there_is_one_permit(office: Office) -> None:
    office.put(TO_CHANGE)
    barrier = Barrier(6)

    def try_it(_: int) -> bool:
        barrier.wait()
        try:
            office.desk.change(NUMBER, AGENT, at=AT)
        except (MoveBlocked, StaleCase):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(6))) == 1
    assert len(office.rows(select(permits))) == 1


def test_the_database_refuses_a_second_permit_of_a_case(office: Office) -> None:
    case = changed(office)

    with pytest.raises(StoreUnavailable) as refused:
        office.cases.act(lambda tx: issue(tx, case, key=KEY, at=later(30)))

    assert isinstance(refused.value.__cause__, IntegrityError)
    assert live(office, case, at=later(61)) is None


def test_the_database_refuses_a_use_after_the_permits_end(office: Office) -> None:
    case = changed(office)
    mac = permit_mac(KEY, permit_number(KEY, case=case.id))

    with pytest.raises(StoreUnavailable):
        office.cases.act(lambda tx: tx.permits.use(mac, at=AT + HOUR + TICK, reference="R-1"))


def test_a_desk_killed_at_any_statement_leaves_a_change_with_its_permit_or_neither(office: Office) -> None:
    office.put(TO_CHANGE)
    for last in count(1):
        with killed_after(office, last) as killed, suppress(Killed):
            office.desk.change(NUMBER, AGENT, at=AT)
        if not killed:
            break
        assert (office.case().state, office.rows(select(permits))) == ("CONFIRMED", [])

    assert last > 5
    assert live(office, office.case()) is not None


def test_where_the_permit_cannot_be_stored_nothing_is_changed(office: Office) -> None:
    office.put(TO_CHANGE)
    other = replace(
        TO_CHANGE, id=CaseId("d" * 32), number=CaseNumber("900000002"), state="CHANGED", changed_at=AT
    )
    office.put(other)
    mac = permit_mac(KEY, permit_number(KEY, case=TO_CHANGE.id))
    row = {"case_id": other.id, "account": "a" * 32, "mac": mac, "issued_at_us": 1, "expires_at_us": 2}
    with office.database.engine.begin() as connection:
        connection.execute(insert(permits).values(**row))

    with pytest.raises(StoreUnavailable):
        office.desk.change(NUMBER, AGENT, at=AT)

    assert office.case().state == "CONFIRMED"
    assert office.notices() == []


def test_a_case_that_may_not_change_is_never_given_a_permit(office: Office) -> None:
    with pytest.raises(ValueError, match="may not change"):
        office.cases.act(lambda tx: issue(tx, office.put(TO_CHANGE), key=KEY, at=AT))


def test_the_change_that_gave_the_permit_is_on_record(office: Office) -> None:
    changed(office)

    bodies = [json.loads(row.body) for row in office.rows(select(case_tables.audit.c.body))]

    assert [(one["kind"], one["outcome"], one["actor"]) for one in bodies] == [
        ("case", "CHANGED", f"agent:{AGENT}")
    ]
