"""Pauses after wrong entries: what is typed in one, what ends the row, and whom a saved code lets in."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ivr.domain.recovery.limits import IN_A_ROW, Moments
from ivr.domain.recovery.policy import Wait
from ivr.services.case_ports import CaseWork
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.test_enrolled_call import (
    APP,
    CODES,
    FACTORS,
    SAVED,
    WRONG_SAVED,
    enrol,
    shown_by_app,
    type_at,
)
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line
from tests.security.test_undelivered import spent

MAILBOX = "ann@northwind.example"
ENTRIES = {"the phone's": (WRONG,), "an app's": (APP, WRONG), "a saved": (SAVED, WRONG_SAVED)}
IN_ALL = 20
PAUSE_S = 1800
LONG = {"account_waits": (Wait(failures=3, seconds=PAUSE_S),)}
"""A pause in which several calls have room."""


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line(policy={"factors": FACTORS, **LONG}) as line:
        enrol(line, NUMBER)
        yield line


def call(line: GuardedLine) -> Handset:
    """Call from a number that nobody has called from, and name the account."""
    handset = line.handset(caller=f"+1415557{line.calls:04}")
    handset.type(NUMBER)
    return handset


def guess(line: GuardedLine, entries: int) -> None:
    """Type so many wrong codes in one call; it is as late then as at the last of them."""
    handset = call(line)
    for _ in range(entries):
        handset.type(WRONG)
    at = line.failures(line.account_of(NUMBER))[-1]
    handset.hang_up()
    line.clock.at = datetime.fromtimestamp(at / 1_000_000, UTC)


def failures(line: GuardedLine) -> Moments:
    return line.failures(line.account_of(NUMBER))


def in_a_row(line: GuardedLine) -> int:
    account = line.account_of(NUMBER)
    return line.cases.room.cases.act(lambda tx: len(tx.moments(IN_A_ROW, account)))


def state(line: GuardedLine, handset: Handset) -> str:
    case = line.case(handset)
    assert case is not None
    return case.state


def stop(line: GuardedLine) -> None:
    """Have twenty in a row, the last of them today."""
    account = line.account_of(NUMBER)
    now = int(line.clock.now().timestamp() * 1_000_000)
    moments = tuple(now - (IN_ALL - number) * 1_000_000 for number in range(IN_ALL))
    line.cases.room.cases.act(lambda tx: tx.keep_moments(IN_A_ROW, account, moments))
    line.cases.room.cases.act(lambda tx: tx.keep_moments("account", account, moments[-10:]))


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_what_is_typed_in_a_pause_makes_it_no_longer(line: GuardedLine, entry: tuple[str, ...]) -> None:
    guess(line, 3)
    paused, row = failures(line), in_a_row(line)
    began = line.clock.now()

    for second in (1, 600, 1200):
        line.clock.at = began + timedelta(seconds=second)
        handset = call(line)
        for key in entry:
            handset.listen(0)
            handset.type(key)
        handset.hang_up()

    assert len(paused) == 3
    assert (failures(line), in_a_row(line)) == (paused, row)
    line.clock.at = began + timedelta(seconds=PAUSE_S + 1)
    owner = call(line)
    owner.type(line.code("text"))
    owner.type(line.code("mail"))
    assert state(line, owner) == "VERIFIED"


def test_what_is_typed_in_a_pause_counts_for_who_typed_it(line: GuardedLine) -> None:
    guess(line, 3)
    caller = "+14155559999"
    for _ in range(2):
        handset = line.handset(caller=caller)
        handset.type(NUMBER)
        for _ in range(3):
            if handset.waits_for_entry:
                handset.type(WRONG)
        handset.hang_up()

    third = line.handset(caller=caller)
    third.type(NUMBER)

    assert "I cannot verify anybody by phone right now" in " ".join(one.words for one in third.heard)
    assert len(failures(line)) == 3


@pytest.mark.parametrize("way", ["the phone's", "an app's", "a saved"])
def test_a_right_factor_alone_empties_no_row_and_level_2_does(line: GuardedLine, way: str) -> None:
    guess(line, 2)
    line.clock.advance(301)
    handset = call(line)

    if way == "the phone's":
        handset.type(line.code("text"))
    elif way == "an app's":
        type_at(handset, line, APP, shown_by_app(line))
    else:
        type_at(handset, line, SAVED, CODES[0].reveal())
    after_one = in_a_row(line)
    handset.type(line.code("mail"))

    assert after_one == 2
    assert state(line, handset) == "VERIFIED"
    assert in_a_row(line) == 0


def test_a_caller_who_alternates_right_and_wrong_ends_at_twenty(line: GuardedLine) -> None:
    for _ in range(IN_ALL):
        handset = call(line)
        handset.type(line.code("text"))
        handset.type(WRONG)
        handset.hang_up()
        line.clock.advance(5 * 3600)

    assert in_a_row(line) == IN_ALL
    last = call(line)
    codes = Counter(line.codes)
    last.type(WRONG)
    assert Counter(line.codes) == codes
    assert state(line, last) == "CLAIMED"


@pytest.mark.parametrize("prepare", [lambda _: None, stop], ids=["paused", "stopped"])
def test_a_right_saved_code_lets_its_owner_in_whatever_strangers_typed(
    line: GuardedLine, prepare: Callable[[GuardedLine], None]
) -> None:
    guess(line, 3)
    prepare(line)
    before, codes = failures(line), Counter(line.codes)
    owner = call(line)
    assert Counter(line.codes) == codes

    type_at(owner, line, SAVED, CODES[0].reveal())
    assert Counter(line.codes) == codes + Counter({MAILBOX: 1})
    line.clock.advance(61)
    owner.type(WRONG)
    assert failures(line) == before
    assert Counter(line.codes) == codes + Counter({MAILBOX: 1, PHONE: 1})
    owner.type(line.code("text"))

    assert state(line, owner) == "VERIFIED"
    assert in_a_row(line) == 0


def test_strangers_who_used_up_the_codes_of_both_contacts_keep_no_owner_of_a_saved_code_out(
    line: GuardedLine,
) -> None:
    account = line.account_of(NUMBER)
    now = int(line.clock.now().timestamp() * 1_000_000)
    filed = line.cases.room.directory.account(account)
    assert filed is not None

    def use_up(tx: CaseWork) -> None:
        for contact in filed.contacts:
            tx.keep_moments("contact", contact.id, tuple(now - number for number in range(5, 0, -1)))

    line.cases.room.cases.act(use_up)
    owner = call(line)
    assert line.codes == []

    type_at(owner, line, SAVED, CODES[0].reveal())
    owner.type(line.code("mail"))

    assert Counter(line.codes) == {MAILBOX: 1}
    assert state(line, owner) == "VERIFIED"


def test_behind_a_saved_code_three_entries_and_two_codes_to_each_contact_are_all(line: GuardedLine) -> None:
    stop(line)
    owner = call(line)
    type_at(owner, line, SAVED, CODES[0].reveal())
    for _ in range(4):
        line.clock.advance(61)
        owner.type("1")
    sent = Counter(line.codes)
    for _ in range(3):
        if owner.waits_for_entry:
            owner.type(WRONG)

    assert sent == {MAILBOX: 2}
    assert "I could not verify you" in " ".join(one.words for one in owner.heard)
    assert state(line, owner) == "CLAIMED"
    assert Counter(line.codes)[PHONE] <= 2


def test_behind_a_saved_code_a_code_that_nobody_was_sent_spends_nothing(line: GuardedLine) -> None:
    line.cases.post.refuses_texts = line.cases.post.refuses_calls = True
    owner = call(line)
    type_at(owner, line, SAVED, CODES[0].reveal())
    before = spent(line)
    line.clock.advance(61)

    owner.type(WRONG)

    assert Counter(line.codes) == {MAILBOX: 1}
    assert spent(line) == before


def test_a_wrong_saved_code_opens_nothing_and_the_right_one_opens_one_call_alone(line: GuardedLine) -> None:
    stop(line)
    guessing = call(line)
    type_at(guessing, line, SAVED, WRONG_SAVED)
    assert line.codes == []
    guessing.hang_up()

    owner = call(line)
    type_at(owner, line, SAVED, CODES[0].reveal())
    owner.hang_up()
    mailed = Counter(line.codes)
    stranger = call(line)
    stranger.type(WRONG)

    assert mailed == {MAILBOX: 1}
    assert Counter(line.codes) == mailed
