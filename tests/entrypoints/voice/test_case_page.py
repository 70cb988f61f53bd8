"""GET /case/<number>: how a case stands, for whoever has its number, and nothing about anybody."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, Response, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.cases.case_tables import recovery_case
from ivr.domain.recovery.case import OVER, STATES, State
from ivr.entrypoints.voice.pages.case_page import NEXT, CasePage, case_page_blueprint
from ivr.entrypoints.voice.rate_limits import MOST, MOST_ADDRESSES, WITHIN, Attempts, address_of
from tests.domain.recovery.ready import AT, OPENED, TO_CHANGE, TO_RELEASE, TO_RESET, ago, at_state
from tests.services.desk.office import MAILBOX, NUMBER, PHONE, Office, opened_office

SECOND = timedelta(seconds=1)
OPEN = [state for state in STATES if state not in OVER]
STRANGER = {"REMOTE_ADDR": "203.0.113.7"}
REQUESTED = replace(TO_RESET, state="RESET_REQUESTED", reset_requested_at=ago(50))
RESET_DONE = replace(TO_RELEASE, subaccount_login_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    office: Office
    app: Flask
    clock: ManualClock

    def get(self, number: str = NUMBER, *, at: dict[str, str] | None = None, **more: Any) -> TestResponse:
        return self.app.test_client().get(f"/case/{number}", environ_base=at or STRANGER, **more)


@pytest.fixture
def site(tmp_path: Path, no_cases: Path) -> Iterator[Site]:
    with opened_office(Path(shutil.copy(no_cases, tmp_path / "cases.db"))) as office:
        clock = ManualClock(AT)
        page = CasePage(cases=office.cases, clock=clock, company="Acme & Sons", phone="+14155550100")
        app = Flask("ivr.entrypoints.voice.line_app", static_folder=None)
        app.url_map.merge_slashes = False
        app.register_blueprint(case_page_blueprint(page))
        app.register_error_handler(HTTPException, lambda fault: Response(status=fault.code))
        yield Site(office=office, app=app, clock=clock)


def seen(reply: TestResponse) -> str:
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", reply.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_page_of_a_reset_says_what_happened_when_and_what_is_waited_for(site: Site) -> None:
    site.office.put(RESET_DONE)

    page = site.get()

    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert seen(page) == (
        "Case 900000001 We are waiting for a colleague to sign in."
        " Opened 24 November 2026, 17:50 UTC"
        " Verified 24 November 2026, 17:55 UTC"
        " Reset done 24 November 2026, 17:59 UTC"
        " A colleague signed in not yet"
        " Release allowed not yet"
        " To forward to a colleague"
        " Hello, I have asked Acme & Sons to reset the password of the primary account of our subscription:"
        " case 900000001. They hand it out only once one of us signs in, after the reset, with another user"
        " account of the same subscription."
        " Please sign in yourself, with your own user name and password, as you always do."
        " Your account must be older than 24 November 2026, 17:59 UTC."
        " If you are signed in already, sign out first."
        " A scheduled login, or one by a program, does not count."
        " There is nothing to send: no code, no password."
        " Questions? Call Acme & Sons at +14155550100."
        " Questions? Call Acme & Sons at +14155550100 . We never ask for codes or passwords."
    )


def test_once_a_colleague_signed_in_nobody_else_is_asked_to(site: Site) -> None:
    site.office.put(TO_RELEASE)

    said = seen(site.get())

    assert "A colleague has signed in. A representative now has the mail sent." in said
    assert "A colleague signed in 24 November 2026, 17:59 UTC" in said
    assert "forward" not in said


def test_the_page_of_a_change_says_when_it_was_confirmed_and_warned_of(site: Site) -> None:
    site.office.put(TO_CHANGE)

    said = seen(site.get())

    assert "Change confirmed by key 24 November 2026, 17:56 UTC" in said
    assert "Warning sent by mail 24 November 2026, 17:56 UTC" in said
    assert "Change allowed not yet" in said
    assert "colleague" not in said


@pytest.mark.parametrize("state", OPEN)
def test_every_open_case_has_its_words_and_every_time_its_zone(site: Site, state: State) -> None:
    site.office.put(at_state(state))

    page = site.get()

    assert page.status_code == 200
    assert NEXT[state] in seen(page)
    times = re.findall(r"\d{2}:\d{2}(.{4})", seen(page))
    assert times
    assert set(times) == {" UTC"}


def test_before_a_caller_is_verified_the_page_is_the_same_whether_an_account_matched(site: Site) -> None:
    site.office.put(OPENED)
    site.office.put(replace(OPENED, id="d" * 32, number="900000002", account="a" * 32, on_file="yes"))  # type: ignore[arg-type]  # of their shapes

    pages = [seen(site.get(number)).replace(number, "") for number in ("900000001", "900000002")]

    assert pages[0] == pages[1]
    assert "Verified not yet" in pages[0]


@pytest.mark.parametrize("state", STATES)
def test_no_page_shows_a_person_an_agent_or_an_account(site: Site, state: State) -> None:
    account = site.office.account()
    hushed = {
        "account": account.id,
        "agent": "hush-agent",
        "subaccounts_checked_by": "hush-agent",
        "phone": account.contacts[0].id,
        "mailbox": account.contacts[1].id,
        "call": "CAhush",
        "l2_call": "CAhush",
        "confirmed_call": "CAhush",
        "claimed_call": "CAhush",
        "spoke_call": "CAhush",
        "acted_by": "hush-agent",
        "over_why": "hush",
        "phone_prefix": "+1415",
        "notify": f"mail:{account.contacts[1].id}",
    }
    site.office.put(replace(at_state(state), **hushed))  # type: ignore[arg-type]  # texts, by their names

    page = site.get()

    shown = f"{page.text}{page.headers}"
    private = {*hushed.values(), "hush", "204117", "Northwind", PHONE, MAILBOX, "ann", at_state(state).id}
    # Our own number begins as many do.
    assert [one for one in private - {"+1415"} if one in shown] == []


@pytest.mark.parametrize(
    "number", ["900000009", "800000001", "9", "90000000a", "\u0669" * 9, "9000000010", "%00"]
)
def test_a_number_of_no_case_and_one_of_a_case_that_is_over_get_the_same_page(
    site: Site, number: str
) -> None:
    site.office.put(at_state("CLOSED"))

    unknown, over = site.get(number), site.get()

    assert (unknown.status_code, over.status_code) == (404, 404)
    assert unknown.data == over.data
    assert dict(unknown.headers) == dict(over.headers)
    assert "No such case, or it is over" in seen(over)


def test_of_a_case_that_is_not_there_the_page_has_the_same_shape(site: Site) -> None:
    site.office.put(OPENED)

    shapes = [
        re.sub(r"<main>.*</main>|<title>.*</title>", "", site.get(number).text, flags=re.DOTALL)
        for number in (NUMBER, "900000009")
    ]

    assert shapes[0] == shapes[1]


def test_who_asks_in_vain_too_often_is_told_no_more_for_a_while_not_even_of_a_right_number(
    site: Site,
) -> None:
    site.office.put(OPENED)
    for number in range(MOST):
        assert site.get(f"9{number + 500:08}").status_code == 404

    busy = [site.get(), site.get("900000009")]

    assert [reply.status_code for reply in busy] == [429, 429]
    assert busy[0].data == busy[1].data
    assert busy[0].headers["Retry-After"] == "600"
    assert site.get(at={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200
    site.clock.at = AT + WITHIN - SECOND
    assert site.get().status_code == 429
    site.clock.at = AT + WITHIN
    assert site.get().status_code == 200


def test_who_reads_a_right_number_may_do_so_as_often_as_wanted(site: Site) -> None:
    site.office.put(OPENED)

    assert {site.get().status_code for _ in range(3 * MOST)} == {200}


def test_no_more_addresses_are_kept_than_told() -> None:
    attempts = Attempts()

    for number in range(MOST_ADDRESSES + 50):
        attempts.count(f"address {number}", at=AT)

    assert len(attempts._moments) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("peer", "forwarded", "named"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.9", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.9", "198.51.100.9"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", "nobody", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("", None, "unknown"),
    ],
)
def test_an_address_is_what_the_proxy_of_this_machine_saw_and_nobody_elses_word(
    peer: str, forwarded: str | None, named: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    with Flask(__name__).test_request_context(headers=headers, environ_base={"REMOTE_ADDR": peer}):
        assert address_of(request) == named


def test_the_page_loads_and_runs_nothing_and_is_kept_by_nobody(site: Site) -> None:
    site.office.put(OPENED)

    for reply in (site.get(), site.get("900000009")):
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        kept = {name: reply.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
        assert kept == {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
        }
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script" not in reply.text
        assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_page_is_only_read(site: Site, method: str) -> None:
    assert site.app.test_client().open(f"/case/{NUMBER}", method=method).status_code == 405


def test_a_database_that_is_away_is_told_as_such(site: Site) -> None:
    with site.office.database.engine.begin() as connection:
        recovery_case.drop(connection)

    reply = site.get()

    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "30")
    assert "This cannot be shown right now" in seen(reply)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(number=st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: text != NUMBER))
def test_whatever_is_typed_as_a_number_is_no_case_and_is_not_repeated(site: Site, number: str) -> None:
    site.clock.advance(WITHIN.total_seconds())
    reply = site.get(quote(number, safe=""))

    assert reply.status_code == 404
    # What is no path of ours, such as one with a slash in it, is answered with a status alone.
    assert reply.data in (b"", site.get("900000009").data)
