"""The composition root: menus, store and carrier put together into one line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.adapters.settings.demo_settings import DEMO_NUMBERS
from ivr.adapters.settings.settings import Settings
from ivr.adapters.twilio.apology import write_apology, write_whisper
from ivr.adapters.twilio.callback_documents import CallBackWords
from ivr.adapters.twilio.code_call_documents import SpokenCall
from ivr.adapters.twilio.outbound_call import PlacedCall
from ivr.adapters.twilio.request_signature import Signatures
from ivr.adapters.twilio.twiml import write
from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.actions import Action
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Text, Utterance, joined
from ivr.domain.redaction import Secret, number_hmac
from ivr.entrypoints.voice.callback_webhooks import CalledBackLine
from ivr.entrypoints.voice.code_call_webhooks import Spoken
from ivr.entrypoints.voice.error_replies import Apologies
from ivr.entrypoints.voice.fast_path import Lane
from ivr.entrypoints.voice.health import Degraded
from ivr.entrypoints.voice.line_app import line_app
from ivr.entrypoints.voice.pages.case_page import CasePage
from ivr.entrypoints.voice.pages.enrollment_page import Enrol
from ivr.entrypoints.voice.pages.stop_page import Stop
from ivr.entrypoints.voice.request_check import guard
from ivr.entrypoints.voice.text_status_webhook import TextStatusConfig
from ivr.entrypoints.voice.voice_webhooks import VoiceConfig
from ivr.services.calls.answer_callback import CalledBack
from ivr.services.calls.crowding import MostCalls
from ivr.services.calls.end_call import Closing
from ivr.services.calls.reply_cache import Memo, Reply
from ivr.services.calls.served_menus import LiveMenus
from ivr.services.calls.take_turn import Turns
from ivr.services.calls.verification.enroll import Enrolling
from ivr.services.calls.verification.read_code_aloud import SpokenCodes
from ivr.services.calls.verification.stop_case import Stopping
from ivr.services.calls.verification.undelivered_codes import UndeliveredTexts
from ivr.services.calls.verification.verification import Verification
from ivr.services.case_ports import Cases, Directory
from ivr.services.ports import Clock, Journal, Ledger, MenuArchive


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRoom:
    """What verification needs. fresh: gives 32 hexadecimal digits that nobody can foresee."""

    cases: Cases
    directory: Directory
    fresh: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStores:
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
    settings: Settings, tree: MenuTree, kept: LineStores, *, clock: Clock, key: Secret, degraded: Degraded
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
    voice = VoiceConfig(
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


def _spoken(settings: Settings, tree: MenuTree, room: CaseRoom, voice: VoiceConfig, key: Secret) -> Spoken:
    call = SpokenCall(placed=_placed(settings, tree), public_url=settings.public_url)
    codes = SpokenCodes(cases=room.cases, key=key, clock=voice.clock)
    return Spoken(guard=voice.guard, codes=codes, call=call)


def _texts(room: CaseRoom, voice: VoiceConfig) -> TextStatusConfig:
    undelivered = UndeliveredTexts(cases=room.cases, clock=voice.clock, fresh=room.fresh)
    return TextStatusConfig(guard=voice.guard, undelivered=undelivered)


def _called_back(settings: Settings, tree: MenuTree, room: CaseRoom, voice: VoiceConfig) -> CalledBackLine:
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
