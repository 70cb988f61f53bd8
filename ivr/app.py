"""The composition root: menus, store and carrier put together into one line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.calls.called_back import CalledBack
from ivr.calls.close import Closing
from ivr.calls.crowd import MostCalls
from ivr.calls.enrolling import Enrolling
from ivr.calls.memo import Memo, Reply
from ivr.calls.menus import LiveMenus
from ivr.calls.spoken_code import SpokenCodes
from ivr.calls.stopping import Stopping
from ivr.calls.turn import Turns
from ivr.calls.undelivered import UndeliveredTexts
from ivr.calls.verify import Verification
from ivr.carrier.apology import write_apology, write_whisper
from ivr.carrier.called_back import CallBackWords
from ivr.carrier.placed_call import PlacedCall
from ivr.carrier.signature import Signatures
from ivr.carrier.spoken_call import SpokenCall
from ivr.carrier.twiml import write
from ivr.carrier.urls import Urls
from ivr.case_ports import Cases, Directory
from ivr.dialogue.action import Action
from ivr.mask import Secret, number_hmac
from ivr.menu.line import LineId
from ivr.menu.tree import MenuTree
from ivr.phone import E164
from ivr.ports import Clock, Journal, Ledger, MenuArchive
from ivr.prompt.catalogue import PromptId
from ivr.prompt.speech import Text, Utterance, joined
from ivr.settings.demo import DEMO_NUMBERS
from ivr.settings.settings import Settings
from ivr.web.called_back import CalledBackLine
from ivr.web.case_page import CasePage
from ivr.web.enrol import Enrol
from ivr.web.errors import Apologies
from ivr.web.health import Degraded
from ivr.web.lane import Lane
from ivr.web.line import line_app
from ivr.web.request import guard
from ivr.web.spoken import Spoken
from ivr.web.stop import Stop
from ivr.web.texts import Texts
from ivr.web.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRoom:
    """What verification needs. fresh: gives 32 hexadecimal digits that nobody can foresee."""

    cases: Cases
    directory: Directory
    fresh: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a line keeps what it must not forget. cases: None where nobody is verified by phone."""

    journal: Journal
    ledger: Ledger
    menus: MenuArchive
    cases: CaseRoom | None = None


def numbers_of(settings: Settings, tree: MenuTree) -> dict[LineId, tuple[E164, ...]]:
    """The numbers of each line that the menu has, in the order of its people."""
    return {line: settings.lines.get(line, ()) for line in tree.lines}


def apology_of(settings: Settings, tree: MenuTree, *, whisper_url: str = "") -> bytes:
    """A document that apologizes and rings a person, and needs nothing of ours to be played."""
    language = tree.languages[0]
    line = tree.lines[tree.person_line]

    def said(prompt: PromptId, **slots: Text) -> Utterance:
        return tree.prompts.text(prompt, **slots).said_in(language)

    return write_apology(
        words=joined((said("apology", line=line.name), said("apology_if_nobody"))),
        nobody=(said("apology_nobody", line=line.name),),
        goodbye=(said("goodbye"),),
        voices=tree.voices,
        numbers=numbers_of(settings, tree)[line.id],
        caller_id=settings.numbers[0],
        whisper_url=whisper_url,
    )


def apology_whisper_of(tree: MenuTree, *, accept_url: str) -> bytes:
    """What whoever is rung by the apology hears first, where a host serves it beside the apology."""
    text = tree.prompts.text(
        "whisper",
        line=tree.lines[tree.person_line].whispered,
        why=tree.prompts.text("why_apology"),
        standing=tree.prompts.text("not_verified"),
    )
    return write_whisper((text.said_in(tree.languages[0]),), tree.voices, accept_url=accept_url)


def line_of(  # the parts of a line, each of which a test or a host may replace
    settings: Settings, tree: MenuTree, kept: Kept, *, clock: Clock, key: Secret, degraded: Degraded
) -> Lane:
    """Put one line together: the WSGI application that a server, a test or the handset calls."""
    urls = Urls(public_url=settings.public_url)
    numbers: Mapping[LineId, tuple[E164, ...]] = numbers_of(settings, tree)
    menus = LiveMenus(tree, kept.menus)

    def render(tree: MenuTree, actions: tuple[Action, ...]) -> Reply:
        return write(tree, actions, numbers=numbers, caller_id=settings.numbers[0], urls=urls)

    secret = key.reveal().encode()

    def hashed(number: str) -> str:
        return number_hmac(secret, number)

    turns = Turns(
        menus=menus,
        ledger=kept.ledger,
        journal=kept.journal,
        clock=clock,
        render=render,
        memo=Memo(),
        verification=None if kept.cases is None else _verification(kept.cases, key, hashed),
        most_calls=MostCalls(per_number=settings.calls_per_number, withheld=settings.calls_withheld),
    )
    signatures = Signatures(
        public_url=settings.public_url, account_sid=settings.account_sid, tokens=_tokens(settings)
    )
    voice = Voice(
        guard=guard(signatures),
        turns=turns,
        closing=Closing(menus=menus, ledger=kept.ledger, clock=clock),
        urls=urls,
        clock=clock,
        hashed=hashed,
        apologies=Apologies(apology=apology_of(settings, tree)),
        ours=frozenset() if settings.numbers == DEMO_NUMBERS else frozenset(settings.numbers),
    )
    flask = line_app(
        voice,
        degraded,
        spoken=None if kept.cases is None else _spoken(settings, tree, kept.cases, voice, key),
        called_back=None if kept.cases is None else _called_back(settings, tree, kept.cases, voice),
        stop=None if kept.cases is None else _stop(settings, tree, kept.cases, clock, key, hashed),
        enrol=None if kept.cases is None else _enrol(settings, tree, kept.cases, clock, key),
        case_page=None if kept.cases is None else _case_page(settings, tree, kept.cases, clock),
        texts=None if kept.cases is None else _texts(kept.cases, voice),
    )
    return Lane(flask=flask, voice=voice, signatures=signatures)


def _verification(room: CaseRoom, key: Secret, hashed: Callable[[str], str]) -> Verification:
    return Verification(cases=room.cases, directory=room.directory, key=key, fresh=room.fresh, hashed=hashed)


def _placed(settings: Settings, tree: MenuTree) -> PlacedCall:
    return PlacedCall(
        prompts=tree.prompts,
        languages=tree.languages,
        voices=tree.voices,
        company=tree.company,
        phone=settings.numbers[0],
    )


def _spoken(settings: Settings, tree: MenuTree, room: CaseRoom, voice: Voice, key: Secret) -> Spoken:
    call = SpokenCall(placed=_placed(settings, tree), public_url=settings.public_url)
    codes = SpokenCodes(cases=room.cases, key=key, clock=voice.clock)
    return Spoken(guard=voice.guard, codes=codes, call=call)


def _texts(room: CaseRoom, voice: Voice) -> Texts:
    undelivered = UndeliveredTexts(cases=room.cases, clock=voice.clock, fresh=room.fresh)
    return Texts(guard=voice.guard, undelivered=undelivered)


def _called_back(settings: Settings, tree: MenuTree, room: CaseRoom, voice: Voice) -> CalledBackLine:
    words = CallBackWords(placed=_placed(settings, tree), urls=voice.urls)
    return CalledBackLine(
        guard=voice.guard,
        called=CalledBack(cases=room.cases, clock=voice.clock),
        words=words,
        turns=voice.turns,
        closing=voice.closing,
        hashed=voice.hashed,
    )


def _stop(
    settings: Settings,
    tree: MenuTree,
    room: CaseRoom,
    clock: Clock,
    key: Secret,
    hashed: Callable[[str], str],
) -> Stop:
    stopping = Stopping(cases=room.cases, key=key, clock=clock, fresh=room.fresh, hashed=hashed)
    company = tree.company.words_in(tree.languages[0])
    return Stop(stopping=stopping, company=company, phone=settings.numbers[0])


def _enrol(settings: Settings, tree: MenuTree, room: CaseRoom, clock: Clock, key: Secret) -> Enrol | None:
    policy, company = tree.verification, tree.company.words_in(tree.languages[0])
    if policy is None or not {"app", "saved_codes"} & set(policy.factors):
        return None
    enrolling = Enrolling(
        cases=room.cases,
        directory=room.directory,
        policy=policy,
        key=key,
        clock=clock,
        fresh=room.fresh,
        company=company,
    )
    return Enrol(enrolling=enrolling, company=company, phone=settings.numbers[0])


def _case_page(settings: Settings, tree: MenuTree, room: CaseRoom, clock: Clock) -> CasePage:
    company = tree.company.words_in(tree.languages[0])
    return CasePage(cases=room.cases, clock=clock, company=company, phone=settings.numbers[0])


def _tokens(settings: Settings) -> tuple[Secret, ...]:
    upcoming = () if settings.next_auth_token is None else (settings.next_auth_token,)
    return (settings.auth_token, *upcoming)
