"""Replies held open: room is limited, a change reaches every page, and no page waits for another."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from ivr.entrypoints.console.live.event_stream import Live, live
from ivr.entrypoints.console.live.live_views import LiveView, streamed
from ivr.entrypoints.console.live.open_pages import KeptPages
from ivr.entrypoints.console.sign_in.access import remember
from ivr.services.case_ports import AuditUnavailable
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.member import Member, MemberId, SignedIn

PATIENCE_S = 30
ANA = Member(id=MemberId("ana"), name="Ana", roles=frozenset({"agent"}), lines=frozenset({"support"}))
QUEUE = "/events?about=queue&seen=nothing"


@dataclass(kw_only=True)
class Board:
    """What is shown, by what it is about.

    looks: at what it was looked, in order. away: what a look meets, at what is shown or at a session. out:
    sessions that ended. checks: at which sessions it was looked.
    """

    shows: dict[str, str] = field(default_factory=lambda: {"queue": "nothing"})
    looks: list[str] = field(default_factory=list)
    away: dict[str, Exception] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    checks: list[str] = field(default_factory=list)

    def look(self, about: str) -> LiveView:
        self.looks.append(about)
        if about in self.away:
            raise self.away[about]
        return LiveView(mark=self.shows[about], cells={"says": self.shows[about]})

    def check(self, session: str) -> bool:
        self.checks.append(session)
        if session in self.away:
            raise self.away[session]
        return session not in self.out

    def app(self) -> Flask:
        app = Flask("board")

        @app.before_request
        def known() -> None:
            session = request.args.get("session", "s")
            remember(SignedIn(member=ANA, session=session), lambda: self.check(session))

        @app.get("/events")
        def events() -> Response:
            about = request.args["about"]
            seen = request.args["seen"]
            return streamed(request.environ, about, lambda: self.look(about), seen=seen)

        @app.post("/events")
        def post() -> Response:
            return jsonify(
                {"from": request.headers.get("X-Forwarded-For"), "length": len(request.get_data())}
            )

        return app


@dataclass(kw_only=True)
class Page:
    """One browser's request. sent: what it was sent so far, in pieces. is_over: whether the reply ended."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    is_over: bool = False
    left: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): text.decode() for name, text in message["headers"]}
        elif message["body"]:
            self.sent.append(message["body"].decode())
        if message["type"] == "http.response.body":
            self.is_over = not message.get("more_body", False)

    @property
    def told(self) -> list[str]:
        """What each event said."""
        return [line for piece in self.sent for line in piece.splitlines() if line.startswith("data: ")]


@dataclass(kw_only=True)
class House:
    board: Board
    live: Live
    passing: asyncio.Semaphore
    waiting: asyncio.Event

    async def ask(self, path: str = QUEUE, *, method: str = "GET", body: bytes = b"", **headers: str) -> Page:
        """Send a request, and wait until its reply has ended or is held open."""
        page, held = Page(), len(self.live.kept)
        path, _, query = path.partition("?")
        fields = {"content-length": str(len(body)), **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "http_version": "1.1",
            "headers": [(name.encode(), text.encode()) for name, text in fields.items()],
        }
        parts = [{"type": "http.request", "body": body, "more_body": False}]

        async def received() -> Any:
            if parts and method != "GET":
                return parts.pop()
            await page.left.wait()
            return {"type": "http.disconnect"}

        def receive() -> Any:
            # As the server's: something to be awaited, and no coroutine.
            return asyncio.ensure_future(received())

        page.task = asyncio.create_task(self.live(scope, receive, page.send))
        await until(lambda: page.is_over or len(self.live.kept) > held)
        return page

    async def beat(self) -> None:
        """Let the time until the next look pass, and what it tells arrive."""
        self.waiting.clear()
        self.passing.release()
        async with asyncio.timeout(PATIENCE_S):
            await self.waiting.wait()
        for _ in range(20):
            await asyncio.sleep(0)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 -- what is awaited is no event of ours
            await asyncio.sleep(0.001)


@asynccontextmanager
async def opened(**given: Any) -> AsyncIterator[House]:
    """Keep pages live for the block; whoever is still there at its end leaves."""
    passing, waiting = asyncio.Semaphore(0), asyncio.Event()

    async def pause() -> None:
        waiting.set()
        await passing.acquire()

    board, kept = (
        Board(),
        KeptPages(pause=pause, check_s=given.pop("check_s", PATIENCE_S)),
    )
    house = House(
        board=board,
        live=live(board.app(), kept=kept, **{"life_s": lambda: PATIENCE_S, **given}),
        passing=passing,
        waiting=waiting,
    )
    yield house
    passing.release()


def played(story: Callable[..., Any], **given: Any) -> None:
    """Run a story in a house of its own; a task that failed in silence fails it."""

    async def whole() -> None:
        faults: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        async with opened(**given) as house:
            await story(house)
        gc.collect()
        assert faults == []

    asyncio.run(whole())


def test_a_page_is_answered_at_once_and_its_reply_stays_open() -> None:
    async def story(house: House) -> None:
        page = await house.ask()

        assert (page.status, page.is_over) == (200, False)
        assert page.headers["content-type"].startswith("text/event-stream")
        assert "content-length" not in page.headers
        assert page.sent[0] == "retry: 2000\n\n"

    played(story)


def test_a_change_arrives_once() -> None:
    async def story(house: House) -> None:
        page = await house.ask()
        await house.beat()
        assert page.told == []

        house.board.shows["queue"] = "one rings"
        await house.beat()
        await house.beat()

        assert page.told == ['data: {"says": "one rings"}']

    played(story)


def test_what_changed_between_the_reply_and_the_first_look_is_not_missed() -> None:
    async def story(house: House) -> None:
        house.board.shows["queue"] = "first"
        page = await house.ask()
        house.board.shows["queue"] = "second"

        await house.beat()

        assert page.told == ['data: {"says": "first"}', 'data: {"says": "second"}']

    played(story)


def test_pages_that_show_the_same_are_one_look() -> None:
    async def story(house: House) -> None:
        pages = [await house.ask() for _ in range(30)]
        house.board.looks.clear()
        house.board.shows["queue"] = "one rings"

        await house.beat()

        assert house.board.looks == ["queue"]
        assert [page.told for page in pages] == [['data: {"says": "one rings"}']] * 30

    played(story)


def test_a_page_is_told_only_of_what_it_shows() -> None:
    async def story(house: House) -> None:
        house.board.shows["case"] = "nothing"
        queue, case = await house.ask(), await house.ask("/events?about=case&seen=nothing")
        house.board.shows["case"] = "taken"

        await house.beat()

        assert (queue.told, case.told) == ([], ['data: {"says": "taken"}'])

    played(story)


def test_more_different_pages_than_one_look_reaches_take_turns() -> None:
    async def story(house: House) -> None:
        names = [f"case {number}" for number in range(25)]
        house.board.shows |= dict.fromkeys(names, "nothing")
        for name in names:
            await house.ask(f"/events?about={name}&seen=nothing")
        house.board.looks.clear()

        await house.beat()
        await house.beat()
        await house.beat()

        looks = house.board.looks
        assert sorted(looks[:25]) == sorted(names)
        assert len(looks) == 30

    played(story)


def test_a_page_that_comes_again_is_answered_by_what_was_seen_a_moment_ago() -> None:
    async def story(house: House) -> None:
        await house.ask()
        await house.beat()
        house.board.looks.clear()

        same = await house.ask()
        other = await house.ask("/events?about=queue&seen=older")

        assert (same.told, other.told) == ([], ['data: {"says": "nothing"}'])
        assert house.board.looks == ["queue"]

    played(story)


def test_a_session_that_has_ended_is_told_nothing_more() -> None:
    async def story(house: House) -> None:
        ana = [await house.ask(f"{QUEUE}&session=ana") for _ in range(2)]
        ben = await house.ask(f"{QUEUE}&session=ben")
        house.board.out.add("ana")

        await house.beat()
        await until(lambda: all(page.is_over for page in ana))
        house.board.shows["queue"] = "one rings"
        await house.beat()

        assert sorted(house.board.checks[:2]) == ["ana", "ben"]
        assert [page.told for page in ana] == [[], []]
        assert ben.told == ['data: {"says": "one rings"}']

    played(story, check_s=0)


def test_sessions_are_not_looked_at_in_every_round() -> None:
    async def story(house: House) -> None:
        await house.ask()
        await house.beat()
        await house.beat()

        assert house.board.checks == []

    played(story)


def test_a_session_that_cannot_be_looked_at_now_goes_on() -> None:
    async def story(house: House) -> None:
        page = await house.ask()
        house.board.away["s"] = StoreUnavailable("away")
        await house.beat()
        house.board.away.clear()
        house.board.shows["queue"] = "one rings"
        await house.beat()

        assert (page.told, page.is_over) == (['data: {"says": "one rings"}'], False)

    played(story, check_s=0)


def test_whoever_comes_when_there_is_no_room_is_told_to_poll() -> None:
    async def story(house: House) -> None:
        await house.ask()
        kept = await house.ask()

        full = await house.ask()
        kept.left.set()
        await until(lambda: house.live.open == 1)
        later = await house.ask()

        assert (full.status, full.is_over, full.headers["retry-after"]) == (503, True, "5")
        assert (later.status, later.is_over) == (200, False)

    played(story, most=2)


def test_a_page_whose_time_is_over_ends_and_makes_room() -> None:
    async def story(house: House) -> None:
        page = await house.ask()
        await until(lambda: page.is_over)

        assert house.live.open == 0

    played(story, life_s=lambda: 0.01)


def test_a_quiet_page_is_written_to_so_that_one_that_left_is_noticed() -> None:
    async def story(house: House) -> None:
        page = await house.ask()

        await until(lambda: page.sent[-2:] == ["event: quiet\ndata:\n\n"] * 2)

    played(story, quiet_s=0.01)


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), AuditUnavailable("away")])
def test_a_page_outlives_a_database_that_is_away(fault: Exception) -> None:
    async def story(house: House) -> None:
        page = await house.ask()
        house.board.away["queue"] = fault
        house.board.shows["queue"] = "one rings"
        await house.beat()
        assert (page.told, page.is_over) == ([], False)

        house.board.away.clear()
        await house.beat()

        assert page.told == ['data: {"says": "one rings"}']

    played(story)


def test_a_look_that_breaks_is_on_record_and_ends_its_own_pages_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def story(house: House) -> None:
        house.board.shows["case"] = "nothing"
        queue, case = await house.ask(), await house.ask("/events?about=case&seen=nothing")
        house.board.away["case"] = LookupError("no such case any more")
        house.board.shows["queue"] = "one rings"

        await house.beat()
        await until(lambda: case.is_over)

        assert (queue.told, queue.is_over) == (['data: {"says": "one rings"}'], False)

    played(story)
    assert "a live page could not be looked at" in capsys.readouterr().out


def test_nothing_is_held_open_when_the_process_is_told_to_stop() -> None:
    stops: list[Callable[[], None]] = []

    async def story(house: House) -> None:
        said: list[str] = []
        over = asyncio.Event()
        told = [{"type": "lifespan.startup"}]

        async def receive() -> Any:
            if told:
                return told.pop()
            await over.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            said.append(message["type"])

        process = asyncio.create_task(house.live({"type": "lifespan"}, receive, send))
        await until(lambda: len(stops) == 1)
        page = await house.ask()

        stops[0]()
        await until(lambda: page.is_over)
        late = await house.ask()
        over.set()
        await process

        assert (late.status, house.live.open) == (503, 0)
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    played(story, on_stop=stops.append)


def test_only_what_is_got_is_held_open() -> None:
    async def story(house: House) -> None:
        head = await house.ask(method="HEAD")
        posted = await house.ask("/events", method="POST", body=b"x" * 60_000)

        assert (head.is_over, posted.is_over, house.live.open) == (True, True, 0)
        assert '"length":60000' in "".join(posted.sent)

    played(story)


def test_a_header_with_an_underscore_is_not_taken_for_the_proxy_s_own() -> None:
    async def story(house: House) -> None:
        proxy: dict[str, Any] = {"x-forwarded-for": "198.51.100.7"}
        forged = await house.ask("/events", method="POST", **proxy, x_forwarded_for="203.0.113.9")

        assert '"from":"198.51.100.7"' in "".join(forged.sent)

    played(story)
