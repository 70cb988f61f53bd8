"""Calls to a number that is not ours, and calls from one that is: flagged, told, and never without an end."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.line_parts import LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, rehearsal_numbers
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from tests.entrypoints.voice.service import fresh_line, post, usual
from tests.twiml_lint import lint

OURS = (E164("+14155550111"), E164("+14155550112"))
CALLER, ELSEWHERE = "+14155550199", "+14155550113"
ENDED = b"<Hangup/>"


@pytest.fixture
def line() -> RehearsalLine:
    """Give a line that was told its numbers."""
    return line_with(OURS)


def line_with(numbers: tuple[E164, ...] | None, store: MemoryStore | None = None) -> RehearsalLine:
    fresh = fresh_line()
    store = store or MemoryStore()
    read = read_settings({}, read_bytes=None)
    settings = replace(
        read,
        numbers=numbers or read.numbers,
        lines={str(name): people for name, people in rehearsal_numbers(fresh.tree).items()},
    )
    kept = LineStores(journal=store, ledger=store, menus=store)
    wsgi = line_of(settings, fresh.tree, kept, clock=fresh.clock, key=Secret("k" * 32), degraded=lambda: ())
    return replace(fresh, wsgi=wsgi, store=store)


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


def call(number: int) -> str:
    return f"CA{number:032x}"


def arrives(line: RehearsalLine, number: int, *, to: str, by: str, direction: str = "inbound") -> bytes:
    fields = usual(line, CallSid=call(number), To=to, From=by, Direction=direction)
    reply = post(line, "/voice", fields)
    assert reply.status_code == 200
    assert lint(reply.get_data().decode()) == []
    line.clock.advance(1)
    return reply.get_data()


def ends(line: RehearsalLine, number: int) -> None:
    fields = usual(line, CallSid=call(number), CallStatus="completed")
    assert post(line, "/voice/status", fields).status_code == 200


def flags(line: RehearsalLine) -> list[str | None]:
    return [begun.flag for begun in line.store.begun.values()]


def told(logs: list[EventDict]) -> list[tuple[str, str]]:
    return [(one["event"], one["reason"]) for one in logs if one["event"] == "call_flagged"]


def test_a_call_to_another_number_is_answered_flagged_and_told(
    line: RehearsalLine, logs: list[EventDict]
) -> None:
    usual_reply = arrives(line, 1, to=OURS[1], by=CALLER)
    reply = arrives(line, 2, to=ELSEWHERE, by=CALLER)

    assert reply == usual_reply
    assert flags(line) == [None, "other_number"]
    assert told(logs) == [("call_flagged", "other_number")]
    assert "+1415" not in str(logs)


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-dial", ""])
def test_only_calls_that_come_in_are_compared(
    line: RehearsalLine, logs: list[EventDict], direction: str
) -> None:
    arrives(line, 1, to=ELSEWHERE, by=OURS[0], direction=direction)

    assert flags(line) == [None]
    assert told(logs) == []


def test_without_numbers_of_its_own_a_line_compares_nothing(logs: list[EventDict]) -> None:
    line = line_with(None)

    arrives(line, 1, to=ELSEWHERE, by=CALLER)

    assert flags(line) == [None]
    assert told(logs) == []


def test_of_many_calls_to_another_number_five_a_minute_are_told(
    line: RehearsalLine, logs: list[EventDict]
) -> None:
    for number in range(30):
        arrives(line, number, to=ELSEWHERE, by=CALLER)

    assert told(logs) == [("call_flagged", "other_number")] * 5


def test_at_most_two_calls_from_a_number_of_ours_live_and_the_next_end_politely(
    line: RehearsalLine, logs: list[EventDict]
) -> None:
    replies = [arrives(line, number, to=OURS[0], by=OURS[1]) for number in range(5)]

    assert [ENDED in reply for reply in replies] == [False, False, True, True, True]
    assert b"from our own number" in replies[2]
    assert b"<Gather" not in replies[2]
    assert flags(line) == ["own_number"] * 5
    assert told(logs) == [("call_flagged", "own_number")] * 5


def test_a_repeated_webhook_of_a_call_that_was_answered_is_answered_again(line: RehearsalLine) -> None:
    first = arrives(line, 1, to=OURS[0], by=OURS[0])
    for number in (2, 3):
        arrives(line, number, to=OURS[0], by=OURS[0])

    assert arrives(line, 1, to=OURS[0], by=OURS[0]) == first
    assert ENDED in arrives(line, 3, to=OURS[0], by=OURS[0])


def test_when_one_of_the_two_ends_another_may_come(line: RehearsalLine) -> None:
    for number in (1, 2):
        arrives(line, number, to=OURS[0], by=OURS[1])
    assert ENDED in arrives(line, 3, to=OURS[0], by=OURS[1])

    for number in (1, 3):
        ends(line, number)

    assert ENDED not in arrives(line, 4, to=OURS[0], by=OURS[1])


def test_a_call_whose_end_was_never_told_counts_for_four_hours(line: RehearsalLine) -> None:
    for number in (1, 2):
        arrives(line, number, to=OURS[0], by=OURS[1])
    line.clock.advance(4 * 3600 - 10)
    assert ENDED in arrives(line, 3, to=OURS[0], by=OURS[1])

    line.clock.advance(10)

    assert ENDED not in arrives(line, 4, to=OURS[0], by=OURS[1])


def test_other_callers_are_answered_however_many_loops_there_are(line: RehearsalLine) -> None:
    for number in range(10):
        arrives(line, number, to=OURS[0], by=OURS[1])

    assert ENDED not in arrives(line, 11, to=OURS[0], by=CALLER)


def test_a_loop_ends_where_nobody_can_count_it() -> None:
    class Away(MemoryStore):
        """A store that takes what is begun into its spool, and cannot be read."""

        def from_ourselves(self, since: object) -> None:
            """Say nothing."""

    line = line_with(OURS, Away())

    assert ENDED in arrives(line, 1, to=OURS[0], by=OURS[1])
    assert ENDED not in arrives(line, 2, to=OURS[0], by=CALLER)
