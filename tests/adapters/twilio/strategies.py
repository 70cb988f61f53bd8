"""Actions of every kind, for the tests of the documents that they become."""

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from ivr.adapters.twilio.urls import Urls
from ivr.domain.dialogue.actions import Action, Bridge, Dial, Gather, HangUp, Record, Say
from ivr.domain.dialogue.place import Place, Stage
from ivr.domain.menus.line import LineId, PersonIndex
from ivr.domain.menus.tree import Ask, MenuTree, MenuVersion, NodeId, Pacing
from ivr.domain.phone import E164
from ivr.domain.prompts.catalog import Catalogue
from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Utterance, Words
from ivr.domain.prompts.voices import Voice
from tests.domain.prompts.texts import text_of

ENGLISH: Final = Language("en")
GERMAN: Final = Language("de")
FRENCH: Final = Language("fr")
VOICES: Final = {
    ENGLISH: Voice(name="Polly.Joanna-Neural", locale="en-US"),
    GERMAN: Voice(name="Google.de-DE-Neural2-B", locale="de-DE"),
    FRENCH: Voice(name="woman", locale="fr-FR"),
}
SUPPORT: Final = LineId("support")
TAM: Final = LineId("tam")
NUMBERS: Final = {
    SUPPORT: tuple(E164(f"+141555501{last:02}") for last in range(12)),
    TAM: (E164("+4930901820"),),
}
CALLER_ID: Final = E164("+14155550199")
URLS: Final = Urls(public_url="https://calls.example.com")
_HOME: Final = Ask(
    id=NodeId("main"),
    kind="menu",
    says=text_of("Welcome.", language=ENGLISH),
    choices=(),
    line=SUPPORT,
    why="the main menu",
)
TREE: Final = MenuTree(
    version=MenuVersion("3f2a9c11d0ab"),
    company=text_of("Acme", language=ENGLISH),
    product=text_of("Anvil", language=ENGLISH),
    home=_HOME,
    greeting=text_of("Hello.", language=ENGLISH),
    nodes={_HOME.id: _HOME},
    lines={},
    person_line=SUPPORT,
    languages=(ENGLISH, GERMAN, FRENCH),
    voices=VOICES,
    prompts=Catalogue(templates={}),
    pacing=Pacing(
        choose_s=6,
        option_pause_ms=600,
        between_s=3,
        message_s=120,
        silent_caller="person",
        listens=True,
        person_words=frozenset(),
    ),
    message_notice=None,
)

# Lone halves of characters, markup and what XML forbids come up far more often than by chance.
texts: Final = st.text(
    st.one_of(
        st.sampled_from(" aZ9.,;&<>\"'\n\t\r\0\x0b\x1f\x7f\x85\u00a0\u200b\u202e\ud800\ufffe\uffff😀"),
        st.characters(),
    ),
    max_size=12,
)
parts: Final[st.SearchStrategy[Part]] = st.one_of(
    st.builds(Words, text=texts),
    st.builds(Slow, text=texts),
    st.builds(Digits, text=texts),
    st.builds(Silence, ms=st.integers(-1, 20_000)),
)
utterances: Final = st.builds(
    Utterance,
    language=st.sampled_from(list(VOICES)),
    parts=st.lists(parts, max_size=4).map(tuple),
)
speeches: Final = st.lists(utterances, max_size=3).map(tuple)
names: Final = st.sampled_from(["main", "shipping-abroad", "appliance--2", "a1"]).map(NodeId)


def places(stage: Stage, *, turn: int) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        version=st.just(MenuVersion("3f2a9c11d0ab")),
        stage=st.just(stage),
        node=names,
        language=st.sampled_from(list(VOICES)),
        turn=st.just(turn),
        silences=st.integers(0, 3),
        mismatches=st.integers(0, 3),
        back=st.lists(names, max_size=3).map(tuple),
        line=st.sampled_from([None, SUPPORT, TAM]),
        person=st.one_of(st.none(), st.integers(0, 9)),
        has_case=st.booleans(),
    )


def gathers(*, turn: int) -> st.SearchStrategy[Gather]:
    return st.builds(
        Gather,
        place=places("turn", turn=turn),
        utterances=speeches,
        timeout_s=st.integers(1, 60),
        hints=st.lists(texts, max_size=3).map(tuple),
    )


def dials(*, turn: int) -> st.SearchStrategy[Dial]:
    everyone = [PersonIndex(position) for position in range(len(NUMBERS[SUPPORT]))]
    return st.builds(
        Dial,
        line=st.just(SUPPORT),
        people=st.lists(st.sampled_from(everyone), min_size=1, max_size=10, unique=True).map(tuple),
        ring_s=st.integers(5, 600),
        whisper=places("whisper", turn=turn),
        ended=places("dial", turn=turn),
    )


def records(*, turn: int) -> st.SearchStrategy[Record]:
    return st.builds(
        Record,
        place=places("recorded", turn=turn),
        longest_s=st.integers(1, 300),
        transcribe=st.booleans(),
    )


def actions(*, turn: int) -> st.SearchStrategy[list[Action]]:
    """Verbs in any order, reachable or not: the writer writes what it is told."""
    each = st.one_of(
        st.builds(Say, utterances=speeches),
        gathers(turn=turn),
        dials(turn=turn),
        records(turn=turn),
        st.just(Bridge()),
        st.just(HangUp()),
    )
    return st.lists(each, max_size=4)


def replies(*, turn: int) -> st.SearchStrategy[list[Action]]:
    """Answer as a caller may be answered: with something said, then one way on."""
    way_on = st.one_of(gathers(turn=turn), dials(turn=turn), records(turn=turn), st.just(HangUp()))
    return st.builds(_reply, speeches, way_on)


def _reply(said: tuple[Utterance, ...], last: Action) -> list[Action]:
    if isinstance(last, Record):
        said = tuple(replace(utterance, language=last.place.language) for utterance in said)
    return [Say(utterances=said), last]
