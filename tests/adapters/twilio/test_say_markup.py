import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Words
from tests.adapters.twilio.strategies import ENGLISH, FRENCH, GERMAN
from tests.adapters.twilio.verbs import said
from tests.twiml_lint import lint

SENTENCE: Final = "Every sentence & every word of a long answer is read."


def heard(reply: ET.Element) -> list[str]:
    return [" ".join("".join(say.itertext()).split()) for say in reply.iter("Say")]


@pytest.mark.parametrize(
    "parts",
    [(), (Silence(ms=600),), (Words(text=" \0\u200b"),), (Words(text="…"), Silence(ms=1), Digits(text="&"))],
)
def test_nothing_to_say_becomes_no_say(parts: tuple[Part, ...]) -> None:
    assert [verb.tag for verb in said(*parts)] == ["Hangup"]


def test_markup_in_a_text_is_read_as_text() -> None:
    text = '</Say><Dial>+1900</Dial> & "quoted" <break time="10s"/>'

    say = said(Words(text=text))[0]

    assert list(say) == []
    assert say.text == text


def test_what_xml_forbids_is_left_out() -> None:
    say = said(Words(text="a\0b\x07c\x0bd\x1fe\x7ff\x85g\ud800h\ufffei\uffffj\r\nk\tl"))[0]

    assert say.text == "abcdefghij k l"


def test_a_basic_voice_is_given_no_markup() -> None:
    parts = (Words(text="Adresse :"), Silence(ms=600), Slow(text="1, rue X"), Digits(text="750"))

    say = said(*parts, language=FRENCH)[0]

    assert list(say) == []
    assert say.text == "Adresse : 1, rue X 7 5 0"


def test_addresses_are_read_slowly_and_digits_one_by_one() -> None:
    say = said(Words(text="It is"), Slow(text="1 Main St"), Silence(ms=600), Digits(text="94404"))[0]

    prosody, silence = say
    assert (say.text, prosody.attrib, prosody.text) == ("It is ", {"rate": "80%"}, "1 Main St")
    assert (silence.attrib, silence.tail) == ({"time": "600ms"}, " 9 4 4 0 4")


def test_each_language_is_read_by_its_own_voice() -> None:
    say = said(Words(text="Guten Tag."), language=GERMAN)[0]

    assert say.attrib == {"voice": "Google.de-DE-Neural2-B", "language": "de-DE"}


@pytest.mark.parametrize("language", [ENGLISH, GERMAN, FRENCH])
@pytest.mark.parametrize("kind", [Words, Slow])
def test_a_long_text_is_shared_out_between_sentences(language: Language, kind: type[Words | Slow]) -> None:
    parts = (kind(text=" ".join([SENTENCE] * 150)), Silence(ms=600), Words(text="The end."))

    reply = said(*parts, language=language)

    spoken = heard(reply)
    assert len(spoken) > 1
    assert " ".join(spoken) == " ".join([SENTENCE] * 150 + ["The end."])
    assert all(text.endswith("read.") for text in spoken[:-1])
    assert lint(ET.tostring(reply)) == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(Silence, ms=st.integers(1, 9000)),
            st.sampled_from(
                [Digits(text="&" * 890 + "7" * 10), Digits(text="7" * 900), Words(text="b" * 900)]
            ),
            st.sampled_from(["&<>\"'", "ab. ", "a-b ", "長い。", "??? "]).map(
                lambda word: Words(text=word * 300)
            ),
            st.just(Slow(text="Am Markt 1. " * 99)),
        ),
        min_size=3,
        max_size=12,
    ),
    st.sampled_from([ENGLISH, GERMAN, FRENCH]),
)
def test_no_say_is_longer_than_its_voice_reads(parts: list[Part], language: Language) -> None:
    reply = said(*parts, language=language)

    assert lint(ET.tostring(reply)) == []


def test_a_text_that_is_cut_loses_no_character() -> None:
    text = "x" * 5000

    spoken = heard(said(Words(text=text)))

    assert len(spoken) > 1
    assert re.sub(r"\s", "", "".join(spoken)) == text


def test_a_sentence_without_end_is_cut_between_words() -> None:
    text = " ".join(["self-service"] * 500)

    spoken = heard(said(Words(text=text)))

    assert len(spoken) > 1
    assert " ".join(spoken) == text
