"""What is wrong with an FAQ document, as findings with a place."""

from collections.abc import Sequence

from ivr.domain.faq.reading.source import fold
from ivr.domain.faq.structure.arrange import BEFORE_FIRST, UNDER_SECTION
from ivr.domain.faq.structure.faq_document import Question, Section, Unplaced
from ivr.domain.faq.structure.wording import QUESTION_CHARACTERS
from ivr.domain.yaml_source.finding import Finding, Severity, in_order
from ivr.domain.yaml_source.location import Spot

_EXCERPT = 60
_MOST_LINES = 3


def found_at(file: str, line: int, severity: Severity, rule: str, what: str, *, remedy: str) -> Finding:
    return Finding(
        rule=rule, severity=severity, spot=Spot(file=file, line=line, column=1), what=what, remedy=remedy
    )


def faults_of(file: str, sections: Sequence[Section], unplaced: Sequence[Unplaced]) -> tuple[Finding, ...]:
    questions = [question for section in sections for question in section.questions]
    found = [
        *_no_questions(file, questions),
        *(fault for question in questions for fault in _of_question(file, question)),
        *_empty_sections(file, sections),
        *_twice(file, questions),
        *(_homeless(file, one) for one in unplaced if one.why in (BEFORE_FIRST, UNDER_SECTION)),
    ]
    return tuple(in_order(found))


def excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1].rstrip()}…"


def _no_questions(file: str, questions: Sequence[Question]) -> list[Finding]:
    if questions:
        return []
    what = "no question was found in this document"
    remedy = "end questions with a question mark, or write them as headings, each with its answer below"
    return [found_at(file, 1, "error", "faq-no-question", what, remedy=remedy)]


def _of_question(file: str, question: Question) -> list[Finding]:
    line, name = question.lines.first, excerpt(question.text)
    found: list[Finding] = []
    if not question.answer:
        remedy = "write the answer below it, or remove the line"
        found.append(found_at(file, line, "error", "faq-no-answer", f'"{name}" has no answer', remedy=remedy))
    if len(question.text) > QUESTION_CHARACTERS:
        what = f'"{name}" has {len(question.text)} characters, more than {QUESTION_CHARACTERS}'
        remedy = "shorten it, or give its option a short label in the menu"
        found.append(found_at(file, line, "error", "faq-long-question", what, remedy=remedy))
    return found


def _empty_sections(file: str, sections: Sequence[Section]) -> list[Finding]:
    remedy = "write its questions below it, or remove the line"
    return [
        found_at(
            file,
            section.lines.first,
            "warning",
            "faq-empty-section",
            f'no question stands under the heading "{excerpt(section.title)}"',
            remedy=remedy,
        )
        for section in sections
        if not section.questions
    ]


def _twice(file: str, questions: Sequence[Question]) -> list[Finding]:
    lines: dict[str, list[int]] = {}
    for question in questions:
        lines.setdefault(fold(question.text), []).append(question.lines.first)
    found: list[Finding] = []
    for question in questions:
        others = [
            line for line in lines[fold(question.text)][: _MOST_LINES + 1] if line != question.lines.first
        ]
        if others:
            where = " and ".join(f"line {line}" for line in others[:_MOST_LINES])
            what = f'"{excerpt(question.text)}" is asked again at {where}'
            remedy = "keep one of them, or word them so that a caller can tell them apart"
            found.append(found_at(file, question.lines.first, "error", "faq-twice", what, remedy=remedy))
    return found


def _homeless(file: str, one: Unplaced) -> Finding:
    what = f'"{excerpt(one.text)}" answers no question'
    remedy = "put it below the question that it answers, or leave it: callers will not hear it"
    return found_at(file, one.line, "warning", "faq-no-question-above", what, remedy=remedy)
