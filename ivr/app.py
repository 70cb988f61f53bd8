"""The composition root: menus, store and carrier put together into one line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.calls.close import Closing
from ivr.calls.memo import Memo, Reply
from ivr.calls.menus import LiveMenus
from ivr.calls.turn import Turns
from ivr.carrier.apology import write_apology
from ivr.carrier.signature import Signatures
from ivr.carrier.twiml import write
from ivr.carrier.urls import Urls
from ivr.clock import ManualClock
from ivr.dialogue.action import Action
from ivr.dialogue.disposition import Disposition
from ivr.dialogue.event import CallId
from ivr.mask import Secret, number_hmac
from ivr.menu.line import LineId
from ivr.menu.tree import MenuTree
from ivr.phone import E164
from ivr.ports import Clock, Journal, Ledger, MenuArchive, Voicemail
from ivr.settings.read import read_settings
from ivr.settings.settings import Settings
from ivr.start import StartFault, load_folders
from ivr.store.memory import MemoryStore
from ivr.web.errors import Apologies
from ivr.web.health import Degraded
from ivr.web.lane import lane
from ivr.web.line import line_app
from ivr.web.request import guard
from ivr.web.voice import Voice

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


_REHEARSAL_KEY: Final = Secret("a key for rehearsals, which keep nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a line keeps what it must not forget."""

    journal: Journal
    ledger: Ledger
    menus: MenuArchive


def numbers_of(settings: Settings, tree: MenuTree) -> dict[LineId, tuple[E164, ...]]:
    """The numbers of each line that the menu has, in the order of its people."""
    return {line: settings.lines.get(line, ()) for line in tree.lines}


def apology_of(settings: Settings, tree: MenuTree) -> bytes:
    """A document that apologizes and rings a person, and needs nothing of ours to be played."""
    language = tree.languages[0]
    name = tree.lines[tree.person_line].name
    return write_apology(
        words=(tree.prompts.text("apology", line=name).said_in(language),),
        nobody=(tree.prompts.text("apology_nobody", line=name).said_in(language),),
        voices=tree.voices,
        numbers=numbers_of(settings, tree)[tree.person_line],
        caller_id=settings.numbers[0],
    )


def line_of(  # the parts of a line, each of which a test or a host may replace
    settings: Settings, tree: MenuTree, kept: Kept, *, clock: Clock, key: Secret, degraded: Degraded
) -> "WSGIApplication":
    """Put one line together: the WSGI application that a server, a test or the handset calls."""
    urls = Urls(public_url=settings.public_url)
    numbers: Mapping[LineId, tuple[E164, ...]] = numbers_of(settings, tree)
    menus = LiveMenus(tree, kept.menus)

    def render(tree: MenuTree, actions: tuple[Action, ...]) -> Reply:
        return write(tree, actions, numbers=numbers, caller_id=settings.numbers[0], urls=urls)

    turns = Turns(
        menus=menus, ledger=kept.ledger, journal=kept.journal, clock=clock, render=render, memo=Memo()
    )
    signatures = Signatures(
        public_url=settings.public_url, account_sid=settings.account_sid, tokens=_tokens(settings)
    )
    secret = key.reveal().encode()
    voice = Voice(
        guard=guard(signatures),
        turns=turns,
        closing=Closing(menus=menus, ledger=kept.ledger, clock=clock),
        urls=urls,
        clock=clock,
        hashed=lambda number: number_hmac(secret, number),
        apologies=Apologies(apology=apology_of(settings, tree)),
    )
    return lane(line_app(voice, degraded), voice, signatures)


def _tokens(settings: Settings) -> tuple[Secret, ...]:
    upcoming = () if settings.next_auth_token is None else (settings.next_auth_token,)
    return (settings.auth_token, *upcoming)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalLine:
    """A whole line in memory, with a clock that stands still: what the handset and the conversations call."""

    wsgi: "WSGIApplication"
    public_url: str
    account_sid: str
    token: Secret
    clock: ManualClock
    tree: MenuTree
    numbers: Mapping[LineId, tuple[E164, ...]]
    store: MemoryStore

    def disposition(self, call: CallId) -> Disposition | None:
        ended = self.store.ended.get(call)
        return None if ended is None else ended.disposition

    def voicemails(self) -> tuple[Voicemail, ...]:
        return self.store.voicemails()


def line_for_tests(*, menus: str, prompts: str, at: datetime) -> RehearsalLine:
    """Put up a line on the demo's settings, at *at*. Raises StartFault for a menu with faults."""
    loaded, _ = load_folders(Path(menus), Path(prompts))
    if loaded.tree is None:
        raise StartFault(loaded.errors)
    numbers = rehearsal_numbers(loaded.tree)
    demo = read_settings({}, read_bytes=None)
    settings = replace(demo, lines={str(line): people for line, people in numbers.items()})
    store = MemoryStore()
    clock = ManualClock(at)
    kept = Kept(journal=store, ledger=store, menus=store)
    return RehearsalLine(
        wsgi=line_of(settings, loaded.tree, kept, clock=clock, key=_REHEARSAL_KEY, degraded=lambda: ()),
        public_url=settings.public_url,
        account_sid=settings.account_sid,
        token=settings.auth_token,
        clock=clock,
        tree=loaded.tree,
        numbers=numbers,
        store=store,
    )


def rehearsal_numbers(tree: MenuTree) -> dict[LineId, tuple[E164, ...]]:
    """Give everybody a number out of those kept for fiction, which end in 555-0100 to 555-0199."""
    fiction = (E164(f"+1{area}55501{last:02}") for area in (415, 212, 312, 206) for last in range(1, 100))
    return {line.id: tuple(islice(fiction, len(line.people))) for line in tree.lines.values()}
