"""A table of contents: questions listed without an answer that stand again, with one, further down."""

from collections.abc import Sequence
from dataclasses import replace

from ivr.domain.faq.reading.source import fold
from ivr.domain.faq.structure.faq_document import Question, Section, Unplaced


def without_contents(sections: Sequence[Section]) -> tuple[tuple[Section, ...], tuple[Unplaced, ...]]:
    """Part the sections from the entries of a table of contents, each with the line of its answer."""
    answered = {
        fold(question.text): question.lines.first
        for section in sections
        for question in section.questions
        if question.answer
    }
    kept: list[Section] = []
    listed: list[Unplaced] = []
    for section in sections:
        left: list[Question] = []
        for one in section.questions:
            at = None if one.answer else answered.get(fold(one.text))
            if at is None:
                left.append(one)
            else:
                why = f"table of contents: answered at line {at}"
                listed.append(Unplaced(lines=one.lines, text=one.text, why=why))
        if left or section.title or not section.questions:
            kept.append(replace(section, questions=tuple(left)))
    return tuple(kept), tuple(listed)
