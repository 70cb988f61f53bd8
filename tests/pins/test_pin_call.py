"""Calls on a line that asks for a PIN: what one proves, and with what."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.enrollment import PinWay
from ivr.simulator.handset import Handset
from tests.pins.pinned import PIN, WRONG_PIN, asked_for_pin, begun, issue, pinned_line
from tests.security.line import NUMBER, WRONG, GuardedLine, guarded_line

UNKNOWN = "999111"


@pytest.fixture(scope="module")
def shared() -> Iterator[GuardedLine]:
    with pinned_line() as line:
        yield line


@pytest.fixture
def line(shared: GuardedLine) -> GuardedLine:
    line = begun(shared)
    issue(line, NUMBER)
    return line


def said(handset: Handset) -> str:
    return " ".join(one.words for one in handset.heard if one.who == "line")


def stands(line: GuardedLine, handset: Handset) -> tuple[str, set[str]]:
    """Say where the call's case stands, and what was proved for it."""
    case = line.case(handset)
    assert case is not None
    return case.state, {one.factor for one in line.proved(case)}


def test_a_right_pin_and_the_code_to_the_phone_verify(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)

    handset.type(PIN)
    handset.type(line.code("text"))

    assert stands(line, handset) == ("VERIFIED", {"pin", "phone"})
    assert "You are verified." in said(handset)


def test_the_code_to_the_phone_is_sent_after_the_pin_and_not_before(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    before = list(line.codes)

    handset.type(PIN)

    assert (before, line.codes) == ([], ["+14155550123"])


@pytest.mark.parametrize("way", ["letter", "phone", "page"])
def test_a_pin_that_was_not_mailed_is_paired_with_the_mailbox(line: GuardedLine, way: PinWay) -> None:
    issue(line, NUMBER, way=way)
    handset = asked_for_pin(line, NUMBER)

    handset.type(PIN)
    handset.type(WRONG)
    handset.type(line.code("mail"))

    assert stands(line, handset) == ("VERIFIED", {"pin", "mailbox"})


def test_a_pin_that_was_mailed_is_not_paired_with_that_mailbox_but_with_the_phone(line: GuardedLine) -> None:
    issue(line, NUMBER, way="mail")
    mailed, phoned = (asked_for_pin(line, NUMBER) for _ in range(2))

    line.clock.advance(61)
    mailed.type(PIN)
    mailed.type(WRONG)
    mailed.type(line.code("mail"))
    phoned.type(PIN)
    line.clock.advance(61)
    phoned.type("1")
    phoned.type(line.code("text"))

    assert stands(line, mailed) == ("CLAIMED", {"pin", "mailbox"})
    assert stands(line, phoned) == ("VERIFIED", {"pin", "phone"})


def test_a_wrong_pin_is_not_told_and_phone_and_mailbox_verify_all_the_same(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)

    handset.type(WRONG_PIN)
    after_pin = said(handset)
    handset.type(line.code("text"))
    handset.type(line.code("mail"))

    assert "a code is on its way to the phone on file" in after_pin
    assert stands(line, handset) == ("VERIFIED", {"phone", "mailbox"})


def test_a_wrong_pin_counts_as_a_wrong_entry_of_the_call_and_the_account(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)

    handset.type(WRONG_PIN)
    failures = line.failures(line.account_of(NUMBER))
    handset.type(WRONG)
    handset.type(WRONG)

    assert len(failures) == 1
    assert "I could not verify you" in said(handset)
    assert len(line.failures(line.account_of(NUMBER))) == 3


def test_a_right_pin_is_no_failure_of_the_account(line: GuardedLine) -> None:
    asked_for_pin(line, NUMBER).type(PIN)

    assert line.failures(line.account_of(NUMBER)) == ()


def test_pound_alone_goes_on_without_a_pin_and_counts_nothing(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)

    handset.press("#")
    code = line.code("text")
    handset.type(code)
    handset.type(line.code("mail"))

    assert stands(line, handset) == ("VERIFIED", {"phone", "mailbox"})
    assert line.failures(line.account_of(NUMBER)) == ()


def test_silence_asks_for_the_pin_once_more_and_then_goes_on(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)

    handset.stay_silent()
    again = said(handset)
    handset.stay_silent()

    assert again.count("If we issued a PIN to you") == 2
    assert "a code is on its way" not in again
    assert "a code is on its way to the phone on file" in said(handset)
    assert line.failures(line.account_of(NUMBER)) == ()


def test_a_star_begins_the_pin_again_and_a_zero_reaches_a_person(line: GuardedLine) -> None:
    starred, person = asked_for_pin(line, NUMBER), asked_for_pin(line, NUMBER)

    starred.type(f"999*{PIN}")
    person.type("0")

    assert stands(line, starred) == ("CLAIMED", {"pin"})
    assert stands(line, person) == ("CLAIMED", set())
    assert "ring" in {one.who for one in person.heard}


def test_a_new_pin_ends_the_one_before(line: GuardedLine) -> None:
    issue(line, NUMBER, pin="16180339")
    old, new = (asked_for_pin(line, NUMBER) for _ in range(2))

    old.type(PIN)
    new.type("16180339")

    assert (stands(line, old)[1], stands(line, new)[1]) == (set(), {"pin"})


def test_a_pin_of_one_account_is_nothing_to_another(line: GuardedLine) -> None:
    hashed = issue(line, NUMBER)
    other = line.account_of("204118")
    with line.cases.database.engine.begin() as connection:
        connection.execute(delete(case_tables.pin).where(case_tables.pin.c.account == other))
        row = {"account": other, "hashed": hashed, "way": "letter", "issued_at_us": 1}
        connection.execute(case_tables.pin.insert().values(**row))
    handset = asked_for_pin(line, "204118")

    handset.type(PIN)

    assert stands(line, handset)[1] == set()
    with line.cases.database.engine.begin() as connection:
        connection.execute(delete(case_tables.pin).where(case_tables.pin.c.account == other))


def test_while_an_account_is_paused_the_right_pin_proves_nothing(line: GuardedLine) -> None:
    for last in range(2):
        guessing = asked_for_pin(line, NUMBER, caller=f"+1415555015{last}")
        while not guessing.is_over and guessing.waits_for_entry:
            guessing.type(WRONG)
    handset = asked_for_pin(line, NUMBER)

    handset.type(PIN)

    assert stands(line, handset)[1] == set()


def test_a_closed_account_s_pin_proves_nothing(line: GuardedLine) -> None:
    issue(line, "204121")
    handset = asked_for_pin(line, "204121")

    handset.type(PIN)

    assert stands(line, handset)[1] == set()


def test_a_hash_keeps_the_figures_it_was_made_with(line: GuardedLine) -> None:
    assert issue(line, NUMBER).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_case_number_is_texted_at_the_first_proof(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    handset.type(PIN)
    handset.type(line.code("text"))

    case = line.case(handset)
    assert case is not None
    sent = case_tables.outbox.c
    query = select(sent.contact).where(sent.case_id == case.id, sent.purpose == "case_number")
    with line.cases.database.engine.connect() as connection:
        assert list(connection.execute(query).scalars()) == [case.phone]


def test_a_line_that_asks_for_no_pin_takes_none() -> None:
    with guarded_line() as without:
        issue(without, NUMBER)
        handset = asked_for_pin(without, NUMBER)
        heard = said(handset)

    assert "PIN" not in heard
    assert "a code is on its way" in heard


def test_a_try_is_counted_before_anything_is_compared_and_once_for_copies_of_its_webhook(
    line: GuardedLine,
) -> None:
    handset = asked_for_pin(line, NUMBER)
    handset.type(WRONG_PIN)
    asked = line.exchanges[-1]

    again = line.send(line.rehearsed, asked.path, asked.fields)

    assert again.get_data() == asked.reply
    assert len(line.failures(line.account_of(NUMBER))) == 1
    assert line.wrong(handset) == 1


def test_no_table_holds_a_pin_that_was_issued_or_typed(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    handset.type(WRONG_PIN)
    with line.cases.database.engine.connect() as connection:
        cells = [
            str(cell)
            for table in (case_tables.pin, case_tables.pin_try, case_tables.audit, case_tables.outbox)
            for row in connection.execute(select(table))
            for cell in row
        ]

    assert [cell for cell in cells if PIN in cell or WRONG_PIN in cell] == []
