import pytest

from ivr.domain.prompts.catalog import PROMPT_IDS, SLOTS, Catalogue, slots_in
from ivr.domain.prompts.speech import Language, Text, Words
from tests.domain.prompts.texts import text_of

ENGLISH, GERMAN = Language("en"), Language("de")
BOTH = Text(by_language={ENGLISH: (Words(text="the desk"),), GERMAN: (Words(text="die Auskunft"),)})
CATALOGUE = Catalogue(
    templates={
        "put_through": {ENGLISH: "To talk to {line}, press {key}.", GERMAN: "Für {line} die {key}."},
        "goodbye": {ENGLISH: "Goodbye."},
    }
)


def test_a_prompt_is_filled_in_each_language_it_is_written_in() -> None:
    text = CATALOGUE.text("put_through", line=BOTH, key="1")

    assert text.words_in(ENGLISH) == "To talk to the desk, press 1."
    assert text.words_in(GERMAN) == "Für die Auskunft die 1."


def test_no_sentence_mixes_two_languages() -> None:
    text = CATALOGUE.text("put_through", line=text_of("the desk", language=ENGLISH), key="1")

    assert text.words_in(GERMAN) == "To talk to the desk, press 1."
    assert text.said_in(GERMAN).language == ENGLISH


def test_a_prompt_without_a_translation_falls_back_to_the_first_language() -> None:
    assert CATALOGUE.text("goodbye").words_in(GERMAN) == "Goodbye."


def test_a_slot_s_own_braces_are_words() -> None:
    assert (
        CATALOGUE.text("put_through", line="{key}", key="1").words_in(ENGLISH) == "To talk to {key}, press 1."
    )


def test_the_slots_of_a_sentence_are_named() -> None:
    assert slots_in("To talk to {line}, press {key}. {line}!") == {"line", "key"}
    assert slots_in("Goodbye.") == frozenset()


@pytest.mark.parametrize(
    "broken", ["{", "}", "{line", "{{line}}", "a }} b", "{line!r}", "{key:d}", "{key:{line}}"]
)
def test_a_brace_that_makes_no_slot_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        slots_in(broken)


def test_slots_are_given_only_to_prompts_that_exist() -> None:
    assert set(SLOTS) <= set(PROMPT_IDS)
