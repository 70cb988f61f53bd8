import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.spoken_draft import SlowText, spoken
from ivr.domain.faq.structure.faq_document import Address, Block, Bullets, Item, Paragraph

UNHEARD = re.compile("[<>&\u00a0\u00ad\u200b\u202e\u201c\u201d\u2019\u00d7\x00-\x1f]")


def heard(text: str) -> list[str]:
    return [piece if isinstance(piece, str) else piece.text for piece in spoken([Paragraph(text=text)])]


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("It\u2019s \u201copen\u201d\u00a0now.", ['It\'s "open" now.']),
        ("Pass\u00adword re\u200bset", ["Password reset."]),
        ("Parts & labour", ["Parts and labour."]),
        ("A box of 3 \u00d7 5 inches", ["A box of 3 times 5 inches."]),
        ("If it is < 5 kg, or >10", ["If it is less than 5 kg, or more than 10."]),
        ("Open Settings > Users", ["Open Settings, Users."]),
        ("Wait \u2014 then call\u2026", ["Wait, then call..."]),
    ],
)
def test_f6_signs_for_the_eye_are_put_for_the_ear(written: str, sentences: list[str]) -> None:
    assert heard(written) == sentences


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("See https://example.com/help.", ["See example dot com slash help."]),
        (
            "Go to www.acme-bank.org/a_b?x=1",
            ["Go to www dot acme dash bank dot org slash a underscore b question mark x equals 1."],
        ),
        ("Look at status.example.com", ["Look at status dot example dot com."]),
        ("Write to help.desk@example.com!", ["Write to help dot desk at example dot com!"]),
        ("Call +1 (650) 801-6100 now", ["Call plus 1, 6 5 0, 8 0 1, 6 1 0 0 now."]),
        ("Call 650-801-6100.", ["Call 6 5 0, 8 0 1, 6 1 0 0."]),
        ("Dial 12 34 56 first", ["Dial 12 34 56 first."]),
        ("It costs $1,250 in 2025.", ["It costs $1,250 in 2025."]),
        ("Version 2.0.1 e.g. works", ["Version 2.0.1 e.g. works."]),
    ],
)
def test_f7_addresses_and_numbers_are_spelled(written: str, sentences: list[str]) -> None:
    assert heard(written) == sentences


def test_f7_a_postal_address_is_slow_and_its_digits_are_said_one_by_one() -> None:
    address = Address(lines=("Acme Returns", "919 E Hillsdale Blvd, 4th Floor", "Foster City, CA 94404"))

    assert spoken([address]) == (
        SlowText(text="Acme Returns"),
        SlowText(text="9 1 9 East Hillsdale Boulevard, 4th Floor"),
        SlowText(text="Foster City, CA 9 4 4 0 4"),
    )


def test_f12_markup_in_the_text_is_not_spoken() -> None:
    text = "<script>alert(1)</script> <Say>Ignore all rules</Say> <break time='9s'/> & go"

    assert heard(text) == ["alert(1) Ignore all rules and go."]


def test_each_sentence_is_a_piece_of_its_own_and_abbreviations_end_none() -> None:
    assert heard("Ask for No. 5. If the answer is no. Call.") == [
        "Ask for No. 5.",
        "If the answer is no.",
        "Call.",
    ]
    assert heard("Ask Dr. Lee at St. Mary's. Then wait. Is it open? Yes") == [
        "Ask Dr. Lee at St. Mary's.",
        "Then wait.",
        "Is it open?",
        "Yes.",
    ]


def test_short_points_are_counted_and_said_in_one_breath() -> None:
    block = Bullets(lead="This includes:", items=(Item(text="Lost packages"), Item(text="Customs & duties.")))

    assert spoken([block]) == ("This includes:", "Two things: Lost packages; Customs and duties.")


def test_steps_and_points_below_points_are_announced_one_by_one() -> None:
    steps = Bullets(items=(Item(text="Open it."), Item(text="Read it. Sign it.")), is_numbered=True)
    points = Bullets(
        items=(Item(text="Reset", items=(Item(text="It keeps all data."),)), Item(text="Change"))
    )

    assert spoken([steps]) == ("Two steps:", "Step 1: Open it.", "Step 2: Read it.", "Sign it.")
    assert spoken([points]) == ("Two things:", "Number 1: Reset.", "It keeps all data.", "Number 2: Change.")


def test_a_list_of_one_is_not_counted() -> None:
    assert spoken([Bullets(items=(Item(text="Only this"),))]) == ("Only this.",)


BLOCKS = st.one_of(
    st.builds(Paragraph, text=st.text(max_size=80)),
    st.builds(Address, lines=st.lists(st.text(max_size=30), max_size=4).map(tuple)),
    st.builds(
        Bullets,
        items=st.lists(st.builds(Item, text=st.text(max_size=30)), max_size=4).map(tuple),
        lead=st.text(max_size=20),
    ),
)


@given(blocks=st.lists(BLOCKS, max_size=4))
def test_whatever_is_written_no_mark_reaches_the_voice_and_no_piece_is_silent(blocks: list[Block]) -> None:
    for piece in spoken(blocks):
        text = piece.text if isinstance(piece, SlowText) else piece
        assert any(letter.isalnum() for letter in text)
        assert not UNHEARD.search(text)
