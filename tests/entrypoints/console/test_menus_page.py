"""The first page of each role: no sign-in ends on a refusal, and an operator's on a page of the menus."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from ivr.services.staff.member import ROLES, Member, MemberId, Role
from tests.entrypoints.console.house import words
from tests.entrypoints.console.rehearsed import console_of
from tests.entrypoints.console.staffed import Console, post
from tests.security.line import GuardedLine, guarded_line

EVERY_SET = [roles for size in range(1, len(ROLES) + 1) for roles in combinations(ROLES, size)]


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


@pytest.fixture
def console(line: GuardedLine) -> Console:
    return console_of(line.rehearsed)


def member_with(*roles: Role) -> Member:
    lines = frozenset({"support"}) if "agent" in roles else frozenset[str]()
    return Member(id=MemberId("max"), name="Max", roles=frozenset(roles), lines=lines)


@pytest.mark.parametrize("roles", EVERY_SET, ids=" ".join)
@pytest.mark.parametrize("asked", ["/", "/on-the-line", "/searches", "/asked", "/menus", "/flagged"])
def test_whatever_page_was_asked_for_the_sign_in_of_every_role_ends_on_a_page(
    console: Console, roles: tuple[Role, ...], asked: str
) -> None:
    member = member_with(*roles)
    console.add(member)
    browser = console.browser()
    post(browser, "/sign-in", name="max", password="a heron stands in the rain", back=asked)

    code = console.code(member)
    signed_in = post(browser, "/sign-in/code", page="/sign-in/code", code=code, back=asked)
    assert signed_in.location is not None
    page = browser.get(signed_in.location, follow_redirects=True)

    assert (signed_in.status_code, page.status_code) == (303, 200)
    assert "Not allowed" not in words(page)


def test_an_operator_sees_how_the_lines_stand_and_no_case(console: Console) -> None:
    member = member_with("operator")
    console.add(member)
    browser = console.browser()
    console.sign_in(browser, member)

    page = browser.get("/", follow_redirects=True)

    assert page.request.path == "/menus"
    assert "support: " in words(page)
    assert [browser.get(path).status_code for path in ("/poll", "/on-the-line", "/searches", "/asked")] == [
        403
    ] * 4


@pytest.mark.parametrize("roles", [roles for roles in EVERY_SET if "operator" not in roles], ids=" ".join)
def test_nobody_else_is_shown_the_operators_page(console: Console, roles: tuple[Role, ...]) -> None:
    member = member_with(*roles)
    console.add(member)
    browser = console.browser()
    console.sign_in(browser, member)

    assert browser.get("/menus").status_code == 403


def test_who_is_signed_in_already_is_not_led_to_a_refusal_either(console: Console) -> None:
    member = member_with("operator")
    console.add(member)
    browser = console.browser()
    console.sign_in(browser, member)

    assert browser.get("/sign-in?back=/searches").location == "/"
