"""The stop link in mails and texts: opening it changes nothing, its button stops the case."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from ivr.adapters.database.audit.audit_store import Anchor, records
from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases.case_store import SqlCaseWork
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.mail.message_templates import read_template_files, read_templates
from ivr.bootstrap.line_parts import LineStores
from ivr.domain.recovery.audit_chain import first_fault
from ivr.domain.recovery.case import BY_CONTACT, MOVES, OVER, STATES, Case, CaseNumber, Goal, State
from ivr.domain.recovery.codes import stop_token
from ivr.entrypoints.voice.pages.public_page import MAX_BODY_BYTES
from ivr.entrypoints.voice.pages.stop_page import ASKED, STANDS
from ivr.entrypoints.worker.sender_identity import House
from ivr.services.product_ports import ByHand
from tests.entrypoints.voice.desk import ACCOUNT, KEY, MAILBOX, PHONE, Desk, desk_at
from tests.entrypoints.voice.service import MORNING, line_on

SECOND = timedelta(seconds=1)
STOPPABLE = [state for state in STATES if "CANCELLED" in MOVES[state]]
ENDED = [state for state in STATES if state not in STOPPABLE]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def link(case: Case) -> str:
    return f"/stop/{case.number}/{stop_token(KEY, case=case.id)}"


def ask(desk: Desk, path: str, method: str = "GET", **more: object) -> TestResponse:
    return Client(desk.line.wsgi).open(path, method=method, **more)  # type: ignore[arg-type]  # werkzeug's own names


def seen(reply: TestResponse) -> str:
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", reply.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def kept(desk: Desk) -> object:
    """All that is stored, table by table."""
    tables = metadata.sorted_tables
    return desk.database.try_now(
        lambda connection: {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables
        }
    )


def at_state(desk: Desk, state: State) -> Case:
    """Bring the case to the state, with the facts that the database asks of it."""
    at = MORNING
    is_reset = state in ("RESET_REQUESTED", "RESET_DONE", "RELEASED")
    full = replace(
        desk.open(),
        l2_at=at,
        l2_call=desk.call,
        held_at=at,
        confirmed_at=at,
        confirmed_call=desk.call,
        warning_hash="w",
        disclaimer_queued_at=at,
        disclaimer_accepted_at=at,
        subaccounts=int(is_reset),
        subaccounts_checked_at=at,
        agent="jo",
        acted_by="jo",
        claimed_at=at,
        claimed_call=desk.call,
        spoke_at=at,
        spoke_call=desk.call,
        reset_requested_at=at if is_reset else None,
        reset_done_at=at if is_reset else None,
    )
    released: dict[str, Any] = {"subaccount_login_at": at + SECOND, "released_at": at + SECOND}
    released |= {"subaccount_login_by": "system:product", "released_by": "jo"}
    facts = {"CHANGED": {"changed_at": at}, "CLOSED": {"changed_at": at}, "RELEASED": released}.get(state, {})
    ended = {"over_at": at + 2 * SECOND} if state in OVER else {}
    if state == "CLOSED":
        fate = {"is_done": False, "at": at, "reference": "", "by": "jo"}
        not_done = ByHand(id="f" * 32, case=full.id, act="change", **fate)  # type: ignore[arg-type]  # by name
        desk.verification.cases.act(lambda tx: tx.permits.keep_by_hand(not_done, at=at))
    return desk.put(replace(full, state=state, **facts, **ended))  # type: ignore[arg-type]  # each fact fits its field


def test_the_page_says_what_is_asked_for_since_when_and_how_it_stands(desk: Desk) -> None:
    case = desk.open()

    page = ask(desk, link(case))

    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert seen(page) == (
        f"Case {case.number} What was asked for by phone a full change of the password of the primary account"
        " Since 24 November 2026, 18:00 UTC"
        " How it stands Nobody has passed our checks. Nothing has been changed."
        " Stop this case"
        " If you asked for it yourself, close this page, and it goes on."
        " Once it is stopped, whoever asked has to begin again."
        " Questions? Call Acme & Sons at +14155550100 . We never ask for codes or passwords."
    )
    assert '<form method="post">' in page.text


def test_the_link_of_a_mail_leads_to_the_page(desk: Desk) -> None:
    case = desk.open()
    words = {"en": {"company": "Acme", "product": "Scan", "privacy": "our site"}}
    house = House(words=words, phone="+14155550100", public_url=desk.line.public_url, key=KEY)
    templates, _ = read_templates(read_template_files(Path("prompts")), ["en"])
    slots = house.slots("en", case=case.id, number=case.number, at=case.opened_at)

    _, body = templates.template("mail", "en", "notice-verified").filled(slots)
    found = re.search(r"http\S+?/stop/[0-9a-f/]+", body)

    assert found is not None
    assert found.group().startswith(desk.line.public_url)
    assert ask(desk, urlsplit(found.group()).path).status_code == 200


@pytest.mark.parametrize("state", STOPPABLE)
def test_the_button_stops_a_case_in_any_state_before_its_end(desk: Desk, state: State) -> None:
    case = at_state(desk, state)
    desk.clock.advance(5)

    page = ask(desk, link(case), "POST")

    assert page.status_code == 200
    assert "This is stopped. Nothing comes of it any more." in seen(page)
    assert "<form" not in page.text
    assert desk.case() == replace(
        case,
        state="CANCELLED",
        version=case.version + 1,
        over_at=MORNING + timedelta(seconds=5),
        over_by=BY_CONTACT,
        over_why="stopped by a contact",
    )


@pytest.mark.parametrize("state", ENDED)
def test_what_is_at_its_end_stays_as_it_is_and_says_so(desk: Desk, state: State) -> None:
    case = at_state(desk, state)
    before = kept(desk)

    pages = [ask(desk, link(case), method) for method in ("GET", "POST")]

    assert [page.status_code for page in pages] == [200, 200]
    assert all(STANDS[state] in seen(page) and "<form" not in page.text for page in pages)
    assert kept(desk) == before


def test_stopping_is_on_record_as_a_contact_s_act_and_every_contact_is_told(desk: Desk) -> None:
    case = desk.open()
    before = len(desk.audited())

    ask(desk, link(case), "POST")

    (body,) = desk.audited()[before:]
    record = json.loads(body)
    assert {name: record[name] for name in ("kind", "case", "account", "call", "actor", "outcome")} == {
        "kind": "case",
        "case": case.id,
        "account": ACCOUNT.id,
        "call": desk.call,
        "actor": "contact",
        "outcome": "CANCELLED",
    }
    chain = desk.database.try_now(lambda connection: list(records(connection)))
    assert first_fault(KEY, chain, anchors=Anchor(desk.path / "anchor").kept()) is None
    told = desk.verification.cases.act(
        lambda tx: [tx.queued(message) for message in desk.messages(purpose="notice")]
    )
    messages = [one.message for one in told if one is not None]
    assert sorted((one.channel, one.contact, one.details["event"]) for one in messages) == [
        ("mail", MAILBOX, "stopped"),
        ("text", PHONE, "stopped"),
    ]
    assert {one.details["number"] for one in messages} == {case.number}


def test_pressed_twice_it_is_stopped_once(desk: Desk) -> None:
    case = desk.open()
    ask(desk, link(case), "POST")
    once = kept(desk)

    again = ask(desk, link(case), "POST")

    assert again.status_code == 200
    assert "This is stopped." in seen(again)
    assert kept(desk) == once


def test_opening_the_link_changes_nothing(desk: Desk) -> None:
    case = desk.open()
    before = kept(desk)

    replies = [ask(desk, link(case), method) for method in ("GET", "HEAD", "GET")]

    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert replies[1].get_data() == b""
    assert kept(desk) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_does_anything(desk: Desk, method: str) -> None:
    case = desk.open()
    before = kept(desk)

    reply = ask(desk, link(case), method)

    assert (reply.status_code, reply.get_data()) == (405, b"")
    assert kept(desk) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_token_and_an_unknown_case_are_the_same_page(desk: Desk, method: str) -> None:
    case = desk.open()
    token = stop_token(KEY, case=case.id)
    other = "8" if token[-1] != "8" else "9"
    unknown = CaseNumber("900000000" if case.number != "900000000" else "900000001")
    before = kept(desk)
    assert ask(desk, link(case)).status_code == 200

    replies = [
        ask(desk, f"/stop/{number}/{tried}", method)
        for number, tried in (
            (case.number, token[:-1] + other),
            (case.number, stop_token(KEY, case="")),
            (case.number, token.upper() if token.upper() != token else "x"),
            (case.number, token + "0"),
            (case.number, "%20"),
            (case.number, "%C3%A9" * 32),
            (unknown, token),
            (unknown, stop_token(KEY, case="")),
            ("x", token),
            (f"{case.number}%0A", token),
            ("9" * 5000, "a" * 5000),
        )
    ]

    assert {reply.status_code for reply in replies} == {404}
    assert len({(reply.get_data(), tuple(reply.headers)) for reply in replies}) == 1
    assert "This link leads to no case" in seen(replies[0])
    assert kept(desk) == before


def test_where_nobody_is_verified_there_is_no_such_page() -> None:
    store = MemoryStore()
    line = line_on(LineStores(journal=store, ledger=store, menus=store))

    reply = Client(line.wsgi).get(f"/stop/912345678/{'0' * 32}")

    assert (reply.status_code, reply.get_data()) == (404, b"")


def test_the_page_names_nobody_and_gives_away_nothing_of_the_account(desk: Desk) -> None:
    case = at_state(desk, "CONFIRMED")

    text = ask(desk, link(case)).text + ask(desk, link(case), "POST").text

    held = (
        case.id,
        ACCOUNT.id,
        PHONE,
        MAILBOX,
        desk.call,
        "204117",
        stop_token(KEY, case=case.id),
        "+1415\b",
        "jo",
    )
    assert [name for name in held if re.search(rf"\b{re.escape(name)}\b", text)] == []


@pytest.mark.parametrize("status", [200, 404, 503, 413])
def test_every_answer_may_load_nothing_and_is_kept_by_nobody(desk: Desk, status: int) -> None:
    path = link(desk.open())
    asked = {404: f"/stop/912345678/{'0' * 32}"}.get(status, path)
    if status == 503:
        drop_cases(desk)

    body = {"data": b"x" * (MAX_BODY_BYTES + 1)} if status == 413 else {}
    reply = ask(desk, asked, "POST" if status == 413 else "GET", **body)

    assert reply.status_code == status
    policy = reply.headers["Content-Security-Policy"]
    assert re.sub(r"'sha256-[^']+'", "HASH", policy) == (
        "default-src 'none'; style-src HASH; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert {name: reply.headers[name] for name in ("Cache-Control", "Referrer-Policy")} == {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in reply.headers


def test_the_style_is_the_one_that_the_policy_names_and_there_is_no_script(desk: Desk) -> None:
    page = ask(desk, link(desk.open()))
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)

    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}';" in page.headers["Content-Security-Policy"]
    assert re.findall(r"<script|<link|<img|<iframe| style=| on[a-z]+=|javascript:|//", page.text) == []


def test_the_button_may_send_a_little_and_no_more(desk: Desk) -> None:
    case = desk.open()

    large = ask(desk, link(case), "POST", data=b"x" * (MAX_BODY_BYTES + 1))
    untouched = desk.case()
    small = ask(desk, link(case), "POST", data=b"x" * MAX_BODY_BYTES)

    assert (large.status_code, large.get_data()) == (413, b"")
    assert untouched == case
    assert small.status_code == 200
    assert desk.case().state == "CANCELLED"


def test_a_database_that_is_away_is_a_page_that_says_to_come_back(desk: Desk) -> None:
    path = link(desk.open())
    drop_cases(desk)

    replies = [ask(desk, path, method) for method in ("GET", "POST")]

    assert [reply.status_code for reply in replies] == [503, 503]
    assert {reply.headers["Retry-After"] for reply in replies} == {"30"}
    assert all("Nothing was changed. Please open the link again" in seen(reply) for reply in replies)


def test_a_case_that_cannot_go_on_record_is_not_stopped(desk: Desk) -> None:
    case = desk.open()
    (desk.path / "anchor").unlink()
    (desk.path / "anchor").mkdir()

    reply = ask(desk, link(case), "POST")
    (desk.path / "anchor").rmdir()

    assert reply.status_code == 503
    assert desk.case() == case


def race(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have somebody else change a case right behind its reading, so many times."""
    read, left = SqlCaseWork.case_numbered, iter(range(times))

    def overtaken(tx: SqlCaseWork, number: CaseNumber) -> Case | None:
        found = read(tx, number)
        if found is not None and next(left, None) is not None:
            tx.save(found)
        return found

    monkeypatch.setattr(SqlCaseWork, "case_numbered", overtaken)


def test_a_case_that_somebody_changes_meanwhile_is_stopped_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.open()
    race(monkeypatch, 2)

    page = ask(desk, link(case), "POST")

    assert page.status_code == 200
    assert desk.case().state == "CANCELLED"


def test_a_case_that_is_changed_all_the_time_is_not_said_to_be_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.open()
    race(monkeypatch, 100)

    page = ask(desk, link(case), "POST")

    assert page.status_code == 503
    assert "Nothing was changed." in seen(page)
    assert desk.case() == case


def test_every_state_and_every_wish_has_its_words() -> None:
    assert set(STANDS) == set(STATES)
    assert set(ASKED) == set(Goal.__args__)  # type: ignore[attr-defined]  # a Literal lists its choices


def drop_cases(desk: Desk) -> None:
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE recovery_case")
