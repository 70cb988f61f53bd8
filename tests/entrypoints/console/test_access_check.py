"""What stands in front of every form: where it came from, and whose it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import create_engine, select

from ivr.adapters.database.staff import staff_tables
from ivr.domain.redaction import Secret
from ivr.entrypoints.console.sign_in.access import still_in
from ivr.entrypoints.console.sign_in.access_check import page_of, renew, standing
from ivr.services.staff.member import MemberId, Role
from ivr.services.staff.sign_in import Begun
from tests.entrypoints.console.staffed import ANA, PASSWORD, Console, hidden, post, staffed, token


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with staffed(tmp_path) as console:
        console.add()
        yield console


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "none, same-origin"])
@pytest.mark.parametrize("path", ["/case/7/claim", "/sign-in", "/sign-in/code", "/sign-out"])
def test_a_form_that_another_page_sent_does_nothing_also_from_a_site_beside_ours(
    console: Console, path: str, site: str
) -> None:
    browser = console.browser()
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}

    answer = browser.post(path, data=form, headers={"Sec-Fetch-Site": site})

    assert (answer.status_code, console.done) == (403, [])
    assert browser.get("/case/7").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_a_form_of_our_own_page_is_taken_also_where_the_browser_says_nothing(
    console: Console, headers: dict[str, str]
) -> None:
    browser = console.browser()
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}

    answer = browser.post("/case/7/claim", data=form, headers=headers)

    assert answer.status_code < 400
    assert console.done == ["7 claim"]


def test_a_page_may_be_asked_for_from_anywhere(console: Console) -> None:
    browser = console.browser()
    console.sign_in(browser)

    assert browser.get("/case/7", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_form_that_is_written_after_the_cookie_is_renewed_has_a_token_for_the_new_one(
    console: Console,
) -> None:
    secret = Secret("5" * 64)
    with console.app.test_request_context("/sign-in"):
        before = generate_csrf()
        renew(Begun(secret=secret, member=ANA.id))
        after = generate_csrf()
    browser = console.browser()
    browser.set_cookie("desk", secret.reveal())

    taken = browser.post("/sign-in", data={"csrf_token": after, "name": "ana", "password": "wrong"})
    refused = browser.post("/sign-in", data={"csrf_token": before, "name": "ana", "password": "wrong"})

    assert (taken.status_code, refused.status_code) == (401, 403)


def test_what_a_stranger_types_into_a_form_is_not_kept_for_anybody(console: Console) -> None:
    browser = console.browser()
    form = {"csrf_token": token(browser.get("/sign-in")), "note": "mine"}

    answer = browser.post("/case/7/claim", data=form)

    assert (answer.status_code, console.done) == (401, [])
    assert hidden(answer)["typed"] == ""
    assert "What you typed is kept" not in answer.text


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/case/7", "/case/7"),
        ("/case/7/claim", "/case/7"),
        ("/case/7/news/of/today", "/case/7"),
        ("/case/7/news", "/case/7"),
        ("/news", "/"),
        ("/nowhere/at/all", "/"),
        ("//evil.example/case/7", "/"),
        ("case/7", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
    ],
)
def test_a_path_belongs_to_the_page_above_it_and_else_to_the_first(path: str, page: str) -> None:
    app, card = Flask("pages"), Blueprint("card", "pages")
    card.add_url_rule("/case/<number>", "page", lambda number: number)
    card.add_url_rule("/case/<number>/news", "news", lambda number: number)
    card.add_url_rule("/case/<number>/claim", "claim", lambda number: number, methods=["POST"])
    app.register_blueprint(card)

    with app.app_context():
        assert page_of(path) == page


def _typed_too_late(console: Console, browser: FlaskClient) -> None:
    """Let what is typed at case 7 come after a quarter of an hour, and the code be proved again."""
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7")), "note": "calls at nine"}
    console.clock.advance(15 * 60)
    asked = browser.post("/case/7/approve", data=form)
    browser.post("/sign-in/again", data={**hidden(asked), "code": console.code()})


def test_what_was_typed_comes_back_on_its_own_page_alone_and_waits_for_it(console: Console) -> None:
    browser = console.browser()
    _typed_too_late(console, browser)

    others = [browser.get(path).text for path in ("/case/8", "/")]
    own = [browser.get("/case/7").text for _ in range(2)]

    assert ["calls at nine" in text for text in others] == [False, False]
    assert ["calls at nine" in text for text in own] == [True, False]


def test_what_was_typed_over_an_hour_ago_is_let_go_of(console: Console) -> None:
    browser = console.browser()
    _typed_too_late(console, browser)
    console.clock.advance(3700)

    shown = browser.get("/case/8")

    assert (shown.status_code, set(_kept_texts(console))) == (200, {None})
    assert "calls at nine" not in browser.get("/case/7").text


def _kept_texts(console: Console) -> list[str | None]:
    engine = create_engine(console.url)
    try:
        with engine.connect() as connection:
            open_ones = staff_tables.staff_session.c.ended_at_us.is_(None)
            return list(
                connection.execute(select(staff_tables.staff_session.c.text).where(open_ones)).scalars()
            )
    finally:
        engine.dispose()


def _database_goes_away(console: Console) -> None:
    console.anchor.unlink()
    console.anchor.mkdir()


@pytest.mark.parametrize("path", ["/healthz", "/static/console.css"])
def test_signs_of_life_and_files_ask_no_database_whoever_asks(console: Console, path: str) -> None:
    browser = console.browser()
    console.sign_in(browser)
    _database_goes_away(console)

    assert browser.get("/").status_code == 503
    with browser.get(path) as answer:
        assert answer.status_code == 200


def test_a_browser_without_a_cookie_is_shown_the_sign_in_also_while_the_database_is_away(
    console: Console,
) -> None:
    _database_goes_away(console)

    assert console.browser().get("/sign-in").status_code == 200


def test_a_page_of_nobody_is_good_for_nothing_later(console: Console) -> None:
    browser = console.browser()
    half = post(browser, "/sign-in", name=ANA.id, password=PASSWORD)
    cookie = half.headers["Set-Cookie"].partition(";")[0]

    with console.app.test_request_context("/", headers={"Cookie": cookie}):
        console.app.preprocess_request()

        assert standing().step
        assert not still_in()()


def test_what_was_typed_is_not_used_up_by_a_page_that_nobody_sees(console: Console) -> None:
    browser = console.browser()
    _typed_too_late(console, browser)

    browser.head("/case/7")

    assert "calls at nine" in browser.get("/case/7").text


@pytest.mark.parametrize(
    ("role", "lands"),
    [("agent", "/case/7"), ("supervisor", "/"), ("operator", "/"), ("tam", "/")],
)
def test_a_member_lands_on_the_page_that_was_asked_for_only_if_it_is_for_the_members_roles(
    console: Console, role: Role, lands: str
) -> None:
    member = replace(ANA, id=MemberId("bea"), roles=frozenset({role}))
    console.add(member)
    browser = console.browser()
    post(browser, "/sign-in", name="bea", password=PASSWORD, back="/case/7")

    code = console.code(member)
    entered = post(browser, "/sign-in/code", page="/sign-in/code", code=code, back="/case/7")

    assert (entered.status_code, entered.location) == (303, lands)
