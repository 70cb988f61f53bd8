from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drift import Changed, Drift, KnownAnswer, Same, drift, fingerprint
from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import Bullets, Faq, Item, LineRange, Paragraph, Question
from ivr.domain.yaml_source.location import Spot

LONG = "Please write to the claims department within thirty days."


def faq_of(**answers: str) -> Faq:
    text = "".join(f"{name.replace('_', ' ')}?\n\n{answer}\n\n" for name, answer in answers.items())
    return read_faq("faq.txt", text.encode())


def known(question: Question, line: int = 1) -> KnownAnswer:
    return KnownAnswer(
        question=question.text,
        fingerprint=fingerprint(question.answer),
        file="faq.txt",
        lines=question.lines,
        spot=Spot(file="menus/faq.yaml", line=line, column=3),
    )


def known_of(faq: Faq) -> tuple[KnownAnswer, ...]:
    return tuple(known(question, at) for at, question in enumerate(faq.questions, start=1))


def test_a_document_that_is_the_same_has_no_drift_even_if_lines_moved() -> None:
    was = known_of(faq_of(Is_it_free="Yes, it  is.", Is_it_open="Always."))
    now = read_faq("faq.txt", b"Help FAQ\n\n\nIs it open?\n\nAlways.\n\nIs it free?\n\nYes,\xc2\xa0it\nis.\n")

    found = drift(was, now)

    assert (found.changed, found.added, found.removed) == ((), (), ())
    assert [(same.was.question, same.now.lines) for same in found.same] == [
        ("Is it free?", LineRange(first=8, last=11)),
        ("Is it open?", LineRange(first=4, last=6)),
    ]


def test_changed_added_and_removed_answers_are_told_with_the_lines_of_both() -> None:
    was = known_of(faq_of(Is_it_free="Yes.", Is_it_open="Always.", Where_do_I_park="In the yard."))
    now = faq_of(Is_it_free="No.", Is_it_open="Always.", Who_repairs_my_bicycle="We do.")

    found = drift(was, now)

    assert found == Drift(
        changed=(Changed(was=was[0], now=now.questions[0], what="answer"),),
        added=(now.questions[2],),
        removed=(was[2],),
        same=(Same(was=was[1], now=now.questions[1]),),
    )
    assert (found.changed[0].was.lines, found.changed[0].now.lines) == (
        LineRange(first=1, last=3),
        LineRange(first=1, last=3),
    )


def test_a_question_in_other_words_is_known_by_its_likeness_or_by_its_long_answer() -> None:
    was = known_of(faq_of(How_do_I_file_a_claim="Call us.", Where_is_my_money=LONG))
    now = faq_of(How_can_I_file_a_claim="Call us now.", What_about_a_refund=LONG)

    found = drift(was, now)

    assert [(one.was.question, one.now.text, one.what) for one in found.changed] == [
        ("How do I file a claim?", "How can I file a claim?", "question and answer"),
        ("Where is my money?", "What about a refund?", "question"),
    ]


def test_a_short_answer_alone_makes_no_question_known() -> None:
    was = known_of(faq_of(Is_it_free="Yes."))
    now = faq_of(May_dogs_come_along="Yes.")

    found = drift(was, now)

    assert (found.removed, found.added) == (was, now.questions)


def test_the_fingerprint_counts_words_and_not_their_form() -> None:
    listed = (Bullets(items=(Item(text="one"), Item(text="two")), lead="These:"),)
    told = (Paragraph(text="These:"), Paragraph(text="one  two"))

    assert fingerprint(listed) == fingerprint(told)
    assert fingerprint(listed) != fingerprint((Paragraph(text="These: one three"),))
    assert len(fingerprint(())) == 12


QUESTIONS = st.lists(
    st.tuples(
        st.sampled_from(["Is it free", "Is it open", "Is it near", "How do I pay", "How may I pay"]),
        st.sampled_from(["Yes.", "No.", LONG]),
    ),
    max_size=6,
)


def made(pairs: list[tuple[str, str]]) -> Faq:
    return read_faq("faq.txt", "".join(f"{question}?\n\n{answer}\n\n" for question, answer in pairs).encode())


@given(before=QUESTIONS, after=QUESTIONS)
def test_each_known_answer_and_each_question_is_told_exactly_once(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    was, now = known_of(made(before)), made(after)

    found = drift(was, now)

    assert len(found.changed) + len(found.same) + len(found.removed) == len(was)
    assert len(found.changed) + len(found.same) + len(found.added) == len(now.questions)
