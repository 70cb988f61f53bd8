import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.excerpt import LONGEST, excerpt, shape_of


def test_long_text_is_cut() -> None:
    assert excerpt("a" * 100) == '"' + "a" * (LONGEST - 1) + '…"'


def test_text_that_fits_is_whole() -> None:
    assert excerpt("a" * LONGEST) == '"' + "a" * LONGEST + '"'


def test_what_a_terminal_would_obey_is_shown_by_code() -> None:
    assert excerpt("a\n\x1b[31m\u202e") == '"a\\n<U+001B>[31m<U+202E>"'


@given(st.text())
def test_an_excerpt_is_one_printable_line(text: str) -> None:
    assert excerpt(text).isprintable()


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (1, "the number 1"),
        ("a", 'the text "a"'),
        ([], "a list"),
        ({}, "fields (key: value)"),
        (1.5, "something else"),
    ],
)
def test_a_shape_is_named_in_plain_words(value: object, shape: str) -> None:
    assert shape_of(value) == shape
