import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.prompts.durations import SLOW_FACTOR, WORDS_PER_MINUTE, seconds_of, seconds_to_say
from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Utterance, Words

WORD_S = 60 / WORDS_PER_MINUTE


@pytest.mark.parametrize(
    ("part", "seconds"),
    [
        pytest.param(Words(text=""), 0, id="nothing"),
        pytest.param(Words(text="three plain words"), 3 * WORD_S, id="words"),
        pytest.param(Words(text="don't, o’clock"), 2 * WORD_S + 0.35, id="apostrophes do not divide"),  # noqa: RUF001 -- the apostrophe that texts hold
        pytest.param(Words(text="Yes. No? Wait"), 3 * WORD_S + 2 * 0.7, id="sentences"),
        pytest.param(Words(text="3.5"), 2 * WORD_S, id="a point inside a number is no end"),
        pytest.param(Words(text="7"), WORD_S, id="seven"),
        pytest.param(Words(text="19"), WORD_S, id="nineteen"),
        pytest.param(Words(text="40"), WORD_S, id="forty"),
        pytest.param(Words(text="47"), 2 * WORD_S, id="forty seven"),
        pytest.param(Words(text="2026"), 4 * WORD_S, id="a year, at most a word a digit"),
        pytest.param(Slow(text="three slow words"), 3 * WORD_S * SLOW_FACTOR, id="slow"),
        pytest.param(Digits(text="944 04"), 5 * WORD_S * SLOW_FACTOR, id="digit by digit"),
        pytest.param(Silence(ms=1500), 1.5, id="silence"),
    ],
)
def test_speech_takes_as_long_as_its_words_and_pauses(part: Part, seconds: float) -> None:
    assert seconds_to_say((part,)) == pytest.approx(seconds)


@given(text=st.text(), more=st.text())
def test_more_speech_never_takes_less_time(text: str, more: str) -> None:
    parts = (Words(text=text), Words(text=more))

    assert 0 <= seconds_to_say(parts[:1]) <= seconds_to_say(parts)


def test_utterances_add_up() -> None:
    one = Utterance(language=Language("en"), parts=(Silence(ms=250),))

    assert seconds_of((one, one)) == pytest.approx(0.5)
