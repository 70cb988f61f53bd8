"""What the ports promise of a turn, of the database and of its stand-in in memory alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from ivr.domain.dialogue.call_disposition import CallSummary
from ivr.domain.dialogue.effects import Effect
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.menus.line import LineId
from ivr.services.ports import Beside, CallEnded, TurnKey
from tests.adapters.database.kept import Kept
from tests.adapters.database.sample import (
    ACCEPTED,
    AGENT,
    AT,
    BRIDGED,
    BUSY,
    CALL,
    MESSAGE,
    PLACED,
    SUPPORT,
    after,
    begun,
    journal_row,
    key_of,
)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_turn_that_comes_again_is_one_row(kept: Kept, times: int) -> None:
    for _ in range(times):
        kept.journal.note(journal_row(1))
    kept.journal.note(journal_row(2))

    assert kept.turns() == 2


@pytest.mark.parametrize("times", [1, 2, 5])
def test_recorded_effects_are_kept_once(kept: Kept, times: int) -> None:
    for _ in range(times):
        kept.ledger.record(key_of(3), (PLACED,), at=AT)

    assert kept.effects() == {PLACED}


def test_one_turn_may_end_an_attempt_and_place_the_next(kept: Kept) -> None:
    kept.ledger.once(key_of(4), (BUSY, PLACED), at=AT, reply=b"<a/>")

    assert kept.effects() == {BUSY, PLACED}


def test_a_repeated_turn_gets_the_first_reply_and_leaves_nothing(kept: Kept) -> None:
    kept.ledger.begin(begun())
    first = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<first/>")

    again = [kept.ledger.once(key_of(4), (MESSAGE,), at=after(n), reply=b"<other/>") for n in range(4)]

    assert [first, *again] == [b"<first/>"] * 5
    assert kept.effects() == {BUSY}


def test_a_turn_of_a_call_whose_beginning_is_not_stored_yet_is_kept(kept: Kept) -> None:
    reply = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<first/>")
    kept.ledger.begin(begun())
    again = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<other/>")

    assert (reply, again) == (b"<first/>", b"<first/>")
    assert kept.effects() == {BUSY}
    assert kept.ledger.summary(CALL) == CallSummary(bridged=False, message_s=0, last=None)


def test_it_is_known_when_who_was_rung_last_took_the_call(kept: Kept) -> None:
    second, again = replace(PLACED, person=1), replace(ACCEPTED, leg=LegId("CA" + "4" * 32))
    kept.ledger.once(key_of(3), (PLACED,), at=AT, reply=b"<a/>")
    kept.ledger.once(key_of(4), (BUSY, second), at=after(20), reply=b"<b/>")
    assert kept.ledger.taken_at(CALL, SUPPORT, 1) == ()
    kept.ledger.once(key_of(5, leg=AGENT), (ACCEPTED,), at=after(30), reply=b"<c/>")
    kept.ledger.once(key_of(8), (second,), at=after(90), reply=b"<d/>")
    kept.ledger.once(key_of(9, leg=again.leg), (again,), at=after(95), reply=b"<e/>")

    assert kept.ledger.taken_at(CALL, SUPPORT, 1) == (after(90), after(20))
    assert kept.ledger.taken_at(CALL, SUPPORT, 0) == ()
    assert kept.ledger.taken_at(CALL, LineId("tam"), 1) == ()
    assert kept.ledger.taken_at(CallId("CA" + "9" * 32), SUPPORT, 1) == ()


def test_an_older_turn_leaves_nothing_behind_a_newer_one(kept: Kept) -> None:
    kept.ledger.once(key_of(6), (BUSY,), at=after(6), reply=b"<six/>")

    reply = kept.ledger.once(key_of(5), (MESSAGE,), at=after(7), reply=b"<five/>")

    assert reply == b"<five/>"
    assert kept.effects() == {BUSY}


def test_a_turn_after_recorded_effects_is_not_held_back_by_them(kept: Kept) -> None:
    kept.ledger.record(key_of(3), (PLACED,), at=AT)

    kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<four/>")

    assert kept.effects() == {PLACED, BUSY}


def test_the_same_turn_of_two_legs_is_two_turns(kept: Kept) -> None:
    agents = kept.ledger.once(key_of(6, leg=AGENT), (ACCEPTED,), at=after(5), reply=b"<agent/>")
    callers = kept.ledger.once(key_of(6), (BRIDGED,), at=after(70), reply=b"<caller/>")

    assert (agents, callers) == (b"<agent/>", b"<caller/>")
    assert kept.effects() == {ACCEPTED, BRIDGED}


def test_only_a_leg_whose_agent_pressed_the_key_is_accepted(kept: Kept) -> None:
    before = kept.ledger.is_accepted(AGENT)

    kept.ledger.once(key_of(6, leg=AGENT), (ACCEPTED,), at=AT, reply=b"<a/>")

    assert before is False
    assert kept.ledger.is_accepted(AGENT) is True


def test_eight_copies_at_once_leave_one_effect_and_get_one_reply(kept: Kept) -> None:
    kept.ledger.begin(begun())
    together = Barrier(8)

    def copy(number: int) -> bytes:
        together.wait()
        return kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=f"<copy n='{number}'/>".encode())

    with ThreadPoolExecutor(8) as threads:
        replies = set(threads.map(copy, range(8)))

    assert len(replies) == 1
    assert kept.effects() == {BUSY}


def test_calls_beside_are_those_of_the_same_number_that_are_with_people_now(kept: Kept) -> None:
    def call(number: int, caller: str | None, *effects: Effect) -> CallId:
        name = CallId(f"CA{number:032}")
        kept.ledger.begin(replace(begun(), call=name, caller=caller, at=AT))
        key = TurnKey(call=name, leg=LegId(str(name)), turn=3)
        kept.ledger.record(key, effects, at=AT)
        return name

    mine = call(1, "a", PLACED)
    call(2, "a", PLACED)
    call(3, "a", BUSY)
    call(4, "a", BUSY, PLACED)
    call(5, "b", PLACED)
    over = call(6, "a", PLACED)
    kept.ledger.close(CallEnded(call=over, at=AT, status="completed", disposition="abandoned"))
    withheld = call(7, None, PLACED)
    call(8, None, PLACED)

    assert kept.ledger.beside(mine, at=after(0)) == Beside(is_withheld=False, calls=2)
    assert kept.ledger.beside(withheld, at=after(0)) == Beside(is_withheld=True, calls=1)
    assert kept.ledger.beside(CallId(f"CA{9:032}"), at=after(0)) is None


@pytest.mark.parametrize(("minutes", "calls"), [(9, 1), (10, 0)])
def test_a_call_rings_for_ten_minutes_at_most(kept: Kept, minutes: int, calls: int) -> None:
    for number in (1, 2):
        name = CallId(f"CA{number:032}")
        kept.ledger.begin(replace(begun(), call=name, caller="a", at=AT))
        key = TurnKey(call=name, leg=LegId(str(name)), turn=3)
        kept.ledger.record(key, (PLACED,), at=AT)

    beside = kept.ledger.beside(CallId(f"CA{1:032}"), at=AT + timedelta(minutes=minutes))

    assert beside == Beside(is_withheld=False, calls=calls)
