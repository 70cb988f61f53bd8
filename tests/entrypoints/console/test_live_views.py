"""Pages that ask to be kept live: what changed arrives once, and what was missed is found by its mark."""

import json
from dataclasses import replace

from werkzeug.test import TestResponse

from ivr.domain.menus.tree import MenuTree
from ivr.entrypoints.console.live.live_views import Glances
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RESET
from tests.entrypoints.console.house import CARD, NUMBER, Console, pages_of, soup, work_at
from tests.services.desk.office import Office

UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None)


def events(reply: TestResponse) -> list[dict[str, str]]:
    blocks = [block.splitlines() for block in reply.text.split("\n\n")]
    found = [dict(line.split(": ", 1) for line in block if ": " in line) for block in blocks]
    return [event for event in found if "event" in event]


def test_a_page_that_shows_the_queue_already_is_told_nothing(console: Console) -> None:
    console.put_through(console.office.put(UNCLAIMED))
    (mark,) = [str(box["data-mark"]) for box in soup(console.get("/")).select("[data-queue]")]

    reply = console.get(f"/events?seen={mark}")

    assert reply.mimetype == "text/event-stream"
    assert reply.text.startswith("retry: 2000\n\n")
    assert events(reply) == []


def test_a_page_is_told_what_changed_since_it_was_loaded(console: Console) -> None:
    case = console.office.put(UNCLAIMED)
    before = console.get("/poll").get_json()["mark"]
    console.put_through(case)

    (event,) = events(console.get(f"/events?seen={before}"))

    assert event["event"] == "shown"
    assert event["id"] == console.get("/poll").get_json()["mark"]
    assert "Ringing" in event["data"]


def test_what_a_page_missed_is_found_in_any_process_by_what_it_saw_last(
    console: Console, office: Office, menu: MenuTree
) -> None:
    other = pages_of(work_at(menu, office.desk, console.clock)).test_client()
    seen = console.get("/poll").get_json()["mark"]
    console.put_through(office.put(UNCLAIMED))
    headers = {"X-Asks": "agent-1", "Last-Event-ID": seen}

    (missed,) = events(other.get("/events", headers=headers))
    headers["Last-Event-ID"] = missed["id"]

    assert events(other.get("/events", headers=headers)) == []


def test_the_last_event_a_page_had_counts_more_than_what_it_was_loaded_with(console: Console) -> None:
    console.put_through(console.office.put(UNCLAIMED))
    mark = console.get("/poll").get_json()["mark"]

    assert events(console.get("/events?seen=older", headers={"Last-Event-ID": mark})) == []


def test_a_page_is_told_when_its_line_opens_or_closes(console: Console) -> None:
    carla = console.as_("carla")
    before = carla.get("/poll").get_json()
    console.clock.advance(86_400 / 2)

    (event,) = events(carla.get(f"/events?seen={before['mark']}"))

    assert "open now" in before["html"]
    assert "opens" in event["data"]


def test_a_card_is_told_of_a_change_of_its_case(console: Console) -> None:
    console.office.put(TO_CHANGE)
    (mark,) = [str(box["data-mark"]) for box in soup(console.get(CARD)).select("[data-card]")]

    quiet = events(console.get(f"/events?case={NUMBER}&seen={mark}"))
    console.post("spoke")
    changed = events(console.get(f"/events?case={NUMBER}&seen={mark}"))

    assert quiet == []
    (told,) = [json.loads(event["data"]) for event in changed]
    assert {name: told[name] for name in ("rings", "ringing", "headline")} == {
        "rings": 0,
        "ringing": "",
        "headline": "",
    }


def test_a_card_is_told_when_its_caller_is_verified_no_more(console: Console) -> None:
    console.office.put(TO_RESET)
    before = console.get(f"/poll?case={NUMBER}").get_json()
    console.clock.advance(3600)

    assert console.get(f"/poll?case={NUMBER}").get_json() != before


def test_fifty_pages_look_at_the_database_once() -> None:
    glances, reads = Glances(for_s=3600), []

    for _ in range(50):
        glances.look(lambda: reads.append(AT) or ())  # type: ignore[func-returns-value]  # noted, and nothing waits

    assert reads == [AT]
