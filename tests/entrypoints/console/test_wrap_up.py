"""How a case went, when it is looked at again, and what may be taken back for ten seconds."""

from dataclasses import replace

import pytest

from ivr.domain.recovery.case import Case
from ivr.services.desk.moves.notes_and_wrap_up import Writing
from ivr.services.desk_ports import Disposition, WrapUp
from tests.domain.recovery.ready import AT, TO_CHANGE, ago
from tests.entrypoints.console.house import CARD, NUMBER, Console, soup, words
from tests.entrypoints.console.test_card_page import UNCLAIMED, audited
from tests.services.desk.office import match_of

HANDS = ("agent", "claimed_at", "spoke_at", "approver", "approved_at")


def hands_of(case: Case) -> tuple[object, ...]:
    return tuple(getattr(case, name) for name in HANDS)


def offers_undo(console: Console) -> bool:
    return bool(soup(console.get()).select('form[action$="/undo"]'))


def undone(console: Console) -> list[str]:
    return [record for record in audited(console, "case") if '"outcome":"undo"' in record]


def test_each_way_has_one_key_in_the_operators_order(console: Console) -> None:
    console.office.put(TO_CHANGE)

    buttons = soup(console.get()).select('button[name="disposition"][data-key]')

    shown = {str(one["data-key"]): str(one["value"]) for one in buttons}
    assert list(shown.values()) == list(console.work.dispositions)
    assert list(shown) == [str(key) for key in range(1, len(console.work.dispositions) + 1)]


def test_return_in_the_field_of_the_day_chooses_no_way_and_keeps_the_day(console: Console) -> None:
    console.office.put(TO_CHANGE)
    # The button that a browser presses for whoever presses return in a field.
    first = soup(console.get()).select_one('form[action$="/wrap-up"] button[type="submit"]')
    assert first is not None

    reply = console.post("wrap-up", follow_up="2026-11-30", **{str(first["name"]): str(first["value"])})

    field = soup(reply).select_one("#follow-up")
    assert field is not None
    assert (reply.status_code, field["value"]) == (422, "2026-11-30")
    assert "choose how it went" in words(reply)
    assert "So far" not in words(console.get())


def test_a_way_that_is_no_longer_written_is_still_shown(console: Console) -> None:
    case = console.office.put(TO_CHANGE)
    old = WrapUp(disposition=Disposition("sent_by_fax"), agent="agent-1", at=AT)
    console.office.cases.act(lambda tx: tx.desk.keep_wrap_up(case.id, case.call, old))

    assert "So far: sent_by_fax, says agent-1" in words(console.get())
    assert console.post("wrap-up", disposition="sent_by_fax").status_code == 422


def test_a_day_to_look_again_stands_on_the_card_and_in_the_queue(console: Console) -> None:
    console.office.put(TO_CHANGE)

    console.post("wrap-up", disposition="waits", follow_up="2026-11-30")

    assert "to be looked at again on 30 Nov 2026" in words(console.get())
    assert f"30 Nov 2026 {NUMBER} : Goes on later, says agent-1" in words(console.get("/"))
    assert "To be looked at again" not in words(console.as_("carla").get("/"))
    console.clock.advance(6 * 24 * 3600)
    assert f"30 Nov 2026 Due {NUMBER}" in words(console.get("/"))


def test_another_answer_without_a_day_is_the_end_of_it(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("wrap-up", disposition="waits", follow_up="2026-11-30")

    console.post("wrap-up", disposition="solved")

    assert "To be looked at again" not in words(console.get("/"))


@pytest.mark.parametrize(
    "day", ["soon", "2026-02-30", "20261130", "2026-11-22", "2028-01-01", "2026-11-30T10:00", "9999-12-31"]
)
def test_what_is_no_day_ahead_is_told_at_its_field_and_nothing_is_kept(console: Console, day: str) -> None:
    console.office.put(TO_CHANGE)

    reply = console.post("wrap-up", disposition="waits", follow_up=day)

    assert reply.status_code == 422
    field = soup(reply).select_one("#follow-up")
    assert field is not None
    assert (field["value"], field["aria-invalid"]) == (day, "true")
    assert "So far" not in words(console.get())


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_claim_is_taken_back_within_ten_seconds(console: Console, seconds: int) -> None:
    case = console.office.put(UNCLAIMED)
    console.post("claim", match=match_of(case))
    console.clock.advance(seconds)

    reply = console.post("undo")

    assert reply.headers["Location"] == f"{CARD}?done=undo"
    assert hands_of(console.office.case()) == hands_of(case)
    (record,) = undone(console)
    assert '"reason":"claim"' in record


def test_a_hand_over_is_taken_back_with_all_that_was_done(console: Console) -> None:
    case = console.office.put(TO_CHANGE)
    console.post("hand-over")

    console.post("undo")

    assert case.spoke_at is not None
    assert hands_of(console.office.case()) == hands_of(case)


def test_what_was_said_before_stands_again_when_a_wrap_up_is_taken_back(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("wrap-up", disposition="waits", follow_up="2026-11-30")
    console.post("wrap-up", disposition="dropped")

    console.post("undo")

    assert "So far: Goes on later, says agent-1" in words(console.get())
    assert "30 Nov 2026" in words(console.get())


def test_the_first_answer_is_taken_back_to_none(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("wrap-up", disposition="waits")

    console.post("undo")

    assert "So far" not in words(console.get())


def test_after_ten_seconds_nothing_is_taken_back(console: Console) -> None:
    case = console.office.put(UNCLAIMED)
    console.post("claim", match=match_of(case))
    offered = offers_undo(console)
    console.clock.advance(10.001)

    reply = console.post("undo")

    assert (offered, offers_undo(console)) == (True, False)
    assert reply.status_code == 422
    assert "More than ten seconds have passed: hand the case over instead." in words(reply)
    assert console.office.case().agent == "agent-1"


def test_nobody_takes_back_what_another_did(console: Console) -> None:
    case = console.office.put(UNCLAIMED)
    console.post("claim", match=match_of(case))
    colleague = console.as_("agent-2")

    reply = colleague.post("undo")

    assert (reply.status_code, offers_undo(colleague)) == (422, False)
    assert console.office.case().agent == "agent-1"


def test_what_something_was_done_upon_is_not_taken_back(console: Console) -> None:
    console.office.put(UNCLAIMED)
    console.post("claim", match=match_of(UNCLAIMED))
    console.post("spoke")

    reply = console.post("undo")

    assert reply.status_code == 422
    assert "Something else was done to the case since" in words(reply)
    assert console.office.case().spoke_at == AT


def test_a_case_that_was_closed_stays_closed_and_how_it_went_is_said_anew(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("wrap-up", disposition="waits")
    console.post("change")
    console.post("changed", outcome="failed", at="", zone="", reference="")
    console.post("wrap-up", disposition="dropped")

    reply = console.post("undo")
    console.post("wrap-up", disposition="solved")

    assert (reply.status_code, console.office.case().state) == (422, "CLOSED")
    assert "So far: Solved" in words(console.get())


@pytest.mark.parametrize("move", ["change", "refuse"])
def test_what_was_told_to_others_or_is_over_is_not_taken_back(console: Console, move: str) -> None:
    console.office.put(TO_CHANGE)
    state = {"change": "CHANGED", "refuse": "REFUSED"}[move]
    console.post(move, why="in-doubt")

    reply = console.post("undo")

    assert (reply.status_code, console.office.case().state) == (422, state)


def test_what_is_taken_back_is_not_taken_back_again(console: Console) -> None:
    case = console.office.put(replace(TO_CHANGE, opened_at=ago(600)))
    console.post("hand-over")
    console.post("undo")
    version = console.office.case().version

    assert console.post("undo").status_code == 422
    assert (console.office.case().version, hands_of(console.office.case())) == (version, hands_of(case))


def test_a_note_in_between_hinders_nothing(console: Console) -> None:
    case = console.office.put(TO_CHANGE)
    pen = Writing(desk=console.office.desk, dispositions=console.work.dispositions)
    console.post("hand-over")
    pen.note(NUMBER, "agent-1", note="a" * 32, text="Oh, wrong button.", at=AT)

    console.post("undo")

    assert hands_of(console.office.case()) == hands_of(case)
