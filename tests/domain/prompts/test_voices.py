import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.prompts.voices import SAY_LIMITS, Family, voice_of


@pytest.mark.parametrize(
    ("name", "locale", "family"),
    [
        ("woman", "de-DE", "basic"),
        ("man", "en-GB", "basic"),
        ("Polly.Joanna-Neural", "en-US", "polly"),
        ("Polly.Vicki", "de-DE", "polly"),
        ("Polly.Ruth-Generative", "en-US", "polly"),
        ("Google.de-DE-Wavenet-A", "de-DE", "google"),
        ("Google.en-US-Chirp3-HD-Aoede", "en-US", "google"),
    ],
)
def test_a_voice_belongs_to_the_family_that_its_name_tells(name: str, locale: str, family: Family) -> None:
    voice = voice_of(name, locale=locale)

    assert voice.family == family
    assert voice.reads_markup == (family != "basic")
    assert voice.family in SAY_LIMITS


@pytest.mark.parametrize(
    ("name", "locale", "words"),
    [
        ("Polly.Joana-Neural", "en-US", "Polly.Joanna-Neural"),
        ("polly.joanna-neural", "en-US", "Polly.Joanna-Neural"),
        ("wooman", "en-US", "woman"),
        ("???", "en-US", "Polly.Joanna-Neural"),
        ("Polly.Joanna-Neural", "de-DE", "speaks en-US, not de-DE"),
        ("man", "it-IT", "not it-IT"),
        ("Google.de-DE-Wavenet-A", "en-US", "speaks de-DE"),
    ],
)
def test_a_voice_that_is_none_or_speaks_otherwise_is_refused_with_a_remedy(
    name: str, locale: str, words: str
) -> None:
    with pytest.raises(ValueError, match=r".+; .+") as refused:
        voice_of(name, locale=locale)

    assert words in str(refused.value)


@given(name=st.text(max_size=30), locale=st.text(max_size=6))
def test_no_other_text_is_a_voice(name: str, locale: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).+; .+"):
        voice_of(name, locale=locale)
