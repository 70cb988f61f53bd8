from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.routing import LineWords, Route, route_of
from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import texts_of

REAL = Path(__file__).parents[3] / "menus" / "faq" / "customer-service-faq.txt"
LINES = (
    LineWords(id="tam", names=("TAM", "Technical Account Manager", "account manager")),
    LineWords(id="customer-service", names=("Customer Service",)),
    LineWords(id="support", names=("Support", "Technical Support")),
)
HOSPITAL = (
    LineWords(id="desk", names=("Appointments Desk", "Appointments")),
    LineWords(id="billing", names=("Billing", "Patient Accounts")),
)


def test_the_ten_answers_of_the_real_document_go_where_they_say() -> None:
    questions = read_faq("faq.txt", REAL.read_bytes()).questions

    lines = [
        route_of(one.text, "\n".join(text for block in one.answer for text in texts_of(block)), LINES).line
        for one in questions
    ]

    assert lines == ["tam", "tam", "support", "tam", "tam"] + ["customer-service"] * 3 + [
        "support",
        "support",
    ]


@pytest.mark.parametrize(
    ("answer", "line", "because"),
    [
        (
            "Please contact Customer Service.",
            "customer-service",
            'the answer says "Please contact Customer Service."',
        ),
        (
            "It is removed by contacting Support.",
            "support",
            'the answer says "It is removed by contacting Support."',
        ),
        ("Your TAM will provide a user.", "tam", 'the answer names "Your TAM will provide a user."'),
        (
            "Contact Support if you cannot log in.",
            "support",
            'the answer says "Contact Support if you cannot log in."',
        ),
        (
            "Do not call Support, call your account manager.",
            "tam",
            'the answer says "call your account manager."',
        ),
        (
            "If Support cannot help, contact Customer Service.",
            "customer-service",
            'the answer says "contact Customer Service."',
        ),
        ("Support CANNOT assist you.", None, 'the answer rules it out: "Support CANNOT assist you."'),
        ("You can do it without Support.", None, 'the answer rules it out: "You can do it without Support."'),
        ("We support all browsers.", None, 'the answer rules it out: "We support all browsers."'),
        ("Restart it.", None, "neither the answer nor the question names a line"),
    ],
)
def test_the_answers_own_words_decide_and_are_quoted(answer: str, line: str | None, because: str) -> None:
    assert route_of("What now?", answer, LINES) == Route(line=line, because=because)


def test_the_question_decides_where_the_answer_is_silent() -> None:
    route = route_of("When does Technical Support open?", "At nine.", LINES)

    assert route_of("Do you support Linux?", "Not yet.", LINES).line is None
    assert route == Route(line="support", because='the question names "When does Technical Support open?"')


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("Call the Appointments Desk, or ask your doctor.", "desk"),
        ("Patient Accounts sends a copy.", "billing"),
        ("Never write to Billing.", None),
    ],
)
def test_lines_of_any_company_are_found(answer: str, line: str | None) -> None:
    assert route_of("How?", answer, HOSPITAL).line == line


def test_a_letter_that_only_looks_like_the_name_names_no_line() -> None:
    assert route_of("Why?", "Ask \u0131T.", (LineWords(id="it", names=("IT", " ")),)).line is None


def test_without_lines_there_is_no_route() -> None:
    assert route_of("Why?", "Call Support.", ()).line is None


@given(answer=st.text(max_size=80), names=st.lists(st.text(max_size=6), max_size=3))
def test_any_words_and_any_names_give_a_line_that_was_offered(answer: str, names: list[str]) -> None:
    route = route_of("Why?", answer, (LineWords(id="x", names=tuple(names)),))

    assert route.line in ("x", None)
    assert route.because
