"""Two hundred and more strings that would be markup elsewhere are text on every page, whoever wrote them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from ivr.adapters.database.cases import case_tables
from tests.domain.recovery.ready import TO_CHANGE, TO_RELEASE
from tests.entrypoints.console.house import CARD, WHO, Console, soup
from tests.services.desk.test_card import on_file

ACTS = (
    "<script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg/onload={0}>",
    "<svg><animate onbegin={0} attributeName=x>",
    "<body onload={0}>",
    "<iframe srcdoc='<script>{0}</script>'></iframe>",
    "<details open ontoggle={0}>",
    "<a href=javascript:{0}>x</a>",
    "<math><mi xlink:href=javascript:{0}>",
    "<form action=javascript:{0}><button>",
    "<input autofocus onfocus={0}>",
    "<style>@import'javascript:{0}'</style>",
    "<meta http-equiv=refresh content='0;javascript:{0}'>",
    "<object data=javascript:{0}>",
    "<link rel=stylesheet href=//x/{0}>",
    "<base href=//x/{0}>",
    "<template><script>{0}</script></template>",
    "<textarea><script>{0}</script>",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "{{{{ {0} }}}}",
    "{{% print({0}) %}}",
)
OUT_OF = ("", "'", '"', '">', "'>", "-->", "</textarea>", "</title>", "</script>", "` ", "</option></select>")
HOSTILE = tuple(f"{way}{act.format('alert(1)')}" for act, way in product(ACTS, OUT_OF))
EACH = 4
"""Of one field the suite tries each fourth, which are of every kind as well; all of them, `make fuzz`."""


class _Elements(HTMLParser):
    """Reads a page as a tree is made of it, and makes none: of these pages only the elements are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, frozenset[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, frozenset(name for name, _ in attrs)))


def skeleton(page: TestResponse) -> list[tuple[str, frozenset[str]]]:
    """List each element with the names of its attributes: what text must never change."""
    read = _Elements()
    read.feed(page.get_data(as_text=True))
    read.close()
    return read.found


def check(page: Callable[[str], TestResponse], texts: Sequence[str] = HOSTILE) -> None:
    expected = skeleton(page("plain"))
    assert len(expected) > 20
    assert [text for text in texts if skeleton(page(text)) != expected] == []


def test_those_that_the_suite_tries_are_of_every_kind() -> None:
    tried = list(product(ACTS, OUT_OF))[::EACH]
    assert len(set(HOSTILE)) > 200
    assert ({act for act, _ in tried}, {way for _, way in tried}) == (set(ACTS), set(OUT_OF))


def test_a_note_is_text(console: Console) -> None:
    console.office.put(TO_CHANGE)

    def page(text: str) -> TestResponse:
        cells = {"csrf_token": token, "version": "1", "id": "a" * 32, "text": text}
        console.client.post(f"{CARD}/note", data=cells, headers={WHO: console.who})
        return console.get()

    token = console.token()
    check(page)
    assert HOSTILE[-1] in soup(page(HOSTILE[-1])).get_text()


@pytest.mark.parametrize(
    ("move", "field"),
    [
        ("claim", "match"),
        ("claim", "taken_from"),
        ("subaccounts", "count"),
        ("reset-done", "at"),
        ("reset-done", "outcome"),
        ("reset-done", "reference"),
        ("login", "name"),
        ("login", "where"),
        ("ask", "act"),
        ("ask-unlock", "reason"),
        ("name-mailbox", "contact"),
        ("login", "zone"),
        ("refuse", "why"),
        ("note", "id"),
        ("wrap-up", "disposition"),
        ("spoke", "version"),
        ("spoke", "stranger"),
    ],
)
@pytest.mark.parametrize("each", [EACH, pytest.param(1, marks=pytest.mark.fuzz)])
def test_what_is_typed_is_shown_again_as_text(console: Console, move: str, field: str, each: int) -> None:
    console.office.put(
        replace(TO_RELEASE, state="RESET_REQUESTED", reset_done_at=None, subaccount_login_at=None)
    )
    token = console.token()

    def page(text: str) -> TestResponse:
        cells = {"csrf_token": token, "version": "7", "text": "note", field: text}
        reply = console.client.post(f"{CARD}/{move}", data=cells, headers={WHO: console.who})
        assert reply.status_code in (409, 422)
        return reply

    check(page, HOSTILE[::each])


def test_what_is_looked_for_is_shown_again_as_text(console: Console) -> None:
    token = console.token()

    def page(text: str) -> TestResponse:
        console.clock.advance(60)
        cells = {"csrf_token": token, "number": text}
        return console.client.post("/search", data=cells, headers={WHO: console.who})

    short = [text for text in HOSTILE if len(text) <= 32]
    expected = skeleton(page("plain"))
    assert len(short) > 40
    assert [text for text in short if skeleton(page(text)) != expected] == []
    refused = skeleton(page("x" * 33))
    assert [text for text in HOSTILE if len(text) > 32 and skeleton(page(text)) != refused] == []


def test_what_a_file_of_accounts_says_is_text(console: Console) -> None:
    console.office.put(on_file(console.office))
    account, contact = case_tables.account, case_tables.contact

    def page(text: str) -> TestResponse:
        with console.office.database.engine.begin() as connection:
            connection.execute(update(account).values(company=text))
            mailbox = contact.c.kind == "mailbox"
            connection.execute(update(contact).where(mailbox).values(address=f"{text[:1]}@x.{text}"))
        return console.get()

    check(page)


def test_what_an_address_of_ours_says_is_text(console: Console) -> None:
    console.office.put(TO_CHANGE)

    def pages(text: str) -> list[TestResponse]:
        asked = {"done": text, "seen": text}
        return [console.get(CARD, query_string=asked), console.get("/", query_string=asked)]

    plain = [skeleton(page) for page in pages("plain")]
    assert [text for text in HOSTILE if [skeleton(page) for page in pages(text)] != plain] == []


def test_no_page_holds_a_script_or_style_of_its_own(console: Console) -> None:
    console.office.put(TO_CHANGE)

    for page in (soup(console.get()), soup(console.get("/"))):
        assert [script.get_text() for script in page.select("script")] == [""]
        assert page.select("style") == []
        attributes = {name for tag in page.find_all(True) for name in tag.attrs}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
