"""Live pages: a change arrives once, a page that was away learns what it missed, and room is limited."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from ivr.console.events import Glances, Shown, Streams
from ivr.menu.tree import MenuTree
from ivr.ports import StoreUnavailable
from tests.agents.office import Office
from tests.console.house import CARD, NUMBER, Console, pages_of, soup, work_at
from tests.recovery.ready import AT, TO_CHANGE, TO_RESET

UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None)


@pytest.fixture
def beats(console: Console) -> Iterator[list[str]]:
    """Let three seconds pass in each stream, at no pace, and note when they do."""
    passed: list[str] = []
    console.work.streams.beats = 3
    console.work.streams.pause = lambda: passed.append("second")
    yield passed
    assert console.work.streams.open == 0


def events(reply: TestResponse) -> list[dict[str, str]]:
    blocks = [block.splitlines() for block in reply.text.split("\n\n")]
    found = [dict(line.split(": ", 1) for line in block if ": " in line) for block in blocks]
    return [event for event in found if "event" in event]


def test_a_page_that_shows_the_queue_already_is_told_nothing(console: Console, beats: list[str]) -> None:
    console.put_through(console.office.put(UNCLAIMED))
    (mark,) = [str(box["data-mark"]) for box in soup(console.get("/")).select("[data-queue]")]

    reply = console.get(f"/events?seen={mark}")

    assert reply.mimetype == "text/event-stream"
    assert events(reply) == []
    assert len(beats) == 3


def test_a_change_arrives_once(console: Console, beats: list[str]) -> None:
    case = console.office.put(UNCLAIMED)
    before = console.get("/poll").get_json()["mark"]

    def pause() -> None:
        beats.append("second")
        if len(beats) == 2:
            console.put_through(case)

    console.work.streams.pause = pause

    (event,) = events(console.get(f"/events?seen={before}"))

    assert event["event"] == "shown"
    assert event["id"] == console.get("/poll").get_json()["mark"]
    assert "Ringing" in event["data"]


def test_what_a_page_missed_is_found_in_any_process_by_what_it_saw_last(
    console: Console, office: Office, menu: MenuTree, beats: list[str]
) -> None:
    streams = Streams(beats=1, pause=lambda: None)
    other = pages_of(work_at(menu, office.desk, console.clock, streams)).test_client()
    seen = console.get("/poll").get_json()["mark"]
    console.put_through(office.put(UNCLAIMED))
    headers = {"X-Asks": "agent-1", "Last-Event-ID": seen}

    (missed,) = events(other.get("/events", headers=headers))
    headers["Last-Event-ID"] = missed["id"]

    assert events(other.get("/events", headers=headers)) == []
    assert beats == []


def test_the_last_event_a_page_had_counts_more_than_what_it_was_loaded_with(
    console: Console, beats: list[str]
) -> None:
    console.put_through(console.office.put(UNCLAIMED))
    mark = console.get("/poll").get_json()["mark"]

    assert events(console.get("/events?seen=older", headers={"Last-Event-ID": mark})) == []
    assert len(beats) == 3


def test_whoever_comes_when_there_is_no_room_is_told_to_poll(console: Console) -> None:
    console.work.streams.most = 2
    kept = [console.as_("ana").get("/events") for _ in range(2)]

    full = console.get("/events")
    polled = console.get("/poll")
    for reply in kept:
        reply.close()

    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    assert polled.status_code == 200
    assert console.work.streams.open == 0


def test_a_stream_that_breaks_makes_room_too(console: Console) -> None:
    def gone() -> None:
        raise ConnectionResetError

    console.work.streams.pause = gone

    with pytest.raises(ConnectionResetError):
        _ = console.get("/events").text
    assert console.work.streams.open == 0


def test_a_card_is_told_of_a_change_of_its_case(console: Console, beats: list[str]) -> None:
    console.office.put(TO_CHANGE)
    (mark,) = [str(box["data-mark"]) for box in soup(console.get(CARD)).select("[data-card]")]

    quiet = events(console.get(f"/events?case={NUMBER}&seen={mark}"))
    console.post("spoke")
    changed = events(console.get(f"/events?case={NUMBER}&seen={mark}"))

    assert quiet == []
    assert [event["data"] for event in changed] == ["{}"]
    assert len(beats) == 6


def test_a_card_is_told_when_its_caller_is_verified_no_more(console: Console) -> None:
    console.office.put(TO_RESET)
    before = console.get(f"/poll?case={NUMBER}").get_json()
    console.clock.advance(3600)

    assert console.get(f"/poll?case={NUMBER}").get_json() != before


def test_a_quiet_stream_still_writes_so_that_a_page_that_left_is_noticed() -> None:
    streams = Streams(beats=31, pause=lambda: None)

    sent = list(streams.events(lambda: Shown(mark="m", cells={}), seen="m"))

    assert sent == [b"retry: 2000\n\n", *[b": quiet\n\n"] * 3]


def test_a_stream_ends_where_the_database_is_away() -> None:
    def show() -> Shown:
        raise StoreUnavailable("away")

    assert list(Streams(pause=lambda: None).events(show, seen="m")) == [b"retry: 2000\n\n"]


def test_fifty_pages_look_at_the_database_once() -> None:
    glances, reads = Glances(for_s=3600), []

    for _ in range(50):
        glances.look(lambda: reads.append(AT) or ())  # type: ignore[func-returns-value]  # noted, and nothing waits

    assert reads == [AT]
