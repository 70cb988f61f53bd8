import pytest

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import LineRange


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("a.txt", "Is it open?\n\nIs it free?\n\nYes.\n", [("a.txt:1:1", "error", "faq-no-answer")]),
        (
            "a.md",
            "# Help\n\n## Is it open?\n\n## Is it free?\n\nYes.\n",
            [("a.md:3:1", "error", "faq-no-answer")],
        ),
        (
            "a.md",
            "# Help\n\n## Fees\n\n## Is it free?\n\nYes.\n",
            [("a.md:3:1", "warning", "faq-empty-section")],
        ),
        (
            "a.txt",
            "We are always glad to help you, and these are the answers we give.\n\nIs it free?\n\nYes.\n",
            [("a.txt:1:1", "warning", "faq-no-question-above")],
        ),
        (
            "a.md",
            "# Help\n\n## Fees\n\nAbout fees.\n\n### Is it free?\n\nYes.\n",
            [("a.md:5:1", "warning", "faq-no-question-above")],
        ),
        (
            "a.html",
            "<h1>Help</h1>\n<h2>Is it free?</h2>\n<h2>Is it open?</h2><p>Yes</p>",
            [("a.html:2:1", "error", "faq-no-answer")],
        ),
    ],
)
def test_f2_a_heading_without_answer_and_an_answer_without_heading_are_told_with_their_line(
    file: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    faq = read_faq(file, text.encode())

    assert [(str(one.spot), one.severity, one.rule) for one in faq.findings] == expected


def test_f3_the_same_question_twice_is_an_error_at_both_lines() -> None:
    faq = read_faq("a.txt", b"Is it free?\n\nYes.\n\nIs it open?\n\nYes.\n\nis it FREE\xc2\xa0?\n\nNo.\n")

    assert [(str(one.spot), one.rule, one.what) for one in faq.findings] == [
        ("a.txt:1:1", "faq-twice", '"Is it free?" is asked again at line 9'),
        ("a.txt:9:1", "faq-twice", '"is it FREE ?" is asked again at line 1'),
    ]


def test_a_table_of_contents_is_not_taken_for_questions_asked_twice() -> None:
    text = "Is it free?\n\nIs it open?\n\nIs it free?\n\nYes.\n\nIs it open?\n\nAlways.\n"

    faq = read_faq("a.txt", text.encode())

    assert [question.lines for question in faq.questions] == [
        LineRange(first=5, last=7),
        LineRange(first=9, last=11),
    ]
    assert [(one.line, one.why) for one in faq.unplaced] == [
        (1, "table of contents: answered at line 5"),
        (3, "table of contents: answered at line 9"),
    ]
    assert faq.findings == ()


@pytest.mark.parametrize(("words", "rules"), [(30, []), (60, ["faq-long-question"])])
def test_f9_a_question_over_200_characters_demands_a_short_label(words: int, rules: list[str]) -> None:
    question = f"What happens {'very ' * words}often?"

    faq = read_faq("a.txt", f"{question}\n\nNothing.\n".encode())

    assert [one.text for one in faq.questions] == [question]
    assert [one.rule for one in faq.findings] == rules


def test_a_document_without_a_question_says_so() -> None:
    text = b"This text explains a thing at great length, and then it ends.\n"

    faq = read_faq("a.txt", text)

    assert [one.rule for one in faq.findings] == ["faq-no-question", "faq-no-question-above"]
