"""A rehearsal's line, the console over its cases, and agents who have nothing but a keyboard."""

import asyncio
import os
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread

from axe_playwright_python.sync_playwright import Axe
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.entrypoints.console.live.event_stream import Live, live
from ivr.entrypoints.console.live.open_pages import KeptPages
from ivr.simulator.carrier.simulated_agents import as_cast
from ivr.simulator.conversation import FIRST_TIME, moment_of
from ivr.simulator.handset import Handset
from tests.entrypoints.console.rehearsed import agent, console_of
from tests.entrypoints.console.staffed import PASSWORD, Console
from tests.process.served import free_port, until

# No pages leave this machine, so the time at which a browser gives up is no measure of anything.
PATIENCE_MS = 20_000
SHOTS = os.environ.get("IVR_SHOTS")
"""A folder to keep pictures of the pages in, to be looked at."""


@dataclass(kw_only=True)
class Desks:
    """live: what holds the console's live pages open."""

    line: RehearsalLine
    console: Console
    browser: Browser
    address: str
    live: Live
    calls: int = 0
    pages: list[Page] = field(default_factory=list)

    def sit_down(self, name: str, *, scripts: bool = True) -> Page:
        """Sign an agent in, by keyboard, at a browser of their own."""
        member = agent(name)
        self.console.add(member)
        context = self.browser.new_context(locale="en-US", java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.clock.set_fixed_time(self.line.clock.now())
        self.pages.append(page)
        page.goto(f"{self.address}/")
        type_into(page, "name", name)
        type_into(page, "password", PASSWORD)
        enter(page)
        type_into(page, "code", self.console.code(member))
        enter(page)
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        return page

    def call(self) -> "LastingTalks":
        self.calls += 1
        return LastingTalks(line=self.line, answer_as=as_cast({}), number=self.calls, in_talk=_go_on_talking)

    def verified_call(self, subscription: str, *, rings: bool = False) -> "LastingTalks":
        """Be a locked-out primary administrator who types everything right. rings: see `LastingTalks`."""
        handset = self.call()
        handset.rings = rings
        handset.dial()
        for key in "112":
            handset.press(key)
        handset.type(subscription)
        handset.type(handset.code_from("text"))
        handset.type(handset.code_from("mail"))
        return handset


class _StillTalking(Exception):  # noqa: N818 -- it names what goes on
    """The two talk on: the telephone goes back to the test in the middle of it."""


def _go_on_talking() -> None:
    raise _StillTalking


class LastingTalks(Handset):
    """A telephone whose talk with an agent lasts until its caller hangs up.

    rings: whether the agent's telephone is left ringing first, until `take`.
    """

    rings: bool = False
    _ringing: ET.Element | None = None

    def take(self) -> None:
        """Let the agent take the call that rings."""
        assert self._ringing is not None
        with suppress(_StillTalking):
            Handset._dial(self, self._ringing)

    def _dial(self, dial: ET.Element) -> None:
        if self.rings:
            self._ringing = dial
            raise _StillTalking
        Handset._dial(self, dial)

    def press(self, key: str) -> None:
        with suppress(_StillTalking):
            Handset.press(self, key)

    def type(self, entry: str) -> None:
        with suppress(_StillTalking):
            Handset.type(self, entry)


def digits_of(handset: Handset) -> str:
    """Give what was whispered to the agent who took the call."""
    digits = handset.match_digits()
    assert digits is not None
    return digits


def type_into(page: Page, field_name: str, text: str) -> None:
    tab_to(page, f'[name="{field_name}"]')
    page.keyboard.type(text)


def tab_to(page: Page, selector: str) -> None:
    """Press tab until the focus is on what is looked for, as somebody without a mouse does."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {selector}")


def enter(page: Page) -> None:
    """Press Enter, and wait for the page after it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def strike(page: Page, key: str) -> None:
    """Press one of the page's own keys, once it hears them."""
    expect(page.locator("html")).to_have_attribute("data-hears", "keys")
    page.keyboard.press(key)


def press(page: Page, move: str) -> None:
    """Reach a move's button by tab, press it by Enter, and wait for the page after it."""
    tab_to(page, f'form[action$="/{move}"] button')
    enter(page)


def complaints(page: Page) -> list[str]:
    """List what the checker of accessibility finds."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def picture(page: Page, name: str) -> None:
    if SHOTS is None:
        return
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


@contextmanager
def opened_desks(chromium: Path) -> Iterator[Desks]:
    line = line_for_tests(menus="menus", prompts="prompts", at=moment_of(FIRST_TIME))
    with desks_over(line, console_of(line), chromium) as desks:
        yield desks


@contextmanager
def desks_over(line: RehearsalLine, console: Console, chromium: Path) -> Iterator[Desks]:
    """Serve a line's console on a port of this machine, with a browser in front of it."""
    pages = live(console.app, kept=KeptPages(pause=_soon))
    with ExitStack() as stack:
        address = stack.enter_context(_served(pages))
        play = stack.enter_context(sync_playwright())
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = play.chromium.launch(executable_path=str(chromium), args=options)
        stack.callback(browser.close)
        yield Desks(line=line, console=console, browser=browser, address=address, live=pages)


async def _soon() -> None:
    """Look more often than a console does, since the whole test waits for it."""
    await asyncio.sleep(0.2)


@contextmanager
def _served(pages: Live) -> Iterator[str]:
    """Serve them as `ivr console` does, but in this process, where the line is."""
    port = free_port()
    started: Queue[tuple[Server, asyncio.AbstractEventLoop]] = Queue()

    async def serve() -> None:
        server = Server(
            pages, port=port, interface=Interfaces.ASGINL, websockets=False, log_level=LogLevels.warning
        )
        started.put((server, asyncio.get_running_loop()))
        await server.serve()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    server, loop = started.get()
    try:
        until(lambda: _listens(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
