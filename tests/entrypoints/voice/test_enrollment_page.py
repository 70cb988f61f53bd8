"""The page behind an invitation: opening it uses nothing up, a right code shows everything once."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import insert, select
from werkzeug.test import Client, TestResponse

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.line_parts import CaseRoom, LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, rehearsal_numbers
from ivr.domain.recovery.codes import enrol_token, one_time_code
from ivr.domain.recovery.enrollment import Invitation
from ivr.domain.recovery.policy import Offered
from ivr.domain.recovery.verification_commands import CheckEntry, Entered
from ivr.domain.redaction import Secret
from ivr.entrypoints.voice.pages.public_page import MAX_BODY_BYTES
from ivr.services.calls.verification.enroll import LASTS, invite, reachable
from ivr.services.case_ports import Account, Outgoing
from tests.entrypoints.voice.desk import ACCOUNT, KEY, MAILBOX, PHONE, Desk, desk_at
from tests.entrypoints.voice.service import MORNING, fresh_line

FACTORS: tuple[Offered, ...] = ("phone", "mailbox", "app", "saved_codes")
CODE = re.compile(r"[0-9]{5} [0-9]{5} [0-9]{5} [0-9]{5}")
SECRET = re.compile(r"<code>([A-Z2-7]{32})</code>")
WRONG = "000000"


@cache
def usual_line() -> tuple[RehearsalLine, Settings]:
    """The menu and the settings of the tests' line, read once: neither can be changed."""
    line = fresh_line()
    people = {str(name): numbers for name, numbers in rehearsal_numbers(line.tree).items()}
    return line, replace(read_settings({}, read_bytes=None), lines=people)


@dataclass(slots=True, kw_only=True)
class Guest:
    """Somebody with a link. line: what her browser calls."""

    desk: Desk
    line: RehearsalLine
    link: str = ""

    def invited(self) -> Invitation:
        invitation = self.desk.verification.cases.act(
            lambda tx: invite(
                tx, ACCOUNT, ACCOUNT.contacts[1], fresh=self.desk.fresh, at=self.desk.clock.now()
            )
        )
        self.link = f"/enrol/{invitation.id}/{enrol_token(KEY, invitation=invitation.id)}"
        return invitation

    def ask(self, method: str = "GET", link: str = "", **fields: str) -> TestResponse:
        return Client(self.line.wsgi).open(link or self.link, method=method, data=fields or None)

    def messages(self, **wanted: str) -> list[Outgoing]:
        told = [
            self.desk.verification.cases.act(lambda tx, name=name: tx.queued(name))  # type: ignore[misc]  # bound now
            for name in self.desk.messages(**wanted)
        ]
        return [one.message for one in told if one is not None]

    def code(self) -> str:
        """Derive the code that was sent last, as the sender does."""
        message = self.messages(purpose="code")[-1]
        sent = self.desk.verification.cases.act(lambda tx: tx.code(message.case, message.call, PHONE))
        assert sent is not None
        code = one_time_code(KEY, case=sent.case, call=sent.call, contact=PHONE, salt=sent.salt)
        return code.reveal()

    def enrolled(self, **fields: str) -> TestResponse:
        """Ask for a code, and type it."""
        self.invited()
        assert self.ask("POST").status_code == 200
        return self.ask("POST", code=self.code(), **fields)


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[Guest]:
    with desk_at(tmp_path) as desk:
        verification, store = desk.verification, MemoryStore()
        usual, settings = usual_line()
        tree = usual.tree
        assert tree.verification is not None
        policy = replace(tree.verification, factors=FACTORS)
        room = CaseRoom(cases=verification.cases, directory=verification.directory, fresh=desk.fresh)
        kept = LineStores(journal=store, ledger=store, menus=store, cases=room)
        with_app = replace(tree, verification=policy, company=desk.tree.company)
        wsgi = line_of(settings, with_app, kept, clock=desk.clock, key=KEY, degraded=lambda: ())
        desk.line = replace(desk.line, tree=with_app)
        yield Guest(desk=desk, line=replace(usual, wsgi=wsgi))


def seen(reply: TestResponse) -> str:
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", reply.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def stored(guest: Guest) -> str:
    """All that is stored, table by table."""
    tables = metadata.sorted_tables
    return guest.desk.database.try_now(
        lambda connection: repr(
            {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
        )
    )


def secrets_of(page: TestResponse) -> tuple[str, list[str]]:
    (secret,) = SECRET.findall(page.text)
    return secret, [code.replace(" ", "") for code in CODE.findall(page.text)]


def is_taken(guest: Guest, step: Entered, entry: str) -> bool:
    """Whether a caller proves something with what is typed."""
    guest.desk.clock.advance(1)
    case = guest.desk.open()
    guest.desk.do(CheckEntry(step=step, entry=Secret(entry), caller=None, is_open=True, instead_of="phone"))
    proved = guest.desk.verification.cases.act(lambda tx: tx.evidence(case.id))
    return step in {one.factor for one in proved}


def test_the_link_leads_to_a_page_that_offers_a_code_to_the_telephone(guest: Guest) -> None:
    guest.invited()

    page = guest.ask()

    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert "First we send a code to the telephone on file." in seen(page)
    assert "Send me a code" in seen(page)
    assert 'name="code"' not in page.text


def test_opening_the_link_uses_nothing_up(guest: Guest) -> None:
    guest.invited()
    before = stored(guest)

    replies = [guest.ask(method) for method in ("GET", "HEAD", "GET")]

    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert stored(guest) == before


def test_an_invitation_is_one_mail_to_the_mailbox_on_file_and_on_record(guest: Guest) -> None:
    invitation = guest.invited()

    (mail,) = guest.messages(purpose="invite")
    record = json.loads(guest.desk.audited()[-1])
    assert (mail.channel, mail.contact, mail.case) == ("mail", MAILBOX, invitation.id)
    assert (record["kind"], record["account"], record["outcome"]) == ("enrolment", ACCOUNT.id, "invited")


def test_the_button_sends_a_code_to_the_telephone_and_asks_for_it(guest: Guest) -> None:
    guest.invited()

    page = guest.ask("POST")

    (text,) = guest.messages(purpose="code")
    assert (text.channel, text.contact, dict(text.details)) == ("text", PHONE, {"of": "enrolment"})
    assert "A code is on its way to the telephone on file." in seen(page)
    assert 'name="code"' in page.text
    assert 'name="texts"' in page.text


def test_the_right_code_shows_an_app_s_seed_and_eight_saved_codes_once(guest: Guest) -> None:
    page = guest.enrolled()
    again = [guest.ask(), guest.ask("POST"), guest.ask("POST", code=guest.code())]

    secret, saved = secrets_of(page)
    assert page.status_code == 200
    assert len(saved) == len(set(saved)) == 8
    assert page.text.count("<svg") == 1
    assert [reply.status_code for reply in again] == [404, 404, 404]
    assert not any(secret in reply.text for reply in again)


def test_what_the_page_showed_is_taken_on_the_telephone_once(guest: Guest) -> None:
    secret, saved = secrets_of(guest.enrolled())
    app = TOTP(secret).at(guest.desk.clock.now())

    assert is_taken(guest, "app", app)
    assert not is_taken(guest, "app", app)
    assert is_taken(guest, "saved_code", saved[7])
    assert not is_taken(guest, "saved_code", saved[7])
    assert not is_taken(guest, "saved_code", "0" * 20)


def test_the_code_may_be_typed_with_blanks_and_hyphens(guest: Guest) -> None:
    guest.invited()
    guest.ask("POST")
    code = guest.code()

    assert guest.ask("POST", code=f" {code[:3]}-{code[3:]} ").status_code == 200
    assert guest.ask().status_code == 404


def test_nothing_that_the_page_shows_is_stored_as_it_is(guest: Guest) -> None:
    page = guest.enrolled()

    secret, saved = secrets_of(page)
    kept = stored(guest)
    assert [one for one in (secret, *saved, guest.link.rpartition("/")[2]) if one in kept] == []


def test_enrolling_anew_ends_what_was_shown_before(guest: Guest) -> None:
    _, before = secrets_of(guest.enrolled())
    guest.desk.clock.advance(120)

    _, now = secrets_of(guest.enrolled())

    assert not is_taken(guest, "saved_code", before[0])
    assert is_taken(guest, "saved_code", now[0])


def test_every_contact_is_told_and_the_act_is_on_record(guest: Guest) -> None:
    guest.enrolled(texts="yes")

    told = guest.messages(purpose="enrolled")
    record = json.loads(guest.desk.audited()[-1])
    assert sorted((one.channel, one.contact) for one in told) == [("mail", MAILBOX), ("text", PHONE)]
    assert {name: record[name] for name in ("kind", "account", "actor", "outcome", "consents")} == {
        "kind": "enrolment",
        "account": ACCOUNT.id,
        "actor": "contact",
        "outcome": "enrolled",
        "consents": True,
    }


@pytest.mark.parametrize(("fields", "is_noted"), [({"texts": "yes"}, True), ({}, False)])
def test_only_the_box_is_consent_to_texts(guest: Guest, fields: dict[str, str], is_noted: bool) -> None:  # noqa: FBT001 -- pytest hands it over
    row = {"id": PHONE, "account": ACCOUNT.id, "kind": "phone", "address": "+14155550123"}
    with guest.desk.database.engine.begin() as connection:
        connection.execute(insert(case_tables.contact).values(**row, added_at_us=1, can_text=1))

    guest.enrolled(**fields)

    with guest.desk.database.engine.connect() as connection:
        kept = connection.execute(select(case_tables.contact.c.consented_at_us)).scalar_one()
    assert (kept is not None) is is_noted


def test_a_wrong_code_shows_nothing_and_three_end_it_even_for_the_right_one(guest: Guest) -> None:
    guest.invited()
    guest.ask("POST")

    pages = [guest.ask("POST", code=WRONG) for _ in range(3)]
    right = guest.ask("POST", code=guest.code())

    assert all("That was not the code" in seen(page) for page in pages)
    assert "That code can be tried no more." in seen(right)
    assert SECRET.findall(right.text) == []
    assert guest.desk.verification.cases.act(lambda tx: tx.enrolments.app(ACCOUNT.id)) is None


def test_wrong_codes_count_against_the_account_as_in_a_call(guest: Guest) -> None:
    guest.invited()
    guest.ask("POST")
    for _ in range(2):
        guest.ask("POST", code=WRONG)

    failures = guest.desk.verification.cases.act(lambda tx: tx.moments("account", ACCOUNT.id))

    assert len(failures) == 2


def test_a_code_that_nobody_asked_for_is_right_for_nobody(guest: Guest) -> None:
    guest.invited()

    page = guest.ask("POST", code=WRONG)

    assert "That code can be tried no more." in seen(page)
    assert SECRET.findall(page.text) == []


def test_a_code_is_too_old_after_ten_minutes(guest: Guest) -> None:
    guest.invited()
    guest.ask("POST")
    code = guest.code()
    guest.desk.clock.advance(601)

    assert "it is too old" in seen(guest.ask("POST", code=code))


def test_codes_are_sent_within_the_limits_of_a_telephone(guest: Guest) -> None:
    guest.invited()
    heard = []
    for waits_s in (0, 30, 31, 61):
        guest.desk.clock.advance(waits_s)
        heard.append("A code is on its way" in seen(guest.ask("POST")))

    assert heard == [True, False, True, False]
    assert len(guest.messages(purpose="code")) == 2


def test_a_link_works_for_a_day(guest: Guest) -> None:
    guest.invited()
    guest.desk.clock.advance(LASTS.total_seconds() - 1)
    in_time = guest.ask().status_code
    guest.desk.clock.advance(1)

    assert (in_time, guest.ask().status_code) == (200, 404)


def test_a_later_invitation_ends_the_earlier(guest: Guest) -> None:
    guest.invited()
    earlier = guest.link
    guest.invited()

    assert (guest.ask(link=earlier).status_code, guest.ask().status_code) == (404, 200)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_link_and_a_used_one_are_the_same_page(guest: Guest, method: str) -> None:
    guest.enrolled()
    used = guest.link
    invitation = guest.invited()
    token = enrol_token(KEY, invitation=invitation.id)
    other = "8" if token[-1] != "8" else "9"
    before = stored(guest)

    links = (
        used,
        f"/enrol/{invitation.id}/{token[:-1]}{other}",
        f"/enrol/{'0' * 32}/{enrol_token(KEY, invitation='0' * 32)}",
        f"/enrol/{invitation.id}/{token}0",
        f"/enrol/%C3%A9/{token}",
        f"/enrol/{'a' * 5000}/{'b' * 5000}",
    )
    replies = [guest.ask(method, link=link) for link in links]

    assert {reply.status_code for reply in replies} == {404}
    assert len({(reply.get_data(), tuple(reply.headers)) for reply in replies}) == 1
    assert stored(guest) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_does_anything(guest: Guest, method: str) -> None:
    guest.invited()

    assert guest.ask(method).status_code == 405


def test_where_no_app_is_offered_there_is_no_such_page(guest: Guest) -> None:
    guest.invited()

    reply = Client(usual_line()[0].wsgi).get(guest.link)

    assert (reply.status_code, reply.get_data()) == (404, b"")


def test_every_page_loads_nothing_runs_nothing_and_is_kept_by_nobody(guest: Guest) -> None:
    guest.invited()
    pages = [guest.ask(), guest.ask("POST"), guest.ask("POST", code=guest.code()), guest.ask()]

    (style,) = set(re.findall(r"<style>(.*?)</style>", "".join(page.text for page in pages), re.DOTALL))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert [page.status_code for page in pages] == [200, 200, 200, 404]
    for page in pages:
        assert page.headers["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        )
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in page.headers
        assert (
            re.findall(r"<script|<link|<img|<iframe|<style [^>]*| style=| on[a-z]+=|javascript:", page.text)
            == []
        )


def test_a_page_may_be_sent_a_little_and_no_more(guest: Guest) -> None:
    guest.invited()

    reply = guest.ask("POST", code="1" * MAX_BODY_BYTES)

    assert (reply.status_code, reply.get_data()) == (413, b"")


@pytest.mark.parametrize("fields", [{"%FF": "x"}, {str(number): "x" for number in range(20)}])
def test_fields_that_are_none_of_ours_ask_for_a_code_at_most(guest: Guest, fields: dict[str, str]) -> None:
    guest.invited()

    assert "A code is on its way" in seen(guest.ask("POST", **fields))


def test_a_database_that_is_away_is_a_page_that_says_to_come_back(guest: Guest) -> None:
    guest.invited()
    with guest.desk.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE invitation")

    replies = [guest.ask(), guest.ask("POST"), guest.ask("POST", code=WRONG)]

    assert [reply.status_code for reply in replies] == [503, 503, 503]
    assert {reply.headers["Retry-After"] for reply in replies} == {"30"}
    assert all("Nothing was changed." in seen(reply) for reply in replies)


def test_who_cannot_be_put_on_record_is_not_enrolled(guest: Guest) -> None:
    guest.invited()
    guest.ask("POST")
    code = guest.code()
    (guest.desk.path / "anchor").unlink()
    (guest.desk.path / "anchor").mkdir()

    reply = guest.ask("POST", code=code)
    (guest.desk.path / "anchor").rmdir()

    assert reply.status_code == 503
    assert SECRET.findall(reply.text) == []


def test_only_old_contacts_of_an_open_account_and_telephones_with_texts_are_reached() -> None:
    now, week = MORNING, timedelta(days=7)
    phone, mailbox = ACCOUNT.contacts

    def reached(account: Account, oldest: datetime = now - week) -> tuple[bool, bool]:
        to_mail, to_phone = reachable(account, oldest)
        return to_mail is not None, to_phone is not None

    assert reached(ACCOUNT) == (True, True)
    assert reached(replace(ACCOUNT, is_closed=True)) == (False, False)
    assert reached(replace(ACCOUNT, contacts=(replace(phone, can_text=False), mailbox))) == (True, False)
    young = now - week + timedelta(seconds=1)
    assert reached(replace(ACCOUNT, contacts=(replace(phone, added_at=young), mailbox))) == (True, False)
    assert reached(replace(ACCOUNT, contacts=(phone, replace(mailbox, added_at=young)))) == (False, True)
    assert reached(replace(ACCOUNT, contacts=())) == (False, False)
