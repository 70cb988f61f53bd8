"""What stands in front of every form: where it came from, and whose it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask_wtf.csrf import generate_csrf

from ivr.console.guard import page_of, renew
from ivr.mask import Secret
from ivr.staff.signing_in import Begun
from tests.console.staffed import ANA, Console, hidden, staffed, token


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
