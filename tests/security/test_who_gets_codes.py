"""Who gets a code, and whose right code counts: each rule alone, where no other stands in front of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.factors import Factor
from ivr.domain.recovery.policy import Wait
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING
from tests.entrypoints.voice.test_enrolled_call import APP, CODES, FACTORS, SAVED, enrol, shown_by_app
from tests.security.line import NUMBER, PHONE, STRANGER, WRONG, GuardedLine, guarded_line

MAILBOX = "ann@northwind.example"
ANOTHER = "+14155550188"
WEEK_S = 604_800
MINUTE_S = 60
PAUSE_S = 900
CODE_S = 3600
"""A pause is longer here than a call takes, and a code lives longer: else these would hide the rule."""
DOUBTED = {"StirVerstat": "TN-Validation-Failed-A"}


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    waits = (Wait(failures=3, seconds=PAUSE_S),)
    with guarded_line(policy={"factors": FACTORS, "account_waits": waits, "code_s": CODE_S}) as line:
        yield line


def came_on_file(line: GuardedLine, kind: str, seconds_ago: int) -> None:
    contact = case_tables.contact.c
    since = us_of(MORNING - timedelta(seconds=seconds_ago))
    row = (contact.account == line.account_of(NUMBER)) & (contact.kind == kind)
    with line.cases.database.engine.begin() as connection:
        connection.execute(update(case_tables.contact).where(row).values(added_at_us=since))


@pytest.mark.parametrize("seconds_ago", [0, 2 * 86_400, WEEK_S - 3600])
def test_a_mailbox_younger_than_seven_days_gets_no_code_and_its_caller_is_not_verified(
    line: GuardedLine, seconds_ago: int
) -> None:
    came_on_file(line, "mailbox", seconds_ago)
    handset = line.handset()
    handset.type(NUMBER)
    handset.type(line.code("text"))
    while handset.waits_for_entry and not handset.is_over:
        handset.type(WRONG)

    assert set(line.codes) == {PHONE}
    case = line.case(handset)
    assert case is not None
    assert (case.state, case.l2_at) == ("CLAIMED", None)


@pytest.mark.parametrize("seconds_ago", [0, 2 * 86_400, WEEK_S - 3600])
def test_a_telephone_younger_than_seven_days_gets_no_code(line: GuardedLine, seconds_ago: int) -> None:
    came_on_file(line, "phone", seconds_ago)
    handset = line.handset()
    handset.type(NUMBER)
    handset.type(WRONG)
    handset.type(line.code("mail"))

    assert line.codes == [MAILBOX]


def test_a_contact_that_is_seven_days_old_gets_its_code(line: GuardedLine) -> None:
    for kind in ("phone", "mailbox"):
        came_on_file(line, kind, WEEK_S)

    line.verified()

    assert line.codes == [PHONE, MAILBOX]


def _wrong_three_times(line: GuardedLine) -> None:
    """Let a stranger pause the account, without the last minute's sends standing in the way of the next."""
    stranger = line.handset(caller=ANOTHER)
    stranger.type(NUMBER)
    stranger.type(WRONG)
    stranger.type(WRONG)
    line.clock.advance(MINUTE_S)
    stranger.type(WRONG)


@pytest.mark.parametrize(("waited_s", "comes"), [(MINUTE_S, False), (PAUSE_S, True)])
def test_while_an_account_is_paused_nobody_gets_a_code(
    line: GuardedLine, waited_s: int, *, comes: bool
) -> None:
    _wrong_three_times(line)
    known = len(line.codes)
    line.clock.advance(waited_s)

    handset = line.handset()
    handset.type(NUMBER)

    assert line.codes[known:] == ([PHONE] if comes else [])


def _prove(line: GuardedLine, owner: Handset, factor: Factor, text: str) -> None:
    """Type what proves it: a key of its own leads to the app's or a saved code."""
    match factor:
        case "app":
            owner.type(APP)
            owner.type(shown_by_app(line))
        case "saved_code":
            owner.type(SAVED)
            owner.type(CODES[0].reveal())
        case _:
            owner.type(text)


@pytest.mark.parametrize(
    ("factor", "waited_s", "counts"),
    [
        ("phone", MINUTE_S, False),
        ("phone", PAUSE_S, True),
        ("app", MINUTE_S, False),
        ("app", PAUSE_S, True),
        ("saved_code", MINUTE_S, True),
        ("saved_code", PAUSE_S, True),
    ],
)
def test_of_who_was_asked_before_the_pause_only_a_right_saved_code_counts_in_it(
    line: GuardedLine, factor: Factor, waited_s: int, *, counts: bool
) -> None:
    enrol(line, NUMBER)
    owner = line.handset(caller=STRANGER)
    owner.type(NUMBER)
    text = line.code("text")
    _wrong_three_times(line)
    line.clock.advance(waited_s)
    assert len(line.failures(line.account_of(NUMBER))) == 3

    _prove(line, owner, factor, text)

    case = line.case(owner)
    assert case is not None
    assert [one.factor for one in line.proved(case)] == ([factor] if counts else [])


def test_a_right_mailed_code_proves_nothing_while_strangers_keep_the_account_paused(
    line: GuardedLine,
) -> None:
    owner = line.handset(caller=STRANGER)
    owner.type(NUMBER)
    owner.type(line.code("text"))
    mailed = line.code("mail")
    _wrong_three_times(line)

    owner.type(mailed)

    case = line.case(owner)
    assert case is not None
    assert (case.state, [one.factor for one in line.proved(case)]) == ("CLAIMED", ["phone"])


@pytest.mark.parametrize("caller", [PHONE, STRANGER])
def test_a_subscription_number_from_a_doubted_number_sends_the_code_to_the_phone_on_file(
    line: GuardedLine, caller: str
) -> None:
    line.told = DOUBTED

    handset = line.handset(caller=caller)
    handset.type(NUMBER)

    assert line.codes == [PHONE]


def test_another_s_number_typed_from_a_doubted_one_sends_the_code_to_that_phone(line: GuardedLine) -> None:
    line.told = DOUBTED

    handset = line.handset(caller=STRANGER)
    handset.type(PHONE.removeprefix("+1"))

    assert line.codes == [PHONE]


@pytest.mark.parametrize("typed", ["1", PHONE.removeprefix("+"), PHONE.removeprefix("+1")])
def test_a_doubted_number_that_is_claimed_itself_gets_none(line: GuardedLine, typed: str) -> None:
    line.told = DOUBTED

    handset = line.handset(caller=PHONE)
    handset.type(typed)

    assert line.codes == []
