"""Whoever is signed in is told, on every page, that somebody elsewhere types passwords under that name."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from ivr.domain.redaction import Secret
from ivr.services.staff.member import Member, MemberId
from tests.entrypoints.console.house import words
from tests.entrypoints.console.rehearsed import agent, console_of
from tests.entrypoints.console.staffed import PASSWORD, Console, post
from tests.security.line import GuardedLine, guarded_line

ANA = agent("ana")
SUE = Member(id=MemberId("sue"), name="Sue", roles=frozenset({"supervisor", "tam"}), lines=frozenset())
HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"
TOLD = "for your name came from elsewhere in the last hour"


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


@pytest.fixture
def console(line: GuardedLine) -> Console:
    console = console_of(line.rehearsed)
    for member in (ANA, SUE):
        console.add(member)
    return console


def sits_down(console: Console, member: Member) -> FlaskClient:
    browser = console.browser()
    assert console.sign_in(browser, member).status_code == 303
    console.clock.advance(60)
    return browser


def guesses(console: Console, name: str, *, times: int, address: str = ELSEWHERE) -> None:
    for number in range(times):
        assert console.signing_in.password(name, Secret(f"guess {number}"), address=address) == "wrong"


@pytest.mark.parametrize("page", ["/", "/asked", "/searches", "/on-the-line"])
def test_every_page_says_how_many_passwords_were_wrong_elsewhere(console: Console, page: str) -> None:
    browser = sits_down(console, SUE)
    before = words(browser.get(page))
    guesses(console, "sue", times=3)
    guesses(console, "sue", times=4, address="198.51.100.9")
    guesses(console, "ana", times=2)

    after = words(browser.get(page))

    assert TOLD not in before
    assert f"7 wrong passwords or codes {TOLD}" in after


def test_what_was_typed_wrong_here_is_no_news(console: Console) -> None:
    browser = sits_down(console, ANA)
    guesses(console, "ana", times=3, address=HERE)

    assert TOLD not in words(browser.get("/"))
    guesses(console, "ana", times=1)
    assert f"1 wrong password or code {TOLD}" in words(browser.get("/"))


def test_it_is_told_for_an_hour(console: Console) -> None:
    browser = sits_down(console, ANA)
    guesses(console, "ana", times=1)
    console.clock.advance(3599)
    last = words(browser.get("/"))
    console.clock.advance(1)

    assert TOLD in last
    assert TOLD not in words(browser.get("/"))


def test_a_wrong_code_behind_the_right_password_is_told_and_a_sign_in_is_not(console: Console) -> None:
    browser = sits_down(console, ANA)
    sits_down(console, ANA)
    assert TOLD not in words(browser.get("/"))

    other = console.browser()
    other.environ_base["REMOTE_ADDR"] = ELSEWHERE
    post(other, "/sign-in", name="ana", password=PASSWORD)
    post(other, "/sign-in/code", page="/sign-in/code", code="000000")

    assert f"1 wrong password or code {TOLD}" in words(browser.get("/"))


def test_nobody_who_is_not_signed_in_learns_of_it(console: Console) -> None:
    guesses(console, "ana", times=3)

    assert "wrong password" not in words(console.browser().get("/sign-in"))
