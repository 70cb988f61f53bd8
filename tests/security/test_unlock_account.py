"""An account that twenty wrong entries in a row closed: two representatives open it, and nobody else does."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from ivr.domain.recovery.limits import IN_A_ROW
from ivr.services.case_ports import Account
from ivr.services.desk.moves.unlock_account import NotOpened, unlock
from ivr.services.staff.staff_ports import StoredMember
from tests.entrypoints.console.rehearsed import agent, console_of
from tests.entrypoints.console.staffed import Console, post
from tests.security.line import NUMBER, WRONG, GuardedLine, guarded_line

DAY_S = 86_400
THREE_HOURS_S = 3 * 3600
TEN_A_DAY = 10


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


def account_of(line: GuardedLine) -> Account:
    account = line.cases.room.directory.find(NUMBER)
    assert account is not None
    return account


def in_a_row(line: GuardedLine) -> int:
    return line.cases.room.cases.act(lambda tx: len(tx.moments(IN_A_ROW, account_of(line).id)))


def guess(line: GuardedLine, entries: int) -> None:
    """Call from a number of its own and type so many wrong codes."""
    handset = line.handset(caller=f"+1415555{line.calls:04}")
    handset.type(NUMBER)
    for _ in range(entries):
        handset.type(WRONG)
    if not handset.is_over:
        handset.hang_up()


def state_after_right_codes(line: GuardedLine) -> str:
    handset = line.handset()
    handset.type(NUMBER)
    for kind in ("text", "mail"):
        handset.type(line.code(kind))
    handset.hang_up()
    case = line.case(handset)
    assert case is not None
    return case.state


def close(line: GuardedLine) -> None:
    """Guess until nothing is looked at any more, and wait until no other limit is left."""
    for _ in range(20):
        guess(line, 1)
        line.clock.advance(THREE_HOURS_S)
    line.clock.advance(DAY_S)


def unlocked(line: GuardedLine, first: str, second: str) -> int:
    cases, at = line.cases.room.cases, line.clock.now()
    roster = tuple(StoredMember(member=agent(name), added_at=at) for name in ("ana", "luis"))
    return unlock(cases, account_of(line), agent=first, second=second, roster=roster, at=at)


def test_two_representatives_open_an_account_that_twenty_tries_closed(line: GuardedLine) -> None:
    assert state_after_right_codes(line) == "VERIFIED"
    line.clock.advance(DAY_S)
    close(line)
    assert in_a_row(line) == 20
    assert state_after_right_codes(line) == "CLAIMED"
    line.clock.advance(DAY_S)

    counted = unlocked(line, "ana", "luis")

    assert counted == 20
    assert state_after_right_codes(line) == "VERIFIED"


@pytest.mark.parametrize(
    ("first", "second"),
    [("ana", "ana"), ("ana", ""), ("Ana", "luis"), ("", ""), ("ana", "eve"), ("eve", "luis")],
)
def test_one_person_alone_opens_no_account(line: GuardedLine, first: str, second: str) -> None:
    close(line)

    with pytest.raises(NotOpened):
        unlocked(line, first, second)

    assert in_a_row(line) == 20


def test_what_strangers_type_in_the_pauses_brings_an_account_no_nearer_to_its_end(line: GuardedLine) -> None:
    for _ in range(12):
        guess(line, 3)

    assert in_a_row(line) <= TEN_A_DAY
    line.clock.advance(2 * DAY_S)
    assert state_after_right_codes(line) == "VERIFIED"


def sits_down(console: Console, name: str) -> FlaskClient:
    """Let an agent join and sign in; the code of that is used up a minute later."""
    console.add(agent(name))
    browser = console.browser()
    assert console.sign_in(browser, agent(name)).status_code == 303
    console.clock.advance(60)
    return browser


def talk_to(line: GuardedLine, browser: FlaskClient) -> str:
    """Call about a closed account and ask for a person, who claims the case in the talk; give its page."""
    handset, pages = line.handset(), []

    def claim() -> None:
        digits, case = handset.match_digits(), line.case(handset)
        assert digits is not None
        assert case is not None
        page = f"/case/{case.number}"
        assert post(browser, f"{page}/claim", page=page, match=digits).status_code == 303
        pages.append(page)

    handset.in_talk = claim
    handset.type(NUMBER)
    handset.type("0")
    return pages[0]


def test_two_who_are_signed_in_open_an_account_in_the_console_and_nobody_who_has_left(
    line: GuardedLine,
) -> None:
    close(line)
    console = console_of(line.rehearsed)
    ben, ana = sits_down(console, "ben"), sits_down(console, "ana")
    card = talk_to(line, ana)

    asked = post(ana, f"{card}/ask-unlock", page=card, reason="The front desk called: a new hire had tried.")
    alone = post(ana, f"{card}/unlock", page=card)
    console.clock.advance(15 * 60)
    away = post(ben, f"{card}/unlock", page=card)
    left = in_a_row(line)
    post(ben, "/sign-in/again", page=card, code=console.code(agent("ben")))
    opened = post(ben, f"{card}/unlock", page=card)

    assert [reply.status_code for reply in (asked, alone, away, opened)] == [303, 422, 401, 303]
    assert (left, in_a_row(line)) == (20, 0)
    line.clock.advance(DAY_S)
    assert state_after_right_codes(line) == "VERIFIED"
