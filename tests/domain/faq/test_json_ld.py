import json

import pytest

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.reading.json_ld import listed_questions
from ivr.domain.faq.structure.faq_document import Bullets, Item, LineRange, Paragraph, Question


def page(*values: object, body: str = "") -> str:
    scripts = "".join(
        f'<script type="application/ld+json">\n{json.dumps(value)}\n</script>\n' for value in values
    )
    return f"<html><head>\n{scripts}</head><body>\n{body}</body></html>"


def asked(name: str, text: str) -> dict[str, object]:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}}


def test_listed_questions_keep_their_place_and_the_blocks_of_their_answer() -> None:
    html = page(
        asked("Lost &amp; found", "<h3>Here</h3><p>At the desk:</p><ul><li>keys</li></ul><nav>Home</nav>")
    )

    assert listed_questions(html) == (
        Question(
            text="Lost & found",
            answer=(Paragraph(text="Here"), Bullets(items=(Item(text="keys"),), lead="At the desk:")),
            lines=LineRange(first=3, last=3),
        ),
    )


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Question"},
        {"@type": "Question", "name": ["Why?"]},
        {"@type": "Question", "name": "  "},
        {"@type": "Organization", "name": "Acme"},
        "Why?",
        7,
        None,
    ],
)
def test_what_is_no_question_is_passed_over(value: object) -> None:
    assert listed_questions(page(value)) == ()


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Question", "name": "Why?", "suggestedAnswer": [{"text": "So."}, {"text": "Or so."}]},
        {"@type": ["Question"], "text": "Why?", "acceptedAnswer": "So."},
    ],
)
def test_other_ways_of_writing_an_answer_are_understood(value: object) -> None:
    assert [(one.text, one.answer) for one in listed_questions(page([value]))] == [
        ("Why?", (Paragraph(text="So."),))
    ]


def test_a_question_without_an_answer_is_an_error() -> None:
    faq = read_faq("a.html", page({"@type": "Question", "name": "Why?"}).encode())

    assert [(one.rule, one.spot.line) for one in faq.findings] == [("faq-no-answer", 3)]


def test_a_question_written_with_escapes_has_the_line_of_its_script() -> None:
    value = '{"@type": "Question", "name": "And\\/or?", "acceptedAnswer": "Or."}'
    html = f'<script type="application/ld+json">\n{value}</script>'

    assert [(one.text, one.lines) for one in listed_questions(html)] == [
        ("And/or?", LineRange(first=1, last=1))
    ]


def test_a_broken_script_and_a_broken_page_list_nothing() -> None:
    assert listed_questions('<script type="application/ld+json">{"@type": </script>') == ()
    assert listed_questions("<![x[ y ]]>") == ()


def test_shown_questions_stay_under_their_heading_and_empty_headings_are_told() -> None:
    body = "<h1>Help</h1><h2>Fees</h2><h3>Is it free?</h3><p>Yes.</p><h2>Hours</h2>"
    html = page(asked("Is it free?", "No."), body=body)

    faq = read_faq("a.html", html.encode())

    assert [(section.title, [one.answer for one in section.questions]) for section in faq.sections] == [
        ("Fees", [(Paragraph(text="Yes."),)]),
        ("Hours", []),
    ]
    assert [one.rule for one in faq.findings] == ["faq-empty-section"]
