from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.faq.document import Address, Bullets, Item, Lines, Paragraph, texts_of
from ivr.faq.read import read_faq

DATA = Path(__file__).parent / "data"
REAL = Path(__file__).parents[2] / "menus" / "faq" / "customer-service-faq.txt"

EXPECTED: dict[str, tuple[str | None, dict[str, list[str]]]] = {
    "insurance.txt": (
        "HARBOUR MUTUAL - QUESTIONS WE HEAR OFTEN",
        {
            "CLAIMS": ["How do I report a claim?", "What documents do I need?", "Why was my claim denied?"],
            "BILLING": [
                "Can I pay my premium in instalments?",
                "My payment was returned",
                "I have moved house.",
            ],
            "MOTOR AND TRAVEL COVER": ["Am I covered when I drive abroad?"],
        },
    ),
    "bank.txt": (
        "First Valley Bank FAQ",
        {
            "Cards": [
                "I lost my card. What do I do?",
                "Is there a fee for a new card?",
                "How long does a replacement take, and is it sent by courier?",
            ],
            "Payments": ["What is the daily limit?", "How do I cancel a standing order?"],
        },
    ),
    "hospital.txt": (
        "St. Brendan's Hospital: Patient Questions",
        {
            "Appointments": ["How do I book an appointment?", "How do I change or cancel?", "Late arrivals"],
            "Visiting": ["When are visiting hours?", "May I bring flowers?"],
            "Medical Records": ["How can I get a copy of my records?"],
        },
    ),
    "numbered.txt": (
        None,
        {
            "": [
                "How do I open the box?",
                "Which cables are inside?",
                "Lights stay dark",
                "Can I return it?",
                "Who pays for the postage?",
            ]
        },
    ),
    "german.txt": (
        "Stadtwerke Lindental",
        {
            "Zähler": ["Wie lese ich meinen Zähler ab?", "Was mache ich, wenn der Zähler stillsteht?"],
            "Rechnung": ["Kann ich meine Rechnung online bezahlen?", "Wohin schicke ich den Widerspruch?"],
        },
    ),
    "topics.txt": (
        "Riverside Library",
        {"": ["Opening hours", "Lending", "Lost books", "Reading room for children"]},
    ),
    "dense.txt": (
        None,
        {
            "Tickets": ["Can I change my ticket?", "Are dogs allowed?"],
            "Luggage": ["How many bags may I take?", "Where is lost property?"],
        },
    ),
    "clinic.md": (
        "Lakeside Clinic FAQ",
        {
            "Appointments": ["How do I book a visit?", "What should I bring?"],
            "Insurance": ["Which plans do you accept?", "Do I need a referral?"],
            "Billing": ["Who answers questions about my bill?"],
        },
    ),
    "bold.md": (
        "Trailhead Outfitters",
        {
            "": [
                "How long does delivery take?",
                "Where is my parcel?",
                "I received the wrong size.",
                "Can I change my order?",
            ]
        },
    ),
    "deep.md": (
        "Orbit Broadband",
        {
            "Internet: Speed": ["Why is my connection slow?", "How do I test it?"],
            "Internet: Outages": ["Is there an outage?"],
            "Phone": ["How do I keep my number?"],
            "": ["Do you offer discounts?"],
        },
    ),
    "lists.md": (
        None,
        {"Parking": ["Where do I park?", "How much is it?"], "Lockers": ["Are there lockers?"]},
    ),
    "headings.html": (
        "Member questions",
        {
            "Loans": ["How do I apply for a loan?", "Where do I send documents?"],
            "Cards & PINs": ["I forgot my PIN"],
        },
    ),
    "details.html": (
        None,
        {
            "Delivery": ["When will my order arrive?", "Can I collect it?"],
            "Returns": ["How do I return something?"],
        },
    ),
    "terms.html": (
        "Water works: frequently asked questions",
        {"": ["Is the water safe to drink?", "Hard water", "Why is my bill so high?"]},
    ),
    "listed.html": (
        "Pedal Insurance",
        {"Cover": ["Do you insure bicycles?", "Do you insure trailers?"], "": ["How do I file a claim?"]},
    ),
    "microdata.html": ("Airport parking", {"": ["How early should I arrive?", "Lost tickets"]}),
}


def test_every_fixture_is_expected() -> None:
    assert {path.name for path in DATA.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_documents_of_many_shapes_give_their_sections_and_questions(name: str) -> None:
    faq = read_faq(name, (DATA / name).read_bytes())

    sections = {section.title: [question.text for question in section.questions] for section in faq.sections}
    assert (faq.title, sections) == EXPECTED[name]
    assert len(sections) == len(faq.sections)
    assert all(question.answer for question in faq.questions)
    assert [finding for finding in faq.findings if finding.severity == "error"] == []


def test_the_real_document_has_ten_questions_in_two_sections() -> None:
    faq = read_faq("customer-service-faq.txt", REAL.read_bytes())

    assert faq.title == "Customer Service FAQ"
    assert [(section.title, len(section.questions)) for section in faq.sections] == [
        ("Customer Service", 7),
        ("Scanner Appliance", 3),
    ]
    assert [(question.text, question.lines) for question in faq.questions] == [
        ("How do I obtain an account to log into QualysGuard?", Lines(first=9, last=11)),
        ("How do I purchase/evaluate additional products?", Lines(first=15, last=23)),
        ("I cannot access my QualysGuard Account?", Lines(first=27, last=38)),
        ("How can I test for additional features within QualysGuard?", Lines(first=42, last=44)),
        ("How can I extend my account? It expires soon...", Lines(first=48, last=50)),
        ("Who can I contact for international shipping problems?", Lines(first=55, last=62)),
        ("I have a scanner appliance I no longer need?", Lines(first=66, last=77)),
        ("I am missing hardware from the Scanner appliance hardware kit.", Lines(first=83, last=85)),
        ("How do I remove a scanner appliance from my subscription?", Lines(first=89, last=94)),
        ("My scanner appliance won\u2019t boot up?", Lines(first=98, last=100)),
    ]
    assert [(one.line, one.why) for one in faq.unplaced] == [(line, "page furniture") for line in (3, 4, 5)]
    assert faq.findings == ()


def test_the_real_document_keeps_its_lists_its_address_and_its_typos() -> None:
    questions = read_faq("customer-service-faq.txt", REAL.read_bytes()).questions

    shipping = Bullets(
        items=(
            Item(text="Lost Packages"),
            Item(text="Tracking information"),
            Item(text="Customs Clearance Issues"),
        ),
        lead="Please contact Customer Service for any shipping issues you may experience. This includes:",
    )
    address = Address(
        lines=(
            "Qualys Customer Service",
            "919 E Hillsdale Blvd, 4th Floor",
            "Foster City, CA 94404",
            "United States",
        )
    )
    access = questions[2].answer
    ways = access[1]
    assert questions[5].answer == (shipping,)
    assert questions[6].answer[1] == address
    assert isinstance(ways, Bullets)
    assert [(item.text, len(item.items)) for item in ways.items] == [
        ("Reset Password", 1),
        ("Change password", 1),
    ]
    words = " ".join(text for block in access for text in texts_of(block))
    assert all(
        typo in words for typo in ("Primary administer", "exisiting", "encrytpted", "is a full password")
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b" \n\t\xc2\xa0\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"How?\x00\x01\x02 no", "the file is binary, not text"),
        (bytes(range(1, 32)) * 20 + b"words", "the file is binary, not text"),
        (b"%PDF-1.7\nHow do I pay?\n", "the file is a PDF, not text"),
        (b"PK\x03\x04\x14\x00", "the file is a packed file (Word, OpenDocument or ZIP), not text"),
        (b"{\\rtf1 How?}", "the file is a rich-text document, not text"),
        (b"\xff\xfeH", "the file begins as UTF-16 but is broken"),
        (b"---\n?!\n", "the file holds no word"),
        (b"Why?\nSo.\n" * 120_000, "the file has 1,080,000 bytes, more than 1,048,576"),
    ],
)
def test_f1_a_file_that_is_no_text_is_an_error_that_names_the_file(data: bytes, what: str) -> None:
    faq = read_faq("faq.txt", data)

    assert [(str(one.spot), one.severity, one.rule, one.what) for one in faq.findings] == [
        ("faq.txt:1:1", "error", "faq-unreadable", what)
    ]
    assert faq.sections == ()


def test_f1_bytes_that_are_not_utf_8_are_read_with_a_warning_at_their_place() -> None:
    data = "How do I pay?\n\nYou can’t pay twice.\n".encode("cp1252")  # noqa: RUF001 -- the apostrophe that the document has

    faq = read_faq("faq.txt", data)

    assert [(str(one.spot), one.severity, one.rule) for one in faq.findings] == [
        ("faq.txt:3:8", "warning", "faq-encoding")
    ]
    assert faq.questions[0].answer == (Paragraph(text="You can’t pay twice."),)  # noqa: RUF001 -- the apostrophe that the document has


def test_utf_16_with_its_mark_is_read() -> None:
    faq = read_faq("faq.txt", "Wie geht es?\n\nGut.\n".encode("utf-16"))

    assert [question.text for question in faq.questions] == ["Wie geht es?"]


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

    assert [question.lines for question in faq.questions] == [Lines(first=5, last=7), Lines(first=9, last=11)]
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


@pytest.mark.parametrize("count", [10, 60, 200])
@pytest.mark.parametrize(
    "shape",
    ["{q}\n\n{a}\n\n\n", "Q: {q}\nA: {a}\n\n", "{n}. {q}\n   {a}\n\n", "{q}\n{a}\n", "## {q}\n\n{a}\n\n"],
)
def test_documents_of_ten_to_two_hundred_questions_lose_none(count: int, shape: str) -> None:
    text = "".join(
        shape.format(n=at, q=f"How do I use part {at}?", a=f"Turn it {at} times.")
        for at in range(1, count + 1)
    )

    faq = read_faq("a.txt", text.encode())

    assert [(one.text, one.answer) for one in faq.questions] == [
        (f"How do I use part {at}?", (Paragraph(text=f"Turn it {at} times."),)) for at in range(1, count + 1)
    ]


@given(data=st.binary(max_size=400), name=st.sampled_from(["a.txt", "a.md", "a.html", "a"]))
def test_no_bytes_make_it_raise(data: bytes, name: str) -> None:
    faq = read_faq(name, data)

    assert faq.questions or any(finding.severity == "error" for finding in faq.findings)


PARTS = st.sampled_from(
    [
        "# ",
        "## ",
        "**",
        "Is it?",
        "Yes.",
        "\n",
        "\n\n",
        "<h2>",
        "</h2>",
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</ul>",
        "- ",
        "1. ",
        "<b>",
        "</b>",
        "<br>",
        "<details><summary>",
        "</summary>",
        "Q: ",
        "A: ",
        "  ",
        "<!--",
        "-->",
        "```\n",
        "> ",
        "| a | b |\n|--|--|\n",
        '<script type="application/ld+json">',
        '{"@type": "Question", "name": "Why?"}',
        "</script>",
        "[a](b)",
        "&amp;",
        "<![if",
        "===\n",
    ]
)


@given(parts=st.lists(PARTS, max_size=40), name=st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_no_mixture_of_markup_makes_it_raise_or_name_a_line_outside_the_document(
    parts: list[str], name: str
) -> None:
    text = "".join(parts)
    height = text.count("\n") + 1

    faq = read_faq(name, text.encode())

    spans = [question.lines for question in faq.questions] + [one.lines for one in faq.unplaced]
    assert all(1 <= lines.first <= lines.last <= height for lines in spans)
    assert all(1 <= finding.spot.line <= height for finding in faq.findings)


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 3000 + "How?" + "</div>" * 3000,
        "<ul><li>" * 1500 + "How?",
        "> " * 2000 + "How?",
        "- " * 2000 + "How?",
        '<script type="application/ld+json">' + "[" * 100000 + "</script><p>How?</p>",
        "\n".join(" " * n + "- x" for n in range(500)),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_deep_nesting_does_not_break_the_reader(text: str, name: str) -> None:
    faq = read_faq(name, text.encode())

    assert faq == read_faq(name, text.encode())
