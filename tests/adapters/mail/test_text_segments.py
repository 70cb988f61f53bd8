import pytest

from ivr.adapters.mail.text_segments import costly, segments_of


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 158 + "[", 1),
        ("a" * 159 + "[", 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("a" * 69 + "\N{EN DASH}", 1),
        ("a" * 133 + "\N{EN DASH}", 2),
        ("a" * 159 + "\N{EN DASH}", 3),
        ("a" * 268 + "\N{EN DASH}", 5),
        ("\N{GRINNING FACE}" * 35, 1),
        ("\N{GRINNING FACE}" * 36, 2),
    ],
)
def test_a_text_takes_as_many_pieces_as_its_alphabet_needs(text: str, segments: int) -> None:
    assert segments_of(text) == segments


def test_the_characters_that_cost_are_found_where_they_stand() -> None:
    assert costly("a\N{EN DASH}b\N{RIGHT SINGLE QUOTATION MARK}") == (1, 3)
    assert costly("Müller & Söhne: {5 €} @home_1\n") == ()
