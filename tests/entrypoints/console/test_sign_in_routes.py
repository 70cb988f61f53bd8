"""Signing in over HTTP: both factors, uniform answers, tokens, what a reply says of itself, coming back."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from ivr.domain.redaction import Secret
from ivr.entrypoints.console.response_headers import HEADERS
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.passwords import Passwords
from ivr.services.staff.roster import Roster
from ivr.services.staff.sign_in import Begun, Failed
from tests.adapters.database.case_kept import fault_of
from tests.entrypoints.console.staffed import (
    ANA,
    PASSWORD,
    Console,
    hidden,
    post,
    staffed,
    token,
    without_token,
)

BEN = Member(id=MemberId("ben"), name="Ben Okafor", roles=frozenset({"tam"}), lines=frozenset())
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with staffed(tmp_path) as console:
        console.add()
        yield console


@pytest.fixture
def browser(console: Console) -> FlaskClient:
    return console.browser()


def test_both_factors_open_the_queue_and_are_on_record(console: Console, browser: FlaskClient) -> None:
    asked = browser.get("/")
    entered = post(browser, "/sign-in", name="Ana ", password=PASSWORD)
    half = browser.get("/")
    signed_in = post(browser, "/sign-in/code", page="/sign-in/code", code=console.code())

    assert (asked.status_code, asked.location) == (302, "/sign-in?back=/")
    assert (entered.status_code, entered.location) == (303, "/sign-in/code?back=/")
    assert half.status_code == 302
    assert (signed_in.status_code, signed_in.location) == (303, "/")
    assert browser.get("/").text == "the queue of Ana Lima"
    assert console.outcomes() == ["added", "joined", "signed_in", "signed_in"]
    assert fault_of(console.url, console.anchor) is None


def test_a_page_that_asked_for_the_sign_in_is_come_back_to(console: Console, browser: FlaskClient) -> None:
    asked = browser.get("/case/7")
    assert asked.location is not None
    shown = browser.get(asked.location)
    entered = browser.post("/sign-in", data={**hidden(shown), "name": "ana", "password": PASSWORD})
    assert entered.location is not None
    half = browser.get(entered.location)

    signed_in = browser.post("/sign-in/code", data={**hidden(half), "code": console.code()})

    assert signed_in.location == "/case/7"


def test_no_code_counts_without_the_password(console: Console, browser: FlaskClient) -> None:
    answer = post(browser, "/sign-in/code", code=console.code())

    assert answer.status_code == 401
    assert browser.get("/").status_code == 302


def test_a_password_waits_five_minutes_for_its_code(console: Console, browser: FlaskClient) -> None:
    post(browser, "/sign-in", name="ana", password=PASSWORD)
    waiting = hidden(browser.get("/sign-in/code"))
    console.clock.advance(5 * 60)

    answer = browser.post("/sign-in/code", data={**waiting, "code": console.code()})

    assert "Sign in anew" in answer.text
    assert browser.get("/sign-in/code").location == "/sign-in"


def test_a_code_serves_once(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    code = console.code()
    other = console.browser()
    post(other, "/sign-in", name="ana", password=PASSWORD)

    answer = post(other, "/sign-in/code", page="/sign-in/code", code=code)

    assert answer.status_code == 401
    assert console.outcomes()[-1] == "wrong_code"


def test_who_is_unknown_disabled_or_not_joined_gets_the_same_bytes(console: Console) -> None:
    console.roster.add(BEN)
    carl = Member(id=MemberId("carl"), name="Carl", roles=frozenset({"agent"}), lines=frozenset())
    console.add(carl)
    console.roster.disable(carl.id)

    answers = [
        post(console.browser(), "/sign-in", name=name, password=password)
        for name, password in [
            ("ana", "not hers"), ("ben", PASSWORD), ("carl", PASSWORD), ("eve", PASSWORD), ("'; --", "x"),
        ]
    ]  # fmt: skip

    alike = {
        (answer.status_code, without_token(answer).replace(name, ""))
        for answer, name in zip(answers, ["ana", "ben", "carl", "eve", "&#39;; --"], strict=True)
    }
    assert len(alike) == 1
    assert answers[0].status_code == 401


class _Counting(PasswordHasher):
    """Counts how many passwords it was given to look at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- as it is called there
        self.checked += 1
        return super().verify(hash, password)


NAMES = pytest.mark.parametrize("name", ["ana", "eve"], ids=["a member", "nobody"])
V4 = "192.0.2.{}"
WITHIN_64 = "2001:db8:1:2:{:x}::1"
BEYOND_64 = "2001:db8:1:{:x}::1"
MAPPED = "::ffff:192.0.2.7"


def tried(console: Console, name: str, addresses: Iterable[str]) -> tuple[list[Begun | Failed], int]:
    """Type one wrong password from each address; give the answers, and how many were looked at."""
    hasher = _Counting()
    signing_in = replace(console.signing_in, passwords=Passwords(hasher=hasher))
    said = [signing_in.password(name, Secret(f"guess {at}"), address=at) for at in addresses]
    return said, hasher.checked


@NAMES
def test_of_a_thousand_passwords_from_one_place_ten_are_checked_in_an_hour_whoever_is_named(
    console: Console, name: str
) -> None:
    said, checked = tried(console, name, ["192.0.2.7"] * 1000)

    assert said == ["wrong"] * 10 + ["wait"] * 990
    assert checked == 10
    assert console.outcomes()[-11:] == ["wrong_password"] * 10 + ["locked"]


@NAMES
def test_of_a_thousand_passwords_from_as_many_places_two_hundred_are_checked_in_an_hour(
    console: Console, name: str
) -> None:
    said, checked = tried(console, name, (f"2001:db8:{number:x}::1" for number in range(1000)))

    assert said == ["wrong"] * 200 + ["wait"] * 800
    assert checked == 200


@NAMES
@pytest.mark.parametrize("strangers", [1, 5, 19])
def test_strangers_who_use_up_their_tries_at_a_name_leave_its_owner_hers(
    console: Console, name: str, strangers: int
) -> None:
    for stranger in range(strangers):
        said, _ = tried(console, name, [f"198.51.100.{stranger}"] * 12)
        assert said == ["wrong"] * 10 + ["wait"] * 2

    right, _ = tried(console, name, ["192.0.2.7"])

    assert right == ["wrong"]
    entered = console.signing_in.password("ana", Secret(PASSWORD), address="192.0.2.7")
    assert isinstance(entered, Begun)


@pytest.mark.parametrize(
    ("addresses", "checked"),
    [
        ([WITHIN_64.format(number) for number in range(40)], 10),
        ([BEYOND_64.format(number) for number in range(40)], 40),
        ([V4.format(number) for number in range(40)], 40),
        ([V4.format(7), MAPPED] * 20, 10),
        (["unknown"] * 40, 10),
    ],
    ids=["one household", "many households", "many addresses", "one address in two ways", "no address"],
)
def test_a_household_is_one_place_however_many_addresses_it_has(
    console: Console, addresses: list[str], checked: int
) -> None:
    assert tried(console, "ana", addresses)[1] == checked


def test_the_right_password_waits_like_a_wrong_one_and_serves_after_the_hour(console: Console) -> None:
    tried(console, "ana", ["192.0.2.7"] * 10)

    meanwhile = console.signing_in.password("ana", Secret(PASSWORD), address="192.0.2.7")
    console.clock.advance(3600)
    later = console.signing_in.password("ana", Secret(PASSWORD), address="192.0.2.7")

    assert (meanwhile, type(later)) == ("wait", Begun)


def test_an_unknown_name_is_held_up_like_a_known_one(console: Console) -> None:
    places = [*["192.0.2.7"] * 12, *(f"2001:db8:{number:x}::1" for number in range(200))]

    said = {name: tried(console, name, places) for name in ("ana", "eve", "no name at all", "")}

    assert {name: one == said["ana"] for name, one in said.items()} == dict.fromkeys(said, True)
    assert said["ana"][0] == ["wrong"] * 10 + ["wait"] * 2 + ["wrong"] * 190 + ["wait"] * 10


def test_a_wrong_password_costs_the_database_the_same_whoever_is_named(console: Console) -> None:
    def statements_of(name: str) -> list[str]:
        run: list[str] = []

        def note(*told: object) -> None:
            run.append(str(told[2]))

        event.listen(Engine, "before_cursor_execute", note)
        tried(console, name, ["192.0.2.7"])
        event.remove(Engine, "before_cursor_execute", note)
        return run

    assert statements_of("ana") == statements_of("eve") != []


@pytest.mark.parametrize("places", [1, 20], ids=["one place", "many places"])
def test_of_wrong_codes_behind_the_right_password_ten_are_checked_wherever_they_come_from(
    console: Console, places: int
) -> None:
    said = []
    for number in range(14):
        address = V4.format(number % places)
        begun = console.signing_in.password("ana", Secret(PASSWORD), address=address)
        if isinstance(begun, Begun):
            said.append(console.signing_in.code(begun.secret, Secret("000000"), address=address))

    assert said.count("wrong") == {1: 5, 20: 10}[places]  # of ten tries in one place half are passwords


def test_an_address_that_tries_many_names_is_held_up(console: Console) -> None:
    said = [
        console.signing_in.password(f"eve-{number}", Secret("x"), address="192.0.2.7") for number in range(80)
    ]
    elsewhere = console.signing_in.password("ana", Secret(PASSWORD), address="198.51.100.1")

    assert said == ["wrong"] * 60 + ["wait"] * 20
    assert not isinstance(elsewhere, str)


def test_who_signs_in_often_is_not_held_up(console: Console) -> None:
    for _ in range(12):
        assert console.sign_in(console.browser()).status_code == 303
        console.clock.advance(30)


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(
    console: Console, browser: FlaskClient
) -> None:
    def cookie() -> str:
        kept = browser.get_cookie("desk")
        assert kept is not None
        return kept.value

    browser.get("/sign-in")
    before = cookie()
    post(browser, "/sign-in", name="ana", password=PASSWORD)
    half = cookie()
    post(browser, "/sign-in/code", page="/sign-in/code", code=console.code())

    assert len({before, half, cookie()}) == 3
    for old in (before, half):
        thief = console.browser()
        thief.set_cookie("desk", old)
        assert thief.get("/").status_code == 302


def test_a_sign_out_ends_the_session_wherever_its_cookie_is(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    kept = browser.get_cookie("desk")
    assert kept is not None

    left = post(browser, "/sign-out", page="/case/7", csrf_token=token(browser.get("/case/7")))

    thief = console.browser()
    thief.set_cookie("desk", kept.value)
    assert (left.status_code, left.location) == (303, "/sign-in")
    assert [one.get("/").status_code for one in (browser, thief)] == [302, 302]
    assert console.outcomes()[-1] == "signed_out"


def test_who_is_disabled_is_out_with_the_next_request(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}

    ended = console.roster.disable(ANA.id)

    assert ended == 2  # the one in which she joined, too
    assert browser.get("/").status_code == 302
    assert browser.post("/case/7/claim", data=form).status_code == 401
    assert console.done == []
    assert console.outcomes()[-1] == "disabled"


class _Meanwhile(PasswordHasher):
    """Takes so long over one password that something else is done meanwhile."""

    def __init__(self, done: Callable[[], object]) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.done = done

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- as it is called there
        is_right = super().verify(hash, password)
        self.done()
        return is_right


@pytest.mark.parametrize("by", [Roster.disable, Roster.reset], ids=["disabled", "reset"])
def test_who_is_shut_out_while_the_password_is_looked_at_stays_out(
    console: Console, by: Callable[[Roster, MemberId], object]
) -> None:
    passwords = Passwords(hasher=_Meanwhile(lambda: by(console.roster, ANA.id)))

    said = replace(console.signing_in, passwords=passwords).password("ana", Secret(PASSWORD), address="::1")

    assert said == "wrong"


def test_a_session_of_a_member_who_is_disabled_is_nobodys_though_it_was_not_ended(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)
    kept = next(kept for kept in console.roster.everybody() if kept.member.id == ANA.id)
    shut_out = replace(kept, password=None, seed=None, disabled_at=console.clock.now())

    console.roster.staff.act(lambda tx: tx.save(shut_out))

    assert browser.get("/").status_code == 302


def test_a_code_without_a_password_before_it_begins_no_other_session(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    console.clock.advance(30)

    answer = browser.post("/sign-in/code", data={**form, "code": console.code()})

    assert (answer.status_code, "Sign in anew" in answer.text) == (401, True)
    assert console.outcomes()[-1] == "signed_in"


def test_a_session_lasts_twelve_hours_however_busy_it_is(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    for _ in range(12 * 6 - 1):
        console.clock.advance(10 * 60)
        assert browser.post("/case/7/spoke", data=form).text == "done"

    console.clock.advance(10 * 60)

    assert browser.get("/").status_code == 302
    assert browser.post("/case/7/spoke", data=form).status_code == 401


def test_a_move_after_a_quarter_of_an_hour_asks_for_the_code_and_gives_the_text_back(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    console.clock.advance(15 * 60)

    asked = browser.post("/case/7/approve", data={**form, "note": f"called back {HOSTILE}"})
    gone_on = browser.post("/sign-in/again", data={**hidden(asked), "code": console.code()})
    first, second = browser.get("/case/7"), browser.get("/case/7")

    assert (asked.status_code, "Is it still you?" in asked.text) == (401, True)
    assert (gone_on.status_code, gone_on.location) == (303, "/case/7")
    assert "called back &#34;&gt;&lt;script&gt;" in first.text
    assert "called back" not in second.text
    assert console.done == []  # the text is kept, the approval is not
    assert browser.post("/case/7/approve", data=form).text == "done"
    assert console.outcomes()[-1] == "proved_again"


def test_text_typed_into_a_session_that_ran_out_is_there_after_the_whole_sign_in(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    console.clock.advance(12 * 3600)

    asked = browser.post("/case/7/note", data={**form, "note": "calls at nine"})
    half = browser.post("/sign-in", data={**hidden(asked), "name": "ana", "password": PASSWORD})
    signed_in = browser.post("/sign-in/code", data={**hidden(half), "code": console.code()})

    assert asked.status_code == 401
    assert signed_in.location == "/case/7"
    assert "calls at nine" in browser.get("/case/7").text
    assert console.done == []


def test_text_of_one_member_is_shown_to_no_other(console: Console, browser: FlaskClient) -> None:
    dora = Member(id=MemberId("dora"), name="Dora", roles=frozenset({"agent"}), lines=frozenset({"support"}))
    console.add(dora, "quiet rivers run deep")
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    console.clock.advance(12 * 3600)

    asked = browser.post("/case/7/note", data={**form, "note": "calls at nine"})
    half = browser.post(
        "/sign-in", data={**hidden(asked), "name": "dora", "password": "quiet rivers run deep"}
    )
    browser.post("/sign-in/code", data={**hidden(half), "code": console.code(dora)})

    assert "calls at nine" not in browser.get("/case/7").text


def test_five_wrong_codes_in_an_open_session_end_it(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}
    console.clock.advance(15 * 60)
    asked = browser.post("/case/7/spoke", data=form)

    said = [browser.post("/sign-in/again", data={**hidden(asked), "code": "000 000"}) for _ in range(5)]

    assert [answer.status_code for answer in said] == [401] * 5
    assert "Sign in anew" in said[-1].text
    assert browser.get("/").status_code == 302
    assert console.outcomes()[-1] == "revoked"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/code", "/sign-in/again", "/sign-out", "/case/7/claim"]
)
@pytest.mark.parametrize("kind", ["none", "torn", "another's", "from before"])
def test_a_form_that_is_not_of_this_session_is_refused(console: Console, path: str, kind: str) -> None:
    browser, other = console.browser(), console.browser()
    before = token(browser.get("/sign-in"))
    console.sign_in(browser)
    console.clock.advance(60)
    console.sign_in(other)
    sent = {
        "none": {},
        "torn": {"csrf_token": token(browser.get("/case/7"))[:-1]},
        "another's": {"csrf_token": token(other.get("/case/7"))},
        "from before": {"csrf_token": before},
    }[kind]

    answer = browser.post(path, data=sent)

    assert answer.status_code == 403
    assert console.done == []
    assert console.outcomes()[-1] == "foreign_form"


def test_a_form_from_another_site_is_refused_whatever_token_it_has(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)
    form = {"csrf_token": token(browser.get("/case/7"))}

    answer = browser.post("/case/7/claim", data=form, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, console.done) == (403, [])


def test_a_move_that_is_only_asked_for_is_refused_and_on_record(
    console: Console, browser: FlaskClient
) -> None:
    console.sign_in(browser)

    answer = browser.get("/case/7/claim")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert console.done == []
    assert console.outcomes()[-1] == "not_asked_for_like_this"


def test_strangers_leave_nothing_in_the_audit_by_forms_that_are_not_ours(
    console: Console, browser: FlaskClient
) -> None:
    before = console.outcomes()

    browser.post("/sign-in", data={"name": "ana"})
    browser.get("/case/7/claim")

    assert console.outcomes() == before


def test_a_role_that_a_page_does_not_name_is_turned_away(console: Console, browser: FlaskClient) -> None:
    console.add(BEN, "quiet rivers run deep")
    console.sign_in(browser, BEN, "quiet rivers run deep")

    assert [browser.get(path).status_code for path in ("/", "/case/7")] == [403, 403]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/static/console.css", 200),
        ("GET", "/static/../app.py", 404),
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/nowhere", 404),
        ("DELETE", "/sign-in", 405),
        ("GET", "/breaks", 500),
        ("GET", "/", 302),
        ("POST", "/sign-in", 403),
        ("GET", "/join/" + "0" * 64, 404),
        ("GET", "/join/..%2f", 404),
    ],
)
def test_every_reply_has_the_headers_and_no_fault_tells_how_it_came(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = browser.open(path, method=method)
    text = answer.text
    answer.close()

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert not re.search(r"Traceback|RuntimeError|4711|werkzeug|\.py", text)


def test_a_page_has_nothing_that_the_policy_forbids(console: Console, browser: FlaskClient) -> None:
    link = console.roster.add(BEN)
    pages = [browser.get(path).text for path in ("/sign-in", f"/join/{link.reveal()}", "/nowhere")]

    for page in pages:
        assert not re.search(r"<script(?! [^>]*src=)|<style|\sstyle=|\son[a-z]+=|https?://", page)


def test_more_than_a_form_of_ours_holds_is_refused(browser: FlaskClient) -> None:
    form = {"csrf_token": token(browser.get("/sign-in")), "name": "a" * 70_000}

    assert browser.post("/sign-in", data=form).status_code == 413


def test_behind_https_the_cookie_is_bound_to_it(tmp_path: Path) -> None:
    with staffed(tmp_path, is_https=True) as console:
        answer = console.browser().get("/sign-in", base_url="https://desk.example.com")

    assert re.fullmatch(
        r"__Host-desk=[0-9a-f]{64}; Secure; HttpOnly; Path=/; SameSite=Strict", answer.headers["Set-Cookie"]
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_behind_https_a_member_signs_in(tmp_path: Path) -> None:
    with staffed(tmp_path, is_https=True) as console:
        console.add()
        browser = console.app.test_client()
        browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
        console.sign_in(browser)

        assert browser.get("/").text == "the queue of Ana Lima"


@pytest.mark.parametrize(("is_https", "said"), [(True, 401), (False, 429)])
def test_only_a_proxy_of_ours_is_believed_about_where_a_browser_is(
    tmp_path: Path, *, is_https: bool, said: int
) -> None:
    with staffed(tmp_path, is_https=is_https) as console:
        for number in range(60):
            console.signing_in.password(f"eve-{number}", Secret("x"), address="127.0.0.1")
        browser = console.app.test_client()
        browser.environ_base.update(HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="192.0.2.7")

        assert post(browser, "/sign-in", name="ana", password="x").status_code == said


def test_a_database_that_is_away_is_told_in_a_sentence(console: Console, browser: FlaskClient) -> None:
    console.sign_in(browser)
    console.anchor.unlink()
    console.anchor.mkdir()

    answer = browser.get("/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "That cannot be done right now" in answer.text


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/breaks",
        "/case/7/claim",
        "/sign-out",
        "//",
        "///case/7",
        "\r\nX: y",
    ],
)
def test_nobody_is_sent_elsewhere_after_the_sign_in(
    console: Console, browser: FlaskClient, back: str
) -> None:
    post(browser, "/sign-in", name="ana", password=PASSWORD)

    answer = post(browser, "/sign-in/code", page="/sign-in/code", code=console.code(), back=back)

    assert answer.location in ("/", "/case/7")


@pytest.fixture(scope="module")
def lasting() -> Iterator[Console]:
    with TemporaryDirectory() as folder, staffed(Path(folder)) as console:
        console.add()
        yield console


@given(
    name=st.text(),
    password=st.text(),
    back=st.text() | st.text(alphabet="/\\.:?#@ \r\ncase7"),
    typed=st.text(),
)
def test_whatever_is_typed_is_answered_and_runs_nothing(
    lasting: Console, name: str, password: str, back: str, typed: str
) -> None:
    lasting.clock.advance(timedelta(hours=1).total_seconds())
    browser = lasting.browser()

    answer = post(browser, "/sign-in", name=name + "<b>", password=password, back=back, typed=typed)

    assert answer.status_code == 401
    assert "<b>" not in answer.text
    assert hidden(answer)["back"] == "/" or re.fullmatch(r"/case/[^/]+", hidden(answer)["back"])
    assert browser.get("/").status_code == 302


@given(cookie=st.text(alphabet=st.characters(codec="latin-1", exclude_characters=';\\"\r\n\0')))
def test_whatever_a_cookie_holds_nobody_is_signed_in_by_it(lasting: Console, cookie: str) -> None:
    answer = lasting.browser().get("/", headers={"Cookie": f"desk={cookie}"})

    assert answer.status_code == 302


def test_a_link_shows_the_way_in_once(console: Console, browser: FlaskClient) -> None:
    link = console.roster.add(BEN).reveal()
    shown = browser.get(f"/join/{link}")
    offered = console.joining.look(Secret(link))
    assert offered is not None
    console.seeds["ben"] = offered.seed

    joined = post(
        browser,
        f"/join/{link}",
        page=f"/join/{link}",
        password="quiet rivers run deep",
        code=console.code(BEN),
    )

    assert 'src="data:image/svg+xml' in shown.text
    assert offered.seed.reveal() in shown.text.replace(" ", "")
    assert (joined.status_code, joined.location) == (303, "/")
    assert browser.get("/").status_code == 403  # signed in, and no agent
    assert console.browser().get(f"/join/{link}").status_code == 404


@pytest.mark.parametrize(
    ("password", "code", "said"),
    [
        ("short", None, "12 characters or more"),
        ("heronscan2026!", None, "Leave out the names"),
        ("quiet rivers run deep", "000000", "not the code that the app shows"),
        ("", "", "12 characters or more"),
    ],
)
def test_a_link_is_not_used_up_by_entries_that_do_not_serve(
    console: Console, browser: FlaskClient, password: str, code: str | None, said: str
) -> None:
    link = console.roster.add(BEN).reveal()
    offered = console.joining.look(Secret(link))
    assert offered is not None
    console.seeds["ben"] = offered.seed
    page = f"/join/{link}"

    answer = post(
        browser, page, page=page, password=password, code=console.code(BEN) if code is None else code
    )

    assert (answer.status_code, said in answer.text) == (422, True)
    assert browser.get(page).status_code == 200


def test_a_link_lasts_a_day(console: Console, browser: FlaskClient) -> None:
    link = console.roster.add(BEN).reveal()
    console.clock.advance(24 * 3600)

    assert browser.get(f"/join/{link}").status_code == 404
