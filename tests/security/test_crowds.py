"""Calls of strangers that ring people at a time: so many of a number, so many withheld, then a message."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from ivr.bootstrap.line_parts import LineStores
from ivr.domain.dialogue.events import CallId
from ivr.services.ports import Beside
from tests.entrypoints.voice.service import post, usual
from tests.security.line import (
    NUMBER,
    PHONE,
    STRANGER,
    TO_THE_ACCOUNT,
    GuardedLine,
    filed_line,
    guarded_line,
)

WITHHELD = "anonymous"
_ACTION = re.compile(r'(?:action="|<Redirect[^>]*>)([^"<]+)')
PER_NUMBER, ALL_WITHHELD = 5, 20
NOBODY = "nobody at"
Lines = Callable[..., AbstractContextManager[GuardedLine]]


@pytest.fixture(params=[guarded_line, filed_line], ids=["in memory", "in the database"])
def line(request: pytest.FixtureRequest) -> Iterator[GuardedLine]:
    lines: Lines = request.param
    with lines() as line:
        yield line


@dataclass(slots=True)
class Calling:
    """One call, webhook by webhook, whose ringing or talk does not end by itself."""

    line: GuardedLine
    caller: str
    reply: str = ""
    call: str = ""

    def __post_init__(self) -> None:
        self.line.calls += 1
        self.call = f"CA{self.line.calls:032x}"
        self._post("/voice")

    def press(self, key: str) -> None:
        self._post(self._next(), Digits=key)

    def end(self) -> None:
        self._post("/voice/status", CallStatus="completed")

    @property
    def rings(self) -> bool:
        return "<Dial" in self.reply

    def _next(self) -> str:
        path: str = _ACTION.findall(self.reply)[-1]
        return path.removeprefix(self.line.public_url).partition("#")[0]

    def _post(self, path: str, **fields: str) -> None:
        told = usual(self.line.rehearsed, CallSid=self.call, From=self.caller, **fields)
        self.reply = post(self.line.rehearsed, path, told).get_data(as_text=True)
        self.line.settle()


def ring(line: GuardedLine, *, caller: str, keys: str = "0") -> Calling:
    """Call, and press the keys: by the usual one for a person."""
    calling = Calling(line, caller)
    for key in keys:
        calling.press(key)
    return calling


def rung(line: GuardedLine, *, caller: str, times: int) -> list[bool]:
    """Tell of each call whether it was put through."""
    return [ring(line, caller=caller).rings for _ in range(times)]


@pytest.mark.parametrize(("caller", "most"), [(STRANGER, PER_NUMBER), (WITHHELD, ALL_WITHHELD)])
def test_so_many_calls_ring_people_at_a_time_and_the_next_may_leave_a_message(
    line: GuardedLine, caller: str, most: int
) -> None:
    told = rung(line, caller=caller, times=most)
    last = ring(line, caller=caller)

    assert told == [True] * most
    assert not last.rings
    assert NOBODY in last.reply
    assert "leave a message" in last.reply
    assert rung(line, caller="+14155550171", times=1) == [True]


def test_whoever_is_over_the_bound_leaves_a_message_which_is_kept(line: GuardedLine) -> None:
    rung(line, caller=STRANGER, times=PER_NUMBER)
    last = ring(line, caller=STRANGER)

    last.press("1")

    assert "<Record" in last.reply


@pytest.mark.parametrize(("caller", "most"), [(STRANGER, 2), (WITHHELD, 3)])
def test_the_settings_say_how_many_ring_at_a_time(caller: str, most: int) -> None:
    with guarded_line(environ={"IVR_CALLS_PER_NUMBER": "2", "IVR_CALLS_WITHHELD": "3"}) as line:
        assert rung(line, caller=caller, times=most + 1) == [*[True] * most, False]


def test_a_call_that_has_ended_leaves_its_room_to_the_next(line: GuardedLine) -> None:
    calls = [ring(line, caller=STRANGER) for _ in range(PER_NUMBER)]
    assert rung(line, caller=STRANGER, times=1) == [False]

    calls[0].end()

    assert rung(line, caller=STRANGER, times=2) == [True, False]


def test_callers_who_ring_nobody_take_no_room(line: GuardedLine) -> None:
    for _ in range(PER_NUMBER + 1):
        Calling(line, STRANGER)

    assert rung(line, caller=STRANGER, times=1) == [True]


def test_a_number_on_file_is_never_bounded(line: GuardedLine) -> None:
    assert rung(line, caller=PHONE, times=PER_NUMBER + 2) == [True] * (PER_NUMBER + 2)


@pytest.mark.parametrize(("caller", "most"), [(STRANGER, PER_NUMBER), (WITHHELD, ALL_WITHHELD)])
def test_who_proved_anything_is_put_through_whatever_the_others_do(
    line: GuardedLine, caller: str, most: int
) -> None:
    rung(line, caller=caller, times=most)
    owner = ring(line, caller=caller, keys=TO_THE_ACCOUNT)
    owner.press(NUMBER)
    owner.press(line.code("text"))
    owner.press("0")
    stranger = ring(line, caller=caller, keys=TO_THE_ACCOUNT)
    stranger.press(NUMBER)
    stranger.press("0")

    assert owner.rings
    assert not stranger.rings
    assert NOBODY in stranger.reply


def test_where_the_store_cannot_say_everybody_is_put_through() -> None:
    class Mute:
        def __init__(self, ledger: Any) -> None:
            self._ledger = ledger

        def __getattr__(self, name: str) -> Any:
            return getattr(self._ledger, name)

        def beside(self, call: CallId, **_: object) -> Beside | None:
            del call
            return None

    def mute(kept: LineStores) -> LineStores:
        return LineStores(journal=kept.journal, ledger=Mute(kept.ledger), menus=kept.menus, cases=kept.cases)

    with guarded_line(change=mute) as line:
        assert rung(line, caller=STRANGER, times=PER_NUMBER + 2) == [True] * (PER_NUMBER + 2)
