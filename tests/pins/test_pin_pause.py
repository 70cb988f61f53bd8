"""A PIN typed while its account is paused, after PINs were turned off, and who is told of wrong ones."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from ivr.adapters.database.cases import case_tables
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.recovery.policy import Policy, Wait
from ivr.domain.recovery.verification_commands import CheckEntry
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.verification import Verification
from ivr.services.case_ports import Answered
from ivr.services.ports import TurnKey
from tests.pins.pinned import FACTORS, PIN, WRONG_PIN, asked_for_pin, issue
from tests.security.line import NUMBER, GuardedLine, guarded_line

PAUSE_S = 900
"""Longer than a call takes, so that who was asked before the pause types in it."""
PHONE, MAILBOX = "+14155550123", "ann@northwind.example"


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    waits = (Wait(failures=3, seconds=PAUSE_S),)
    with guarded_line(policy={"factors": FACTORS, "is_pci": True, "account_waits": waits}) as line:
        issue(line, NUMBER)
        yield line


def _wrong(line: GuardedLine, times: int) -> None:
    for last in range(times):
        stranger = asked_for_pin(line, NUMBER, caller=f"+1415555019{last}")
        stranger.type(WRONG_PIN)
        stranger.hang_up()


def _told(line: GuardedLine) -> list[str]:
    return sorted(
        one.to for one in line.received if "by phone" in one.words and "is your code" not in one.words
    )


@pytest.mark.parametrize(("failures", "counts"), [(2, True), (3, False)])
def test_a_right_pin_of_who_was_asked_before_the_pause_proves_nothing_in_it(
    line: GuardedLine, failures: int, *, counts: bool
) -> None:
    owner = asked_for_pin(line, NUMBER)
    _wrong(line, failures)

    owner.type(PIN)

    case = line.case(owner)
    assert case is not None
    assert [one.factor for one in line.proved(case)] == (["pin"] if counts else [])


def test_both_contacts_are_told_once_that_wrong_pins_paused_the_account(line: GuardedLine) -> None:
    _wrong(line, 2)
    before = _told(line)
    _wrong(line, 1)
    once = _told(line)
    line.clock.advance(PAUSE_S + 1)
    _wrong(line, 1)

    assert (before, once) == ([], [PHONE, MAILBOX])
    assert _told(line) == once


@pytest.mark.parametrize(("can_text", "texted"), [(1, [PHONE]), (0, [])])
def test_a_first_right_pin_texts_the_case_s_number_only_to_a_telephone_that_takes_texts(
    line: GuardedLine, can_text: int, texted: list[str]
) -> None:
    contact = case_tables.contact.c
    row = (contact.account == line.account_of(NUMBER)) & (contact.kind == "phone")
    with line.cases.database.engine.begin() as connection:
        connection.execute(update(case_tables.contact).where(row).values(can_text=can_text))

    asked_for_pin(line, NUMBER).type(PIN)

    numbers = [one for one in line.received if "your case number is" in one.words]
    assert [one.to for one in numbers] == texted


def test_pins_that_were_turned_off_in_the_middle_of_a_call_prove_nothing(line: GuardedLine) -> None:
    owner = asked_for_pin(line, NUMBER)
    verification = line.rehearsed.tree.verification
    assert verification is not None
    without = replace(verification, factors=("phone", "mailbox"))

    assert "pin" in verification.factors
    assert _judged(line, str(owner.call), without) == []
    assert _judged(line, str(owner.call), verification) == ["pin"]


def _judged(line: GuardedLine, call: str, policy: Policy) -> list[str]:
    """Type the right PIN in that call under this policy, once, and give what is proved after it."""
    room = line.cases.room
    verification = Verification(
        cases=room.cases,
        directory=room.directory,
        key=line.cases.sender.house.key,
        fresh=room.fresh,
        hashed=lambda number: number,
    )
    turn = TurnKey(call=CallId(call), leg=LegId(call), turn=20 + len(policy.factors))
    entry = CheckEntry(step="pin", entry=Secret(PIN), caller=None, is_open=True)
    answered = Answered(reply=b"", effects=())
    verification.once(turn, entry, policy, at=line.clock.now(), answer=lambda *_: answered)
    case = line.case_of(call)
    assert case is not None
    return [one.factor for one in line.proved(case)]
