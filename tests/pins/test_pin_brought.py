"""Where PINs are on: who is brought to the keypad in the middle of a call starts where everybody starts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place
from ivr.services.desk.moves.call_back import CallingBack
from ivr.services.desk.moves.send_to_keypad import Keypad
from ivr.simulator.carrier.simulated_agents import as_cast
from ivr.simulator.handset import Handset
from tests.adapters.database.case_kept import put_instead
from tests.pins.pinned import FACTORS, PIN, WRONG_PIN, asked_for_pin, begun, issue
from tests.security.line import NUMBER, PHONE, WRONG, Exchange, GuardedLine, filed_line

UNKNOWN = "999111"


@pytest.fixture(scope="module")
def shared() -> Iterator[GuardedLine]:
    with filed_line(policy={"factors": FACTORS, "is_pci": True}) as line:
        yield line


@pytest.fixture
def line(shared: GuardedLine) -> GuardedLine:
    line = begun(shared)
    issue(line, NUMBER)
    return line


class Moving:
    """The carrier's own interface, on a telephone of the tests."""

    def __init__(self, handset: Handset) -> None:
        self.handset = handset

    def move(self, call: CallId, place: Place) -> None:
        assert call == self.handset.call
        self.handset.move(Urls(public_url=self.handset.line.public_url).of(place))


def sent_to_the_keypad(line: GuardedLine, handset: Handset) -> None:
    """Ask for a person, who takes the case and sends the caller to the keypad, once."""
    desk = line.rehearsed.desk
    assert desk is not None

    def send() -> None:
        handset.in_talk = lambda: None
        case = line.case(handset)
        assert case is not None
        now = line.clock.now()
        desk.claim(case.number, "ana", match=handset.match_digits(), at=now)
        Keypad(desk=desk, tree=line.tree, calls=Moving(handset)).send(case.number, "ana", at=now)

    handset.in_talk = send
    handset.type("0")


def whisper(handset: Handset) -> str:
    return [one.words for one in handset.heard if one.who == "whisper"][-1]


def test_who_was_sent_there_before_any_pin_is_asked_for_it_first(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    sent_to_the_keypad(line, handset)

    assert (handset.stage, line.codes) == ("pin", [])
    handset.type(PIN)
    assert handset.stage == "phone"
    handset.type(line.code("text"))
    handset.press(handset.named_key())

    assert whisper(handset).startswith("Back. Verified.")


def test_who_has_no_pin_says_so_there_and_the_step_goes_on(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    sent_to_the_keypad(line, handset)

    handset.type("")

    assert (handset.stage, line.codes) == ("phone", [PHONE])


@pytest.mark.parametrize("typed", [PIN, WRONG_PIN, ""])
def test_who_was_asked_for_it_in_this_call_is_not_asked_again(line: GuardedLine, typed: str) -> None:
    handset = asked_for_pin(line, NUMBER)
    handset.type(typed)
    sent_to_the_keypad(line, handset)

    assert handset.stage == "phone"


def test_who_comes_back_to_it_through_the_menu_is_asked_for_it_first(line: GuardedLine) -> None:
    handset = asked_for_pin(line, NUMBER)
    handset.type("0")
    for key in "112":
        handset.press(key)

    assert handset.stage == "pin"


@pytest.mark.parametrize("number", [NUMBER, "204118", "204119", "204121"])
@pytest.mark.parametrize("typed", [(), (WRONG_PIN,), ("",)])
def test_whoever_is_sent_there_hears_and_costs_the_same(
    line: GuardedLine, number: str, typed: tuple[str, ...]
) -> None:
    def brought(who: str) -> list[Exchange]:
        begun(line)
        handset = asked_for_pin(line, who)
        for entry in typed:
            handset.type(entry)
        sent_to_the_keypad(line, handset)
        line.exchanges.clear()
        while not handset.is_over and handset.waits_for_entry:
            handset.type(WRONG)
        return list(line.exchanges)

    nobody, somebody = brought(UNKNOWN), brought(number)

    assert len(nobody) > 1
    assert [(each.alike, each.statements) for each in somebody] == [
        (each.alike, each.statements) for each in nobody
    ]


def called_back(line: GuardedLine) -> Handset:
    """Have a verified administrator's case kept, as at night, and called back later; the key is pressed."""
    handset = asked_for_pin(line, NUMBER, caller="+14155550177")
    handset.type(PIN)
    handset.type(line.code("text"))
    handset.hang_up()
    case, desk = line.case(handset), line.rehearsed.desk
    assert case is not None
    assert desk is not None
    put_instead(line.cases.database, replace(case, state="HELD", held_at=line.clock.now()))
    line.clock.advance(timedelta(minutes=31).total_seconds())
    desk.claim(case.number, "ana", at=line.clock.now())
    line.clock.advance(timedelta(hours=10).total_seconds())
    line.settle()
    CallingBack(desk=desk).call(case.number, "ana", at=line.clock.now())
    line.settle()
    phone = Handset(line=line, answer_as=as_cast({}), caller=PHONE, number=line.calls)
    phone.pick_up()
    phone.press("1")
    return phone


def test_a_kept_case_that_is_called_back_is_restored_by_one_code_and_asks_for_no_pin(
    line: GuardedLine,
) -> None:
    phone = called_back(line)
    assert phone.stage == "phone"

    phone.type(line.code("text"))

    case = line.case(phone)
    assert case is not None
    assert (case.state, case.l2_call) == ("VERIFIED", phone.call)


def test_a_kept_case_is_not_restored_by_the_pin_of_the_night_alone(line: GuardedLine) -> None:
    phone = called_back(line)

    for _ in range(3):
        phone.type(WRONG)

    case = line.case(phone)
    assert case is not None
    assert case.state == "HELD"
    assert "not verified" in whisper(phone)
