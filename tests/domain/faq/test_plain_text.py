import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.reading.plain_text import plain_pieces
from ivr.domain.faq.reading.source import lines_of, squeeze
from ivr.domain.faq.structure.blocks import Piece, Stray
from ivr.domain.faq.structure.faq_document import Faq, texts_of

REAL = (Path(__file__).parents[3] / "menus" / "faq" / "customer-service-faq.txt").read_text(encoding="utf-8")
MARKS = {"question", "answer", "frage", "antwort", "pregunta", "respuesta"}
WORDS = st.sampled_from(
    [
        "How do I pay?",
        "Billing",
        "CLAIMS",
        "I lost it.",
        "Call us",
        "- point",
        "  - deep",
        "1. one",
        "2. two",
        "1.1 Sub",
        "Q: Why?",
        "A: Because",
        "Question 2: When?",
        "• dot",
        "====",
        "---",
        "Page 2 of 3",
        "contact Support",
        "to:",
        "919 E Hillsdale Blvd",
        "Foster City, CA 94404",
        "\xa0\xa0indented",
        "\tTab",
        "and more",
        "Kann ich?",
        "#",
        "*",
    ]
)
LINES = st.lists(st.one_of(st.just(""), WORDS, st.text(max_size=12)), max_size=30)


def words_in(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"[^\W\d_]{2,}", squeeze(text)) if word.lower() not in MARKS)


def words_of(faq: Faq) -> Counter[str]:
    texts = [faq.title or "", *(one.text for one in faq.unplaced)]
    for section in faq.sections:
        texts.append(section.title)
        for question in section.questions:
            texts += [question.text, *(text for block in question.answer for text in texts_of(block))]
    return words_in(" ".join(texts))


def assert_nothing_is_dropped(text: str) -> None:
    """Each line with words is in one piece; a stray may stand inside the span of the list it interrupts."""
    pieces = plain_pieces(text)

    with_words = {number for number, line in enumerate(lines_of(text), start=1) if squeeze(line)}
    strays = [line for piece in pieces if isinstance(piece, Stray) for line in span(piece)]
    placed = [line for piece in pieces if not isinstance(piece, Stray) for line in span(piece)]
    assert set(strays) | set(placed) >= with_words
    assert len(strays) == len(set(strays))
    assert len(placed) == len(set(placed))


def span(piece: Piece) -> range:
    return range(piece.lines.first, piece.lines.last + 1)


@given(lines=LINES)
def test_every_line_with_words_is_in_exactly_one_piece(lines: list[str]) -> None:
    assert_nothing_is_dropped("\n".join(lines))


@given(
    lines=st.lists(WORDS, min_size=1, max_size=25), gaps=st.lists(st.integers(0, 3), min_size=25, max_size=25)
)
def test_no_word_is_lost_and_none_is_invented(lines: list[str], gaps: list[int]) -> None:
    text = "".join(line + "\n" * (gap + 1) for line, gap in zip(lines, gaps, strict=False))

    faq = read_faq("a.txt", text.encode())

    found = words_of(faq)
    assert not words_in(text) - found
    assert set(found) <= set(words_in(text))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    lines = REAL.split("\n")
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "double", "swap", "blank", "indent", "join", "cut", "mark"]))
        if change == "drop":
            lines[at : at + 1] = []
        elif change == "double":
            lines.insert(other, lines[at])
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "join":
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        elif change == "cut":
            middle = len(lines[at]) // 2
            lines[at : at + 1] = [lines[at][:middle], lines[at][middle:]]
        else:
            lines[at] = {"blank": "", "indent": "    ", "mark": "- "}[change] + (
                "" if change == "blank" else lines[at]
            )
    return "\n".join(lines)


@given(text=mutated())
def test_changed_forms_of_the_real_document_lose_no_line_and_no_word(text: str) -> None:
    assert_nothing_is_dropped(text)

    found = words_of(read_faq("a.txt", text.encode()))

    assert not words_in(text) - found


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_other_systems_give_the_same_faq(ending: str) -> None:
    faq = read_faq("a.txt", REAL.replace("\n", ending).encode())

    assert faq == read_faq("a.txt", REAL.encode())


def test_lines_of_the_page_inside_an_answer_are_put_aside_with_their_reason() -> None:
    text = "Is it free?\n\nYes, it is.\n\nPage 3 of 9\n\n* * *\n\nIt always was.\n"

    faq = read_faq("a.txt", text.encode())

    assert [(one.line, one.text, one.why) for one in faq.unplaced] == [
        (5, "Page 3 of 9", "page furniture"),
        (7, "* * *", "no words"),
    ]
    assert faq.questions[0].lines.last == 9


def test_a_numbered_line_that_continues_no_count_is_a_step_of_the_answer() -> None:
    text = "1. How do I pay?\n\nIn two steps.\n\n7. Card in\n\n8. Card out\n\n2. Is it free?\n\nYes.\n"

    faq = read_faq("a.txt", text.encode())

    assert [one.text for one in faq.questions] == ["How do I pay?", "Is it free?"]


def test_contents_above_the_first_heading_leave_no_empty_section() -> None:
    contents = "How do I pay?\n\nIs it free?\n\n"
    text = f"{contents}BILLING\n\nHow do I pay?\n\nBy card.\n\nFEES\n\nIs it free?\n\nYes.\n"

    faq = read_faq("a.txt", text.encode())

    assert [(section.title, len(section.questions)) for section in faq.sections] == [
        ("BILLING", 1),
        ("FEES", 1),
    ]
    assert [one.line for one in faq.unplaced] == [1, 3]
