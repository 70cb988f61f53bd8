"""Callers who say by key that the mailbox on file cannot be opened: what it changes, and for whom nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case
from ivr.services.desk.moves.replace_mailbox import Mailboxes
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.staff.staff_ports import StoredMember
from ivr.simulator.handset import Handset
from tests.security.line import NUMBER, STRANGER, WRONG, GuardedLine, guarded_line
from tests.services.desk.managed import SAM

NO_MAILBOX = "5"
OTHER = "lee@northwind.example"
SAID = "Then nothing goes there."


def at_the_mailbox(
    line: GuardedLine, number: str, *, code: str | None = None, caller: str = STRANGER
) -> Handset:
    """Call and type the phone's code, or another; then the mailbox's is waited for."""
    handset = line.handset(caller=caller)
    handset.type(number)
    handset.type(line.code("text") if code is None else code)
    return handset


def case_of(line: GuardedLine, handset: Handset) -> Case:
    case = line.case(handset)
    assert case is not None
    return case


def test_who_proved_the_phone_and_cannot_open_the_mailbox_has_none_that_counts() -> None:
    with guarded_line() as line:
        handset = at_the_mailbox(line, NUMBER)
        before = case_of(line, handset)
        handset.type(NO_MAILBOX)
        after = case_of(line, handset)
        wrong = line.wrong(handset)

    assert before.mailbox is not None
    assert (after.mailbox, after.mailbox_lost) == (None, before.mailbox)
    assert after.mailbox_lost_at is not None
    assert (after.state, wrong) == (before.state, 0)


@pytest.mark.parametrize("number", [NUMBER, "999999"])
def test_who_proved_nothing_takes_no_mailbox_out_of_a_case_and_hears_the_same(number: str) -> None:
    with guarded_line() as line:
        handset = at_the_mailbox(line, number, code=WRONG)
        handset.type(NO_MAILBOX)
        case = case_of(line, handset)

    assert (case.mailbox_lost_at, case.mailbox_lost) == (None, None)
    assert (case.mailbox is not None) == (number == NUMBER)


def test_who_only_knows_the_number_of_a_case_takes_nothing_out_of_it() -> None:
    with guarded_line() as line:
        owner = at_the_mailbox(line, NUMBER)
        owner.type("0")
        owner.hang_up()
        case = case_of(line, owner)
        line.clock.advance(120)
        thief = at_the_mailbox(line, case.number, code=WRONG, caller="+14155550177")
        thief.type(NO_MAILBOX)
        after = case_of(line, thief)

    assert after.id == case.id
    assert (after.mailbox, after.mailbox_lost_at) == (case.mailbox, None)


def test_a_warning_that_was_accepted_counts_no_more_once_its_mailbox_cannot_be_opened() -> None:
    with guarded_line() as line:
        owner = line.verified()
        owner.press(owner.named_key())
        line.settle()
        owner.hang_up()
        case = case_of(line, owner)
        line.clock.advance(3600)
        again = at_the_mailbox(line, case.number)
        again.type(NO_MAILBOX)
        after = case_of(line, again)

    assert (case.state, case.disclaimer_failed_at) == ("CONFIRMED", None)
    assert case.disclaimer_accepted_at is not None
    assert after.id == case.id
    assert after.disclaimer_failed_at is not None
    assert after.disclaimer_failed_at > case.disclaimer_accepted_at
    assert after.mailbox is None


def test_everybody_hears_the_same_at_the_same_cost() -> None:
    costs, words = set(), set()
    for number in (NUMBER, "204120", "204121", "999999"):
        with guarded_line() as line:
            handset = at_the_mailbox(line, number, code=WRONG)
            handset.type(NO_MAILBOX)
            typed = [one for one in line.exchanges if "/mailbox/" in one.path][-1]
            costs.add(typed.statements)
            words.add(typed.alike)

    assert len(costs) == 1
    assert len(words) == 1
    assert SAID.encode() in words.pop()


def other_mailbox(line: GuardedLine) -> str:
    """Put a mailbox on file that came there yesterday, and give its id."""
    row = {"id": "0123456789abcdef" * 2, "account": line.account_of(NUMBER), "kind": "mailbox"}
    since = us_of(line.clock.now() - timedelta(days=1))
    with line.cases.database.engine.begin() as connection:
        connection.execute(
            insert(case_tables.contact).values(**row, address=OTHER, added_at_us=since, can_text=0)
        )
    return row["id"]


def test_a_caller_who_changed_mailboxes_yesterday_is_warned_at_the_new_one_once_three_stand_for_it() -> None:
    with guarded_line() as line:
        contact = other_mailbox(line)
        owner = at_the_mailbox(line, NUMBER)
        now = line.clock.now

        def stand_for_her() -> None:
            number, digits = case_of(line, owner).number, owner.match_digits()
            desk = line.rehearsed.desk
            assert desk is not None
            desk.claim(number, "ana", at=now(), match=digits)
            staff = SqlStaff(line.cases.room.cases)  # type: ignore[arg-type]  # the same database
            staff.act(
                lambda tx: tx.save(StoredMember(member=SAM, added_at=now(), password="a hash", seed="a seed"))
            )
            vouching = Vouching(desk=desk, staff=staff)
            vouching.ask(number, "ana", at=now())
            vouching.answer(number, SAM, answer="yes", reason="I called her at her desk", at=now())
            Mailboxes(desk=desk).name(number, "ana", contact=contact, at=now())
            Mailboxes(desk=desk).confirm(number, "ben", at=now())

        owner.in_talk = stand_for_her
        owner.type(NO_MAILBOX)
        owner.hang_up()
        line.clock.advance(600)

        again = line.handset()
        again.type(case_of(line, owner).number)
        again.type(line.code("text"))
        again.press(again.named_key())
        line.settle()
        case = case_of(line, again)
        warned = [one.to for one in line.received if "saved scan reports" in one.words]

    assert case.state == "CONFIRMED"
    assert case.disclaimer_accepted_at is not None
    assert warned == [OTHER]
