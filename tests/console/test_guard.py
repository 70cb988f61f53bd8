"""What stands in front of every form: where it came from, and whose it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.staffed import Console, staffed, token


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
