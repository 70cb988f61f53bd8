"""An agent sends a caller to the keypad in the middle of their talk, and gets the caller back first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.agents.desk import NoSuchCase
from ivr.agents.keypad import Keypad
from ivr.agents.moves import Refused
from ivr.app import Kept, line_of
from ivr.carrier.urls import Urls
from ivr.case_ports import StaleCase
from ivr.console.work import work_of
from ivr.dialogue.event import CallId
from ivr.dialogue.place import Place
from ivr.live_calls import NotMoved
from ivr.recovery.case import CaseNumber
from ivr.rehearsal import RehearsalLine, line_for_tests
from ivr.simulator.agents import Behaviour, as_cast
from ivr.simulator.handset import Handset
from ivr.store.ledger import SqlLedger
from ivr.store.spool import Spool
from tests.agents.office import names_of
from tests.console.house import WHO, pages_of
from tests.console.staffed import token

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
SECOND: Mapping[str, tuple[Behaviour, ...]] = {"day desk": ("busy",)}
"""The line's first person is busy, so that its second takes the call."""
UNVERIFIED = ("000000", "000000", "000000")


@dataclass(slots=True, kw_only=True)
class Carrier:
    """The handset's own, which can fail. moved: where calls were taken."""

    urls: Urls
    handset: Handset
    fails: bool = False
    moved: list[Place] = field(default_factory=list)

    def move(self, call: CallId, place: Place) -> None:
        if self.fails or call != self.handset.call:
            raise NotMoved("no such call")
        self.moved.append(place)
        self.handset.move(self.urls.of(place))


@dataclass(slots=True, kw_only=True)
class Talk:
    """What an agent does in each talk, one after the other; in any further one nothing."""

    line: RehearsalLine
    carrier: Carrier
    does: list[Callable[["Talk"], object]]

    def __call__(self) -> None:
        if self.does:
            self.does.pop(0)(self)

    def number(self) -> CaseNumber:
        assert self.line.desk is not None
        (case,) = self.line.desk.cases.act(lambda tx: tx.cases())
        return case.number

    def claim(self) -> None:
        assert self.line.desk is not None
        at, match = self.line.clock.now(), self.carrier.handset.match_digits()
        self.line.desk.claim(self.number(), "ana", match=match, at=at)

    def send(self, *, agent: str = "ana", seen: int | None = None) -> None:
        assert self.line.desk is not None
        desk = self.line.desk
        if seen is not None:
            desk = type(desk)(
                cases=desk.cases,
                directory=desk.directory,
                policy=desk.policy,
                key=desk.key,
                fresh=desk.fresh,
                seen=seen,
            )
        keypad = Keypad(desk=desk, tree=self.line.tree, calls=self.carrier)
        keypad.send(self.number(), agent, at=self.line.clock.now())

    def claim_and_send(self) -> None:
        self.claim()
        self.send()


@pytest.fixture
def line(tmp_path: Path) -> RehearsalLine:
    """Put up a line whose calls are kept beside its cases, as in production: the desk reads them there."""
    opened = line_for_tests(menus="menus", prompts="prompts", at=MORNING)
    assert opened.cases is not None
    assert opened.desk is not None
    ledger = SqlLedger(
        opened.cases.database, Spool(tmp_path / "spool"), catch_up=lambda: True, alarm=lambda: None
    )
    kept = Kept(journal=opened.store, ledger=ledger, menus=opened.store, cases=opened.cases.room)
    served = line_of(
        opened.settings, opened.tree, kept, clock=opened.clock, key=opened.desk.key, degraded=lambda: ()
    )
    return replace(opened, wsgi=served)


def called(
    line: RehearsalLine,
    *does: Callable[[Talk], object],
    people: Mapping[str, tuple[Behaviour, ...]] = SECOND,
) -> Talk:
    """Call about an account, and come as far as the code to the phone."""
    handset = Handset(line=line, answer_as=as_cast(people))
    carrier = Carrier(urls=Urls(public_url=line.public_url), handset=handset)
    talk = Talk(line=line, carrier=carrier, does=list(does))
    handset.in_talk = talk
    handset.dial()
    handset.press("1")
    handset.press("1")
    handset.press("1")
    handset.type("204117")
    return talk


def to_a_person(talk: Talk) -> Handset:
    """Ask for a person instead of typing the code, and leave a busy one for the next."""
    handset = talk.carrier.handset
    handset.type("0")
    handset.stay_silent()
    return handset


def verify(talk: Talk) -> None:
    handset = talk.carrier.handset
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))


def rung(handset: Handset) -> list[str]:
    return [one.words.split(" (")[0] for one in handset.heard if one.who == "ring"]


def whispers(handset: Handset) -> list[str]:
    return [one.words for one in handset.heard if one.who == "whisper"]


def said(handset: Handset) -> str:
    return " ".join(one.words for one in handset.heard if one.who == "line")


def outcomes(line: RehearsalLine) -> list[str]:
    assert line.cases is not None
    with line.cases.database.engine.connect() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql("select body from audit order by seq")]


def test_the_agent_who_sent_a_caller_to_the_keypad_is_rung_first_and_told_who_is_back(
    line: RehearsalLine,
) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    assert handset.waits_for_entry
    assert "I am taking you back to the keypad." in said(handset)
    assert whispers(handset)[-1].endswith("Press 1.")
    assert "not verified" in whispers(handset)[-1]

    verify(talk)

    assert rung(handset) == ["day desk", "on call", "on call"]
    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_a_caller_who_types_wrong_codes_comes_back_not_verified(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    for code in UNVERIFIED:
        handset.type(code)

    assert rung(handset)[-1] == "on call"
    assert whispers(handset)[-1].startswith("Back, not verified.")


def test_where_that_agent_does_not_answer_the_line_is_rung_in_its_order(line: RehearsalLine) -> None:
    people: Mapping[str, tuple[Behaviour, ...]] = {
        "day desk": ("busy", "answers"),
        "on call": ("answers", "no_answer"),
    }
    talk = called(line, Talk.claim_and_send, people=people)
    handset = to_a_person(talk)
    verify(talk)
    handset.stay_silent()

    assert rung(handset) == ["day desk", "on call", "on call", "day desk"]


def sent_once_it_ran_out(line: RehearsalLine) -> Handset:
    """Have a verified caller talk for longer than that lasts, and then be sent to the keypad."""

    def long_after(talk: Talk) -> None:
        talk.claim()
        line.clock.advance(901)
        talk.send()

    talk = called(line, long_after)
    verify(talk)
    handset = talk.carrier.handset
    handset.stay_silent()
    return handset


def test_a_verification_that_ran_out_is_not_restored_by_a_wrong_code(line: RehearsalLine) -> None:
    handset = sent_once_it_ran_out(line)
    assert "Verified" in whispers(handset)[-1]

    for code in UNVERIFIED:
        assert handset.waits_for_entry
        handset.type(code)

    assert "not verified" in whispers(handset)[-1]


def test_a_verification_that_ran_out_is_restored_by_one_fresh_code(line: RehearsalLine) -> None:
    handset = sent_once_it_ran_out(line)

    handset.type(handset.code_from("text"))

    assert whispers(handset)[-1].startswith("Back. Verified.")


def test_two_presses_take_the_caller_there_once(line: RehearsalLine) -> None:
    def twice(talk: Talk) -> None:
        talk.claim()
        assert line.desk is not None
        seen = line.desk.card(talk.number(), at=line.clock.now()).version
        talk.send(seen=seen)
        with pytest.raises(StaleCase):
            talk.send(seen=seen)

    talk = called(line, twice)
    to_a_person(talk)

    assert len(talk.carrier.moved) == 1


def test_what_the_carrier_does_not_do_is_told_and_put_down_and_the_talk_goes_on(line: RehearsalLine) -> None:
    def failing(talk: Talk) -> None:
        talk.claim()
        talk.carrier.fails = True
        with pytest.raises(Refused, match="did not take the caller there"):
            talk.send()

    talk = called(line, failing)
    handset = to_a_person(talk)

    assert "Is there anything else" in said(handset) or not handset.is_over
    assert any('"outcome":"keypad"' in body and '"reason":"carrier"' in body for body in outcomes(line))


def test_a_call_that_is_over_is_not_sent_anywhere(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim)
    to_a_person(talk).hang_up()

    with pytest.raises(Refused) as refused:
        talk.send()

    assert names_of(refused.value) == ("call",)
    assert talk.carrier.moved == []


def test_only_who_has_claimed_the_case_sends_its_caller(line: RehearsalLine) -> None:
    def other(talk: Talk) -> None:
        talk.claim()
        with pytest.raises(Refused) as refused:
            talk.send(agent="ben")
        assert "claim" in names_of(refused.value)

    talk = called(line, other)
    to_a_person(talk)

    assert talk.carrier.moved == []


def test_a_case_that_nobody_has_sends_nobody(line: RehearsalLine) -> None:
    talk = called(line)
    assert line.desk is not None
    keypad = Keypad(desk=line.desk, tree=line.tree, calls=talk.carrier)

    with pytest.raises(NoSuchCase):
        keypad.send(CaseNumber("900000000"), "ana", at=line.clock.now() + timedelta(seconds=1))


def test_to_be_sent_to_the_keypad_proves_nothing_and_asks_for_keys_alone(line: RehearsalLine) -> None:
    talk = called(line, Talk.claim_and_send)
    handset = to_a_person(talk)

    assert line.desk is not None
    card = line.desk.card(talk.number(), at=line.clock.now(), agent="ana")
    assert card.verified_until is None
    assert handset.stage == "phone"
    assert "keypad" in [one.move for one in card.moves if [lack.name for lack in one.lacks] == []]
    codes = [handset.code_from("text")]
    assert not [body for body in outcomes(line) if any(code in body for code in codes)]


def test_the_button_of_the_card_sends_the_caller_and_a_strangers_does_nothing(line: RehearsalLine) -> None:
    def by_button(talk: Talk) -> None:
        talk.claim()
        assert line.desk is not None
        work = work_of(line.tree, line.desk, line.clock, lambda: "0" * 32, calls=talk.carrier)
        browser = pages_of(work).test_client()
        version = line.desk.card(talk.number(), at=line.clock.now()).version

        def press(who: str) -> int:
            form = {"version": str(version), "csrf_token": token(browser.get("/", headers={WHO: "ana"}))}
            path = f"/case/{talk.number()}/keypad"
            return browser.post(path, data=form, headers={WHO: who}).status_code

        assert (press("carla"), talk.carrier.moved) == (404, [])
        assert (press("ana"), press("ana")) == (303, 303)

    talk = called(line, by_button)
    handset = to_a_person(talk)

    assert len(talk.carrier.moved) == 1
    assert handset.stage == "phone"
