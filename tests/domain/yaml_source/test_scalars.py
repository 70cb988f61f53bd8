import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.scalars import is_odd_number, meaning


@given(st.integers(-(10**17), 10**17))
def test_whole_numbers_are_counted(number: int) -> None:
    assert meaning(str(number)) == number
    assert not is_odd_number(str(number)[:18]) or abs(number) >= 10**17 or meaning(str(number)) == number


@given(
    st.text(min_size=1).filter(lambda text: not text.lstrip("-").isascii() or not text.lstrip("-").isdigit())
)
def test_everything_else_stays_as_written(text: str) -> None:
    assert meaning(text) in {text, True, False, None}


@pytest.mark.parametrize("text", ["１２", "٣", "²", "1 2", "+1", "--1", "1-2", "yes", "NULL", "TRUE"])  # noqa: RUF001 -- digits of other scripts
def test_what_only_looks_like_a_number_or_truth_is_text(text: str) -> None:
    assert meaning(text) == text
    assert not is_odd_number(text)


@pytest.mark.parametrize(
    "text",
    ["00", "-07", "0o17", "0b11", "1__0", "1e9", "1.5E-3", ".inf", "-.INF", ".nan", "9" * 19, "9" * 5000],
)
def test_numbers_that_readers_disagree_about_are_odd(text: str) -> None:
    assert meaning(text) == text
    assert is_odd_number(text)
