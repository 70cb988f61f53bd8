import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.suggestions import did_you_mean

FIELDS = ["prompt", "options", "Line", "say"]


@pytest.mark.parametrize(
    ("word", "near"), [("promt", "prompt"), ("OPTIONS", "options"), ("line", "Line"), ("sya", "say")]
)
def test_a_slip_finds_the_known_word(word: str, near: str) -> None:
    assert did_you_mean(word, FIELDS) == near


@pytest.mark.parametrize("word", ["", "telephone", "x" * 10_000])
def test_a_stranger_finds_nothing(word: str) -> None:
    assert did_you_mean(word, FIELDS) is None


@given(st.text(max_size=40).filter(lambda word: word.casefold() != ""), st.lists(st.text(max_size=40)))
def test_a_known_word_is_nearest_to_itself(word: str, others: list[str]) -> None:
    near = did_you_mean(word, [*others, word])

    assert near is not None
    assert near.casefold() == word.casefold()
