"""Callers whose account manager has vouched for them: what their next right code is worth."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.domain.dialogue.events import CallId
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.codes import one_time_code
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import CaseView, CheckEntry, Step
from ivr.domain.redaction import Secret
from ivr.services.desk.agent_desk import Desk as AgentsDesk
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.staff.member import Member, MemberId
from tests.entrypoints.voice.desk import KEY, MAILBOX, PHONE, Desk, desk_at

SAM = Member(id=MemberId("sam"), name="Sam Ortiz", roles=frozenset({"tam"}), lines=frozenset())
DAY = timedelta(days=1)
LATER = CallId("CA" + "2" * 32)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def vouched(desk: Desk) -> Case:
    """Open a case in a call, and have the account's manager say yes to who claimed it."""
    at = desk.clock.now()
    opened = desk.open()
    desk.put(replace(opened, agent="ana", claimed_at=at, tam="sam", tam_asked_at=at, tam_asked_by="ana"))
    agents = AgentsDesk(
        cases=desk.verification.cases,
        directory=desk.verification.directory,
        policy=desk.tree.verification or Policy(),
        key=KEY,
        fresh=desk.fresh,
    )
    vouching = Vouching(desk=agents, staff=SqlStaff(desk.verification.cases))  # type: ignore[arg-type]  # the same database
    vouching.answer(opened.number, SAM, answer="yes", reason="I called her at her desk", at=at)
    return desk.case()


def call_again(desk: Desk, case: Case, after: timedelta) -> None:
    """Call once more, and type the case's number."""
    desk.clock.advance(after.total_seconds())
    desk.call, desk.turn = LATER, 0
    desk.open(typed=case.number)


def type_right(desk: Desk, step: Step) -> CaseView:
    """Type the code that was sent at this step."""
    contact = {"phone": PHONE, "mailbox": MAILBOX}[step]
    case = desk.case()
    sent = desk.verification.cases.act(lambda tx: tx.code(case.id, desk.call, contact))
    assert sent is not None
    code = one_time_code(KEY, case=sent.case, call=sent.call, contact=contact, salt=sent.salt)
    return desk.do(CheckEntry(step=step, entry=code, caller=None, is_open=True))


def type_wrong(desk: Desk) -> CaseView:
    return desk.do(CheckEntry(step="phone", entry=Secret("0"), caller=None, is_open=True))


def test_a_vouch_before_anything_is_proved_leaves_the_caller_unverified(desk: Desk) -> None:
    case = vouched(desk)

    view = type_wrong(desk)

    assert (case.state, case.l2_at) == ("CLAIMED", None)
    assert (view.level, view.next) == (0, "mailbox")


def test_a_right_code_to_the_phone_makes_two_with_it(desk: Desk) -> None:
    vouched(desk)

    view = type_right(desk, "phone")

    assert (view.next, view.level, desk.case().state) == ("verified", 2, "VERIFIED")
    assert desk.messages(purpose="notice") != []


def test_a_right_code_to_the_mailbox_makes_two_with_it(desk: Desk) -> None:
    vouched(desk)
    type_wrong(desk)

    view = type_right(desk, "mailbox")

    assert (view.next, view.level) == ("verified", 2)


@pytest.mark.parametrize(
    ("after", "following", "level"),
    [(DAY, "verified", 2), (DAY + timedelta(seconds=1), "mailbox", 1)],
    ids=["a day", "a second more"],
)
def test_who_calls_again_with_the_case_s_number_needs_one_code_within_a_day(
    desk: Desk, after: timedelta, following: str, level: int
) -> None:
    call_again(desk, vouched(desk), after)

    view = type_right(desk, "phone")

    assert (view.next, view.level) == (following, level)
