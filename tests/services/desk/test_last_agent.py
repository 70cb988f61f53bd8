"""Whom a caller comes back to is read from the store: a place that names somebody gives no right to ring."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.domain.dialogue.effects import LegAccepted, TransferPlaced
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.dialogue.place import Place, Stage
from ivr.domain.menus.line import Line, LineId, LineNow, line_now
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language
from ivr.services.calls.last_agent import with_who_had
from ivr.services.ports import TurnKey
from tests.entrypoints.console.house import shipped_menu

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
BY_DAY = datetime(2026, 11, 24, 17, 59, tzinfo=LOS_ANGELES)
CLOSED = datetime(2026, 11, 24, 18, 1, tzinfo=LOS_ANGELES)
CALL, OTHER = CallId("CA" + "1" * 32), CallId("CA" + "2" * 32)
DESK = LineId("customer-service")
PLACE = Place(
    version=MenuVersion("0123456789ab"),
    stage="phone",
    node=NodeId("ask-for-reset"),
    language=Language("en"),
    turn=9,
    line=DESK,
    person=1,
)


@pytest.fixture(scope="module")
def line() -> Line:
    return shipped_menu().lines[DESK]


def talked(person: int = 1, *, accepted: bool = True, line: LineId = DESK) -> MemoryStore:
    """Keep that a person of the line was rung for the call, by day, and whether somebody took it."""
    store = MemoryStore()
    placed = TransferPlaced(line=line, person=person, why="locked out")
    store.record(TurnKey(call=CALL, leg=LegId(CALL), turn=3), (placed,), at=BY_DAY)
    if accepted:
        taken = LegAccepted(leg=LegId("CA" + "3" * 32), line=line)
        store.record(TurnKey(call=CALL, leg=taken.leg, turn=4), (taken,), at=BY_DAY)
    return store


def told(line: Line, store: MemoryStore, place: Place = PLACE, call: CallId | None = CALL) -> LineNow:
    return with_who_had(line_now(line, CLOSED), line, place, call, store)


def test_who_had_the_call_by_day_has_it_back_after_closing(line: Line) -> None:
    now = told(line, talked())

    assert (now.is_open, now.rings, now.back_to) == (False, (), (1,))
    assert now.takes_verified


@pytest.mark.parametrize(
    "store",
    [MemoryStore(), talked(accepted=False), talked(person=0), talked(line=LineId("support"))],
    ids=["nobody rang", "nobody took it", "another took it", "another line did"],
)
def test_who_never_had_the_call_is_not_rung_by_an_address_that_says_so(
    line: Line, store: MemoryStore
) -> None:
    now = told(line, store)

    assert (now.back_to, now.takes_verified) == ((), False)


def test_another_call_and_one_that_nobody_knows_bring_nobody(line: Line) -> None:
    assert told(line, talked(), call=OTHER).back_to == ()
    assert told(line, talked(), call=None).back_to == ()


@pytest.mark.parametrize("stage", ["turn", "dial", "dial_again", "between", "message"])
def test_only_who_comes_from_the_keypad_is_brought_back(line: Line, stage: Stage) -> None:
    assert told(line, talked(), replace(PLACE, stage=stage)).back_to == ()


def test_a_person_of_another_line_is_none_of_this_one(line: Line) -> None:
    assert told(line, talked(), replace(PLACE, line=LineId("support"))).back_to == ()
