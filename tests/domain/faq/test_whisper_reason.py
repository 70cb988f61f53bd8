"""What an agent is told in the time there is: with the shipped whisper, six words beside its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.whisper_reason import short_why


def test_what_fits_is_left_as_it_is_offered() -> None:
    assert short_why("whether water is safe", line="Customer Service") is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Customer Service", "getting copy of records"),
        ("Technical Account Manager", "getting copy"),
    ],
)
def test_the_longer_the_line_is_named_the_shorter_is_the_reason(line: str, why: str) -> None:
    assert short_why("getting a copy of your records", line=line) == why


def test_a_line_whose_name_takes_all_the_time_leaves_two_words() -> None:
    assert short_why("getting a copy of your records", line="the very long " * 5) == "getting copy"


def test_a_single_word_is_not_cut() -> None:
    assert short_why("refunds", line="the very long " * 5) == "refunds"


@given(label=st.text("ab ,", min_size=1).filter(str.strip), line=st.text("ab ", max_size=60))
def test_a_reason_is_never_empty_and_never_longer_than_the_label(label: str, line: str) -> None:
    why = short_why(label, line=line)

    assert why is None or 0 < len(why) <= len(label)
