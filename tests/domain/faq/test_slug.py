import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.slug import slug_of


@pytest.mark.parametrize(
    ("text", "taken", "slug"),
    [
        ("Paying your bill", (), "paying-your-bill"),
        ("Paying your bill", ("paying-your-bill", "paying-your-bill-2"), "paying-your-bill-3"),
        ("Zähler & Straße", (), "zahler-and-strasse"),
        ("won't boot", (), "wont-boot"),
        ("24 hours", (), "question-24-hours"),
        ("\u8cea\u554f", (), "question"),
        ("\u8cea\u554f", ("question",), "question-2"),
        ("purchasing or evaluating additional products", (), "purchasing-or-evaluating-additional"),
        ("x" * 60, ("x" * 40,), "x" * 38 + "-2"),
    ],
)
def test_a_text_becomes_a_readable_free_name(text: str, taken: tuple[str, ...], slug: str) -> None:
    assert slug_of(text, taken) == slug


@given(texts=st.lists(st.text(max_size=60), max_size=20))
def test_names_always_have_the_shape_of_a_node_and_never_clash(texts: list[str]) -> None:
    taken: list[str] = []

    for text in texts:
        taken.append(slug_of(text, taken))

    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,39}", slug) and not slug.endswith("-") for slug in taken)
    assert len(set(taken)) == len(texts)
