from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.prompts.speech import (
    Digits,
    Language,
    Part,
    Silence,
    Slow,
    Text,
    Utterance,
    Words,
    joined,
    plain_words,
    spelled,
)
from tests.domain.prompts.texts import text_of

ENGLISH, GERMAN = Language("en"), Language("de")
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Words, text=st.text(max_size=8)),
    st.builds(Slow, text=st.text(max_size=8)),
    st.builds(Digits, text=st.text(max_size=8)),
    st.builds(Silence, ms=st.integers(1, 5000)),
)
UTTERANCES = st.lists(
    st.builds(
        Utterance,
        language=st.sampled_from([ENGLISH, GERMAN]),
        parts=st.lists(PARTS, max_size=3).map(tuple),
    ),
    max_size=6,
)


def test_a_text_is_said_in_the_language_asked_for_or_else_in_its_first() -> None:
    text = Text(by_language={ENGLISH: (Words(text="Hello."),), GERMAN: (Words(text="Hallo."),)})

    assert text.said_in(GERMAN) == Utterance(language=GERMAN, parts=(Words(text="Hallo."),))
    assert text.said_in(Language("fr")) == Utterance(language=ENGLISH, parts=(Words(text="Hello."),))
    assert text_of("Hello.", language=ENGLISH).words_in(GERMAN) == "Hello."


def test_a_transcript_spells_digits_and_leaves_silences_out() -> None:
    parts = (Words(text="Write  to"), Silence(ms=500), Slow(text="9 Quay Road"), Digits(text="944 04"))

    assert plain_words(parts) == "Write to 9 Quay Road 9 4 4 0 4"
    assert spelled("944 04") == "9 4 4 0 4"


def test_neighbours_of_one_language_become_one_and_the_empty_vanish() -> None:
    hello, hallo, nothing = (
        Utterance(language=ENGLISH, parts=(Words(text="Hello."),)),
        Utterance(language=GERMAN, parts=(Words(text="Hallo."),)),
        Utterance(language=GERMAN, parts=()),
    )

    assert joined((hello, nothing, hello, hallo)) == (
        Utterance(language=ENGLISH, parts=(Words(text="Hello."), Words(text="Hello."))),
        hallo,
    )


@given(utterances=UTTERANCES)
def test_joining_loses_no_part_and_starts_no_voice_twice(utterances: list[Utterance]) -> None:
    merged = joined(utterances)

    assert [part for one in merged for part in one.parts] == [
        part for one in utterances for part in one.parts
    ]
    languages = [one.language for one in merged]
    assert all(left != right for left, right in pairwise(languages))
