"""A held case's phone on file is called back, and whoever answers goes on as who dials again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from ivr.domain.recovery.callback import ANSWERED, UNANSWERED, CallBack
from ivr.domain.redaction import number_hmac
from ivr.entrypoints.console.pages.page_context import work_of
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.ports import StoreUnavailable
from ivr.simulator.carrier.signed_requests import CallBroken
from tests.entrypoints.console.house import CARD, WHO, pages_of, soup
from tests.entrypoints.console.staffed import token
from tests.entrypoints.voice.service import post, usual
from tests.services.desk.office import names_of
from tests.services.desk.overnight import PHONE, Morning, audited, handset, kept_overnight, rung, said


@pytest.fixture
def morning() -> Morning:
    return kept_overnight()


def test_one_press_calls_the_phone_on_file_and_not_the_number_that_called(morning: Morning) -> None:
    morning.press()

    assert morning.placed() == [PHONE]
    assert (morning.last_try().n, morning.last_try().placed_at) == (1, morning.line.clock.now())


def test_one_fresh_code_restores_the_case_and_the_warning_and_its_key_come_again(morning: Morning) -> None:
    phone = morning.answered()
    assert morning.case().state == "HELD"
    assert "We kept your case, and one fresh code takes it up again." in said(phone)

    phone.type(phone.code_from("text"))
    restored = morning.case()
    assert (restored.state, restored.confirmed_at) == ("VERIFIED", None)
    assert "you lose access to the scan reports" in said(phone)
    phone.press(phone.named_key())

    assert morning.case().state == "CONFIRMED"
    assert rung(phone)[0] == "day desk"
    whisper = next(one.words for one in phone.heard if one.who == "whisper")
    assert "erified" in whisper
    assert "not verified" not in whisper


def test_the_new_call_is_one_of_the_case_s_calls(morning: Morning) -> None:
    phone = morning.answered()

    case = morning.case()
    joined = morning.desk.cases.act(lambda tx: tx.joined(case.id, phone.call))

    assert joined is not None
    assert joined.is_primary
    assert case.call != phone.call
    phone.type(phone.code_from("text"))
    assert morning.case().call == phone.call
    assert morning.last_try().call == phone.call


def test_the_restored_level_lasts_a_quarter_of_an_hour(morning: Morning) -> None:
    phone = morning.answered()
    phone.type(phone.code_from("text"))
    number = morning.case().number

    now = morning.line.clock.now()
    card = morning.desk.card(number, at=now, agent="ana")

    assert card.verified_until is not None
    assert card.verified_until - now <= timedelta(minutes=15)
    later = morning.desk.card(number, at=now + timedelta(minutes=16), agent="ana")
    assert [gate.is_met for gate in later.gates if gate.name == "level"] == [False]


def test_the_key_alone_makes_nobody_verified_and_held_permits_nothing(morning: Morning) -> None:
    morning.answered()
    number, now = morning.case().number, morning.line.clock.now()

    card = morning.desk.card(number, at=now, agent="ana")

    free = {one.move for one in card.moves if not one.lacks}
    assert free & {"reset", "change", "release", "subaccounts", "approve", "restore"} == set()
    with pytest.raises(MoveBlocked):
        morning.desk.change(number, "ana", at=now)
    assert morning.case().state == "HELD"


def test_wrong_codes_leave_the_caller_unverified_and_the_case_held(morning: Morning) -> None:
    phone = morning.answered()

    for _ in range(3):
        phone.type("000000")

    assert morning.case().state == "HELD"
    whisper = next(one.words for one in phone.heard if one.who == "whisper")
    assert "not verified" in whisper.lower()


def test_a_machine_hears_nothing_of_the_case_and_reaches_no_step(morning: Morning) -> None:
    case = morning.case()
    texts = len(morning.line.received)
    morning.press()
    machine = morning.phone

    machine.pick_up()
    machine.stay_silent()
    machine.stay_silent()

    heard = said(machine).lower()
    assert machine.is_over
    assert heard.count("if you made it, press 1.") == 2
    told = ("northwind", "ann", "password", "account", "case", "code", "verif", case.number, "2 0 4 1 1 7")
    assert [word for word in told if word in heard] == []
    assert len(morning.line.received) == texts + 1
    assert (morning.last_try().outcome, morning.last_try().answered_at) == ("no_key", None)
    assert morning.case().call == case.call


def test_another_key_is_no_answer(morning: Morning) -> None:
    morning.press()
    morning.phone.pick_up()
    morning.phone.press("2")
    morning.phone.press("3")

    assert morning.phone.is_over
    assert morning.last_try().outcome == "other_key"


def test_while_one_try_is_live_a_second_press_calls_nobody(morning: Morning) -> None:
    morning.press()

    with pytest.raises(MoveBlocked) as refused:
        morning.press()

    assert names_of(refused.value) == ("call",)
    assert morning.placed() == [PHONE]


def test_two_presses_on_one_page_are_one_call(morning: Morning) -> None:
    seen = morning.case().version
    morning.press(seen=seen)

    with pytest.raises(StaleCase):
        morning.press(seen=seen)

    assert morning.placed() == [PHONE]


def not_answered(morning: Morning) -> None:
    morning.press()
    morning.phone = handset(morning.line, PHONE, len(morning.placed()) + 5)
    morning.phone.pick_up()
    morning.phone.hang_up()


def test_the_third_round_of_a_day_is_refused_and_the_day_after_it_is_not(morning: Morning) -> None:
    not_answered(morning)
    not_answered(morning)

    with pytest.raises(MoveBlocked) as refused:
        morning.press()
    assert (names_of(refused.value), len(morning.placed())) == (("limit",), 2)

    morning.line.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    morning.press()
    assert morning.last_try().n == 3


@pytest.mark.parametrize(("begin", "lasts"), [(Morning.press, UNANSWERED), (Morning.answered, ANSWERED)])
def test_a_try_of_which_nobody_says_the_end_is_over_after_a_while(
    morning: Morning, begin: Callable[[Morning], object], lasts: timedelta
) -> None:
    begin(morning)

    morning.line.clock.advance(lasts.total_seconds() - 60)
    with pytest.raises(MoveBlocked):
        morning.press()
    morning.line.clock.advance(60)
    morning.press()

    assert morning.last_try().n == 2
    assert len(morning.placed()) == 2


def test_a_call_that_is_answered_too_late_hears_that_there_is_no_question(morning: Morning) -> None:
    morning.press()
    morning.line.clock.advance(UNANSWERED.total_seconds())

    morning.phone.pick_up()

    assert morning.phone.is_over
    assert said(morning.phone) == "I am sorry, we have no question any more. Goodbye."


def test_a_case_that_ended_meanwhile_is_not_gone_on_with(morning: Morning) -> None:
    morning.press()
    morning.phone.pick_up()
    morning.desk.refuse(morning.case().number, "ana", why="withdrew", at=morning.line.clock.now())

    morning.phone.press("1")

    assert morning.phone.is_over
    assert "fresh code" not in said(morning.phone)


def told(morning: Morning, path: str, **fields: str) -> TestResponse:
    """Send a webhook of the call that was placed, signed as the carrier's."""
    ours = {"From": "+14155550100", "To": PHONE, "Direction": "outbound-api", "CallSid": morning.phone.call}
    return post(morning.line, path, usual(morning.line, **{**ours, **fields}))


def test_the_key_s_webhook_repeated_hears_the_same_and_sends_one_code(morning: Morning) -> None:
    morning.press()
    path = f"/voice/call-back/{morning.last_try().id}"
    morning.line.settle()

    first = told(morning, f"{path}/1", Digits="1")
    again = told(morning, f"{path}/1", Digits="1")

    assert b"/voice/phone/" in first.get_data()
    assert first.get_data() == again.get_data()
    assert audited(morning, '"outcome":"called_back"') == 1


def test_without_a_signature_or_at_another_s_address_nothing_is_reached(morning: Morning) -> None:
    morning.press()
    path = f"/voice/call-back/{morning.last_try().id}"
    fields = usual(morning.line, Digits="1", CallSid=morning.phone.call)

    unsigned = post(morning.line, f"{path}/1", fields, headers={})
    unknown = told(morning, f"/voice/call-back/{'f' * 32}/1", Digits="1")
    before_asked = told(morning, path, Digits="1")
    ended = post(morning.line, f"/voice/call-back-status/{morning.last_try().id}", fields, headers={})

    assert (unsigned.status_code, ended.status_code) == (403, 403)
    assert b"no question any more" in unknown.get_data()
    assert b"press 1" in before_asked.get_data()
    assert (morning.last_try().answered_at, morning.last_try().ended_at) == (None, None)
    assert b"/voice/phone/" in told(morning, f"{path}/1", Digits="1").get_data()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("busy", "busy"),
        ("no-answer", "not_answered"),
        ("failed", "not_connected"),
        ("canceled", "not_connected"),
        ("completed", "no_key"),
    ],
)
def test_what_the_carrier_tells_of_a_call_without_a_key_is_no_answer(
    morning: Morning, status: str, outcome: str
) -> None:
    morning.press()

    told(morning, f"/voice/call-back-status/{morning.last_try().id}", CallStatus=status)

    assert morning.last_try().outcome == outcome
    assert morning.line.disposition(morning.phone.call) is None


def test_wrong_codes_are_counted_for_the_phone_that_was_called_and_not_for_ours(
    morning: Morning,
) -> None:
    morning.answered().type("000000")

    key = morning.desk.key.reveal().encode()
    assert morning.line.cases is not None
    with morning.line.cases.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("select key from tally where scope = 'caller' and moments <> ''")
        counted = [str(row[0]) for row in rows]

    assert number_hmac(key, PHONE) in counted
    assert number_hmac(key, "+14155550100") not in counted


def test_another_call_cannot_take_up_a_try_that_a_call_has_taken(morning: Morning) -> None:
    morning.answered()
    joined = morning.desk.cases.act(lambda tx: tx.desk.calls(morning.case().id))
    stranger = handset(morning.line, PHONE, 9)

    stranger.pick_up()

    assert stranger.is_over
    assert morning.desk.cases.act(lambda tx: tx.desk.calls(morning.case().id)) == joined


def test_who_has_not_claimed_the_case_calls_nobody() -> None:
    morning = kept_overnight(claimed=False)

    with pytest.raises(MoveBlocked) as refused:
        morning.press()

    assert "claim" in names_of(refused.value)
    assert morning.placed() == []
    with pytest.raises(CallBroken):
        morning.phone.pick_up()


def without_sender(morning: Morning) -> None:
    assert morning.line.cases is not None
    morning.line.cases.is_sender_away = True
    morning.line.clock.advance(3600)


def restored(morning: Morning) -> None:
    phone = morning.answered()
    phone.type(phone.code_from("text"))


@pytest.mark.parametrize(("before", "lack"), [(without_sender, "sender"), (restored, "open")])
def test_it_is_refused_where_it_could_not_be_placed_or_is_for_nothing(
    morning: Morning, before: Callable[[Morning], None], lack: str
) -> None:
    before(morning)
    placed = len(morning.placed())

    with pytest.raises(MoveBlocked) as refused:
        morning.press()

    assert lack in names_of(refused.value)
    assert len(morning.placed()) == placed


def test_the_button_calls_once_and_a_strangers_is_not_there(morning: Morning) -> None:
    morning.line.settle()
    work = work_of(morning.line.tree, morning.desk, morning.line.clock, lambda: "0" * 32)
    browser = pages_of(work).test_client()
    case = morning.case()

    def press(who: str) -> int:
        form = {"version": str(case.version), "csrf_token": token(browser.get("/", headers={WHO: "ana"}))}
        return browser.post(f"/case/{case.number}/call-back", data=form, headers={WHO: who}).status_code

    assert (press("carla"), audited(morning, '"kind":"console"', "carla")) == (404, 1)
    assert (press("ana"), press("ana")) == (303, 303)
    morning.line.settle()
    assert morning.placed() == [PHONE]


def test_a_case_that_is_not_held_has_a_locked_button_that_says_why(morning: Morning) -> None:
    restored(morning)
    work = work_of(morning.line.tree, morning.desk, morning.line.clock, lambda: "0" * 32)
    browser = pages_of(work).test_client()

    page = browser.get(CARD.replace(CARD.split("/")[-1], morning.case().number), headers={WHO: "ana"})

    locked = soup(page).find(string=lambda text: text is not None and "Call back now" in text)
    assert locked is not None
    assert "the case is VERIFIED, not HELD" in page.get_data(as_text=True).replace("The case", "the case")


def test_what_is_done_is_on_record(morning: Morning) -> None:
    morning.answered().hang_up()

    assert audited(morning, '"outcome":"call-back"', '"actor":"agent:ana"') == 1
    assert audited(morning, '"outcome":"called_back"') == 1
    assert audited(morning, '"kind":"call_back"', '"outcome":"answered"') == 1
    assert audited(morning, PHONE) == 0


def test_the_end_of_the_call_is_told_once_and_the_call_is_closed(morning: Morning) -> None:
    phone = morning.answered()
    phone.hang_up()

    assert morning.last_try().outcome == "answered"
    assert morning.line.disposition(phone.call) is not None


def test_the_database_keeps_one_open_try_of_a_case(morning: Morning) -> None:
    morning.press()
    first, now = morning.last_try(), morning.line.clock.now()
    second = CallBack(id="e" * 32, case=first.case, n=0, agent="ana", due_at=now)

    with pytest.raises(StoreUnavailable):
        morning.desk.cases.act(lambda tx: tx.call_backs.add(second))
    morning.desk.cases.act(lambda tx: tx.call_backs.save(replace(first, ended_at=now, outcome="lost")))
    morning.desk.cases.act(lambda tx: tx.call_backs.add(second))

    assert morning.last_try() == replace(second, n=2)
