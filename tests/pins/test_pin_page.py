"""The page behind an invitation where callers are asked for a PIN: it shows one, once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.codes import enrol_token
from ivr.domain.recovery.enrollment import Invitation
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.enroll import invite
from ivr.services.calls.verification.pin_hashes import PinHashes, TooManyPins
from tests.entrypoints.voice.service import MORNING
from tests.pins.pinned import HASHES, asked_for_pin
from tests.security.line import NUMBER, GuardedLine, guarded_line

SHOWN = re.compile(r"<code>([0-9]{4}) ([0-9]{4})</code>")
SAVED = re.compile(r"<li>([0-9]{5} [0-9]{5} [0-9]{5} [0-9]{5})</li>")
LINK = re.compile(r"/enrol/[0-9a-f]{32}/[0-9a-f]{32}\b")
WRONG_CODE = "000000"
HALF_HOUR_S, DAY_S = 1801, 86_400
FACTORS = ("phone", "mailbox", "app", "saved_codes")


@dataclass(slots=True, kw_only=True)
class Guest:
    """Somebody with a link, at a line. link: the last that was mailed."""

    line: GuardedLine
    link: str = ""

    def invited(self) -> Invitation:
        room = self.line.cases.room
        found = room.directory.find(NUMBER)
        assert found is not None
        mailbox = found.contact("mailbox")
        assert mailbox is not None
        at = self.line.clock.now()
        made = room.cases.act(lambda tx: invite(tx, found, mailbox, fresh=room.fresh, at=at))
        self.link = f"/enrol/{made.id}/{enrol_token(self.line.cases.sender.house.key, invitation=made.id)}"
        return made

    def ask(self, method: str = "GET", **fields: str) -> TestResponse:
        return Client(self.line.rehearsed.wsgi).open(self.link, method=method, data=fields or None)

    def shown(self) -> TestResponse:
        """Ask for a code to the phone, and type it."""
        assert self.ask("POST").status_code == 200
        self.line.settle()
        return self.ask("POST", code=self.line.code("text"))

    def mailed(self, words: str) -> list[str]:
        return [one.words for one in self.line.received if one.kind == "mail" and words in one.words]


@pytest.fixture(scope="module", params=[True, False], ids=["with PINs", "without PINs"])
def shared(request: pytest.FixtureRequest) -> Iterator[GuardedLine]:
    policy = {"factors": (*FACTORS, "pin"), "is_pci": True} if request.param else {"factors": FACTORS}
    with guarded_line(policy=policy) as line:
        yield line


@pytest.fixture
def guest(shared: GuardedLine) -> Guest:
    shared.rehearsed.forget_callers()
    shared.exchanges.clear()
    shared.clock.at = MORNING
    shared.settle()
    return Guest(line=shared)


def has_pins(guest: Guest) -> bool:
    policy = guest.line.tree.verification
    return policy is not None and "pin" in policy.factors


def test_a_pin_is_shown_where_callers_are_asked_for_one_and_counts_on_the_telephone(guest: Guest) -> None:
    guest.invited()

    page = guest.shown()

    shown = ["".join(pair) for pair in SHOWN.findall(page.text)]
    assert len(shown) == has_pins(guest)
    for pin in shown:
        guest.line.clock.advance(61)
        handset = asked_for_pin(guest.line, NUMBER)
        handset.type(pin)
        case = guest.line.case(handset)
        assert case is not None
        assert {one.factor for one in guest.line.proved(case)} == {"pin"}


def test_a_pin_of_the_page_is_hashed_and_rests_on_no_mailbox(guest: Guest) -> None:
    guest.invited()
    page = guest.shown()

    with guest.line.cases.database.engine.connect() as connection:
        rows = connection.execute(select(case_tables.pin)).all()
    assert [(row.way, row.rests_on) for row in rows] == [("page", None)] * has_pins(guest)
    for row, pair in zip(rows, SHOWN.findall(page.text), strict=True):
        key = guest.line.cases.sender.house.key
        assert HASHES.is_same(key, row.account, row.hashed, Secret("".join(pair)))


def test_a_wrong_code_shows_no_pin_and_changes_none(guest: Guest) -> None:
    guest.invited()
    guest.shown()
    guest.line.clock.advance(61)
    guest.invited()
    engine = guest.line.cases.database.engine
    with engine.connect() as connection:
        before = connection.execute(select(case_tables.pin)).all()
    guest.ask("POST")

    page = guest.ask("POST", code=WRONG_CODE)

    assert "That was not the code" in page.text
    assert SHOWN.findall(page.text) == []
    with engine.connect() as connection:
        assert connection.execute(select(case_tables.pin)).all() == before


def test_while_no_pin_can_be_hashed_in_time_nothing_is_used_up(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> str:
        raise TooManyPins("more PINs are typed just now than can be checked in time")

    guest.invited()
    guest.ask("POST")
    guest.line.settle()
    code = guest.line.code("text")
    with monkeypatch.context() as patched:
        patched.setattr(PinHashes, "hashed", busy)
        away = guest.ask("POST", code=code)

    assert away.status_code == (503 if has_pins(guest) else 200)
    assert guest.ask("POST", code=code).status_code == (200 if has_pins(guest) else 404)


def used_on_the_phone(guest: Guest, saved: str) -> str:
    """Verify a caller by a code to the phone and a saved code; give where the case stands."""
    line = guest.line
    line.clock.advance(HALF_HOUR_S)
    handset = line.handset()
    handset.type(NUMBER)
    if has_pins(guest):
        handset.press("#")
    handset.type(line.code("text"))
    handset.type("4")
    handset.type(saved)
    case = line.case(handset)
    assert case is not None
    return case.state


def test_after_a_saved_code_verified_a_caller_a_link_for_fresh_ones_is_mailed(guest: Guest) -> None:
    guest.invited()
    saved = [code.replace(" ", "") for code in SAVED.findall(guest.shown().text)]

    state = used_on_the_phone(guest, saved[0])

    (mail,) = guest.mailed("fresh ones")
    (link,) = LINK.findall(mail)
    guest.link = link
    guest.line.clock.advance(61)
    fresh = [code.replace(" ", "") for code in SAVED.findall(guest.shown().text)]
    assert state == "VERIFIED"
    assert len(set(fresh) - set(saved)) == 8
    guest.line.clock.advance(DAY_S)
    assert used_on_the_phone(guest, fresh[0]) == "VERIFIED"


def test_a_link_that_is_let_be_leaves_the_other_codes_as_they_are(guest: Guest) -> None:
    guest.invited()
    saved = [code.replace(" ", "") for code in SAVED.findall(guest.shown().text)]

    states = [used_on_the_phone(guest, code) for code in (saved[0], saved[1])]

    assert states == ["VERIFIED", "VERIFIED"]


def test_no_link_is_mailed_for_a_saved_code_that_verified_nobody(guest: Guest) -> None:
    guest.invited()
    saved = [code.replace(" ", "") for code in SAVED.findall(guest.shown().text)]
    handset = asked_for_pin(guest.line, NUMBER)
    if has_pins(guest):
        handset.press("#")

    handset.type("4")
    handset.type(saved[0])

    case = guest.line.case(handset)
    assert case is not None
    assert {one.factor for one in guest.line.proved(case)} == {"saved_code"}
    assert guest.mailed("fresh ones") == []


def test_offering_fresh_codes_is_on_record(guest: Guest) -> None:
    guest.invited()
    saved = [code.replace(" ", "") for code in SAVED.findall(guest.shown().text)]

    used_on_the_phone(guest, saved[0])

    assert sum("renewal_offered" in record for record in guest.line.audited()) >= 1
