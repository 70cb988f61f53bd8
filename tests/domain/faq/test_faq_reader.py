from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import Address, Bullets, Item, LineRange, Paragraph, texts_of

DATA = Path(__file__).parent / "data"
REAL = Path(__file__).parents[3] / "menus" / "faq" / "customer-service-faq.txt"

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
        ("How do I obtain an account to log into QualysGuard?", LineRange(first=9, last=11)),
        ("How do I purchase/evaluate additional products?", LineRange(first=15, last=23)),
        ("I cannot access my QualysGuard Account?", LineRange(first=27, last=38)),
        ("How can I test for additional features within QualysGuard?", LineRange(first=42, last=44)),
        ("How can I extend my account? It expires soon...", LineRange(first=48, last=50)),
        ("Who can I contact for international shipping problems?", LineRange(first=55, last=62)),
        ("I have a scanner appliance I no longer need?", LineRange(first=66, last=77)),
        ("I am missing hardware from the Scanner appliance hardware kit.", LineRange(first=83, last=85)),
        ("How do I remove a scanner appliance from my subscription?", LineRange(first=89, last=94)),
        ("My scanner appliance won\u2019t boot up?", LineRange(first=98, last=100)),
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
