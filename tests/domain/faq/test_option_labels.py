import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.option_labels import MOST_WORDS, labels_of, shortened


def label_of(question: str) -> str:
    [label] = labels_of([question])
    return label


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("How do I obtain an account to log into QualysGuard?", "obtaining an account"),
        ("How do I purchase/evaluate additional products?", "purchasing or evaluating additional products"),
        ("I cannot access my QualysGuard Account?", "trouble accessing your QualysGuard Account"),
        ("How can I extend my account? It expires soon...", "extending your account"),
        ("Who can I contact for international shipping problems?", "international shipping problems"),
        ("I have a scanner appliance I no longer need?", "scanner appliance you no longer need"),
        ("I am missing hardware from the Scanner appliance hardware kit.", "missing hardware"),
        ("How do I remove a scanner appliance from my subscription?", "removing a scanner appliance"),
        ("My scanner appliance won\u2019t boot up?", "scanner appliance that won't boot up"),
        ("I lost my card. What do I do?", "losing your card"),
        ("What is my deductible?", "your deductible"),
        ("How long does a claim take?", "how long a claim takes"),
        ("Why was my claim denied?", "why your claim was denied"),
        ("When are visiting hours?", "when visiting hours are"),
        ("When will my order arrive?", "when your order will arrive"),
        ("What documents do I need?", "what documents you need"),
        ("Which plans do you accept?", "which plans we accept"),
        ("Do you offer discounts?", "whether we offer discounts"),
        ("Is there a fee for a new card?", "whether there is a fee"),
        ("Is the water safe to drink?", "whether the water is safe"),
        ("Do I need to get a referral?", "getting a referral"),
        ("VPN access for the office?", "VPN access for the office"),
        ("Wie lese ich meinen Zähler ab?", "Wie lese ich meinen Zähler ab"),
        ("? How to pay", "paying"),
        ("And so: ?!", "and so"),
        ("??", "??"),
        ("\u00bfDónde pago?", "Dónde pago"),
    ],
)
def test_a_question_becomes_a_few_words_after_for(question: str, label: str) -> None:
    assert label_of(question) == label


def test_labels_that_would_be_alike_are_told_apart_by_more_words_or_a_number() -> None:
    questions = (
        "How do I remove a card from my personal account?",
        "How do I remove a card from my company account?",
        "How do I remove a card from my company account?",
    )

    assert labels_of(questions) == (
        "removing a card",
        "removing a card from your company account",
        "removing a card from your company account, 2",
    )


def test_a_title_among_english_questions_begins_in_lower_case_too() -> None:
    assert labels_of(("Lost tickets", "How do I pay?", "Where is the desk?"))[0] == "lost tickets"


@pytest.mark.parametrize(
    ("label", "most", "short"),
    [
        ("why your claim was denied", 4, "why claim was denied"),
        ("whether you need a referral", 4, "whether you need referral"),
        ("how many bags you may take", 4, "how many bags"),
        ("why your bill is so high", 4, "bill is so high"),
        ("Was mache ich, wenn nichts geht", 3, "Was mache ich"),
        ("scanner appliance that won't boot up", 4, "scanner appliance"),
        ("paying your premium in instalments", 3, "paying premium"),
        ("questions about motor and travel cover", 4, "motor and travel cover"),
        ("questions about motor and travel cover", 2, "motor"),
        ("Zahlung", 2, "Zahlung"),
        ("the", 2, "the"),
    ],
)
def test_a_label_is_cut_where_its_sense_allows(label: str, most: int, short: str) -> None:
    assert shortened(label, most) == short


@given(words=st.lists(st.text("abc", min_size=1), min_size=1, max_size=9), most=st.integers(2, 6))
def test_a_shortened_label_is_short_and_never_empty(words: list[str], most: int) -> None:
    assert 0 < len(shortened(" ".join(words), most).split()) <= most


@given(questions=st.lists(st.text(min_size=1, max_size=60), max_size=12))
def test_labels_of_a_menu_never_clash(questions: list[str]) -> None:
    labels = [label.casefold() for label in labels_of(questions)]

    assert len(set(labels)) == len(questions)


WORDS = st.sampled_from(
    [
        "how",
        "do",
        "I",
        "my",
        "the",
        "a",
        "can",
        "pay",
        "card",
        "from",
        "to",
        "with",
        "is",
        "account",
        "you",
        "are",
        "what",
        "for",
        "bill",
        "help",
        "it",
    ]
)


@given(words=st.lists(WORDS, min_size=3, max_size=25))
def test_an_english_label_is_short_and_carries_no_question_mark(words: list[str]) -> None:
    label = label_of(f"How can I {' '.join(words)}?")

    assert 0 < len(label.split()) <= MOST_WORDS
    assert "?" not in label
