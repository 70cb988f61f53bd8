from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import Bullets, Faq, Item, LineRange, Paragraph


def read(text: str) -> Faq:
    return read_faq("faq.md", text.encode())


def answers(faq: Faq) -> list[tuple[str, tuple[object, ...]]]:
    return [(question.text, question.answer) for question in faq.questions]


def test_a_bold_title_with_text_below_is_a_question_too() -> None:
    faq = read("**Opening hours**\n\nFrom nine to five.\n\n**1. Lending:**\n\nFour weeks.\n")

    assert answers(faq) == [
        ("Opening hours", (Paragraph(text="From nine to five."),)),
        ("Lending", (Paragraph(text="Four weeks."),)),
    ]


def test_bold_words_inside_an_answer_make_no_question() -> None:
    faq = read("## Is it free?\n\n**Yes**, it is.\n\nIt **always** was.\n")

    assert answers(faq) == [
        ("Is it free?", (Paragraph(text="Yes, it is."), Paragraph(text="It always was.")))
    ]


def test_marks_before_question_and_answer_are_taken_away() -> None:
    faq = read(
        "**Q: Is it free?**\n\nA: Yes.\n\nQ2: Is it open?\nA2: Always.\n\n"
        "### Q: Is it near?\n\nA. Smith knows.\n"
    )

    assert answers(faq) == [
        ("Is it free?", (Paragraph(text="Yes."),)),
        ("Is it open?", (Paragraph(text="Always."),)),
        ("Is it near?", (Paragraph(text="A. Smith knows."),)),
    ]


def test_where_no_heading_asks_a_paragraph_that_asks_is_a_question() -> None:
    faq = read("# Help\n\nIs it free?\n\nYes.\n\nIs it open?\n\nAlways.\n")

    assert answers(faq) == [
        ("Is it free?", (Paragraph(text="Yes."),)),
        ("Is it open?", (Paragraph(text="Always."),)),
    ]


def test_code_html_and_lists_in_an_answer_keep_their_words() -> None:
    text = (
        "## How?\n\n```\nivr  check\n```\n\n- first\n\n  ```\n  run it\n  ```\n"
        "- second\n\n  <p>and <b>this</b></p>\n  <!-- hm -->\n"
        "- third\n\n  <dl><dt>Why?</dt></dl>\n\n```\n***\n```\n"
    )

    faq = read(text)

    assert [(one.line, one.text, one.why) for one in faq.unplaced] == [
        (15, "hm", "comment"),
        (20, "```", "no words"),
        (21, "***", "no words"),
        (22, "```", "no words"),
    ]
    assert answers(faq) == [
        (
            "How?",
            (
                Paragraph(text="ivr check"),
                Bullets(
                    items=(Item(text="first run it"), Item(text="second and this"), Item(text="third Why?"))
                ),
            ),
        )
    ]


def test_details_written_as_html_are_questions() -> None:
    faq = read(
        "# Help\n\n## Fees\n\n<details>\n<summary>Is it free?</summary>\n\nYes, **always**.\n\n</details>\n"
    )

    assert [(section.title, [one.text for one in section.questions]) for section in faq.sections] == [
        ("Fees", ["Is it free?"])
    ]
    assert faq.questions[0].answer == (Paragraph(text="Yes, always."),)
    assert faq.questions[0].lines == LineRange(first=6, last=8)


def test_what_only_a_reader_of_the_source_sees_is_listed_with_its_line() -> None:
    text = (
        "## [Is it free?](https://x.example/a)\n\n"
        "Yes, [see](/b), [c](#c) or <mailto:d@x.example>.![](e.png)\n\n[f]: /g\n\n#\n"
    )

    faq = read(text)

    assert [(one.line, one.text, one.why) for one in faq.unplaced] == [
        (1, "https://x.example/a", 'target of the link "Is it free?"'),
        (3, "/b", 'target of the link "see"'),
        (5, "[f]: /g", "Markdown without text"),
        (7, "#", "no words"),
    ]


def test_three_dashes_that_open_no_settings_are_a_line_without_words() -> None:
    faq = read("---\nNo settings here\n\n## Is it free?\n\nYes.\n")

    assert [(one.line, one.why) for one in faq.unplaced] == [
        (1, "no words"),
        (2, "text before the first question"),
    ]


def test_a_paragraph_of_entities_only_has_no_words() -> None:
    faq = read("## Is it free?\n\n&nbsp;\n\nYes.\n")

    assert answers(faq) == [("Is it free?", (Paragraph(text="Yes."),))]
    assert [(one.line, one.text) for one in faq.unplaced] == [(3, "&nbsp;")]
