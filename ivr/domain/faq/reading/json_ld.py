"""Questions that a page lists for search engines: schema.org FAQPage as JSON-LD."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bs4 import ParserRejectedMarkup

from ivr.domain.faq.reading.html import soup_of
from ivr.domain.faq.reading.html_page import page_pieces
from ivr.domain.faq.reading.source import fold, squeeze
from ivr.domain.faq.structure.arrange import Arranged
from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import (
    Block,
    LineRange,
    Paragraph,
    Question,
    Section,
    Unplaced,
    texts_of,
)
from ivr.domain.faq.structure.wording import asks
from ivr.domain.faq.text.text_blocks import with_leads

_Json = str | int | float | bool | None | list["_Json"] | dict[str, "_Json"]


def listed_questions(html: str) -> tuple[Question, ...]:
    """In the order of the page; a script that is no JSON lists nothing."""
    text = html.replace("\r\n", "\n").replace("\r", "\n")
    try:
        scripts = soup_of(text).find_all("script", type="application/ld+json")
    except (ParserRejectedMarkup, RecursionError):
        return ()
    found: list[Question | None] = []
    for script in scripts:
        source = "".join(str(part) for part in script.contents)
        found.extend(_question(one, source, script.sourceline or 1) for one in _asked(source))
    return tuple(question for question in found if question is not None)


def with_listed(result: Arranged, listed: Sequence[Question]) -> Arranged:
    """Join what a page shows and what it lists.

    A shown question without its answer gets the listed one; a question that is only listed stands in a
    section without a title; a shown heading that neither asks nor is listed was none of the questions.
    """
    if not listed:
        return result
    known = {fold(question.text): question for question in listed}
    unplaced = list(result.unplaced)
    sections: list[Section] = []
    shown: set[str] = set()
    for section in result.sections:
        kept: list[Question] = []
        for question in section.questions:
            name = fold(question.text)
            if name not in known and not asks(question.text):
                unplaced.append(_other(question))
                continue
            shown.add(name)
            kept.append(
                question
                if question.answer or name not in known
                else replace(question, answer=known[name].answer)
            )
        if kept or not section.questions:
            sections.append(replace(section, questions=tuple(kept)))
    rest = tuple(question for name, question in known.items() if name not in shown)
    return replace(result, sections=(*sections, *_untitled(rest)), unplaced=tuple(unplaced))


def _untitled(questions: Sequence[Question]) -> Iterator[Section]:
    if questions:
        first = min(question.lines.first for question in questions)
        last = max(question.lines.last for question in questions)
        yield Section(title="", questions=tuple(questions), lines=LineRange(first=first, last=last))


def _other(question: Question) -> Unplaced:
    text = " ".join([question.text, *(text for block in question.answer for text in texts_of(block))])
    return Unplaced(lines=question.lines, text=text, why="not among the questions that the page itself lists")


def _asked(source: str) -> Iterator[dict[str, _Json]]:
    try:
        waiting: list[_Json] = [json.loads(source)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            if value.get("@type") in ("Question", ["Question"]):
                yield value
            else:
                waiting.extend(reversed(value.values()))


def _question(value: dict[str, _Json], source: str, line: int) -> Question | None:
    name = value.get("name") or value.get("text")
    answers = value.get("acceptedAnswer") or value.get("suggestedAnswer")
    answer = answers[0] if isinstance(answers, list) and answers else answers
    html = answer.get("text") if isinstance(answer, dict) else answer
    if not isinstance(name, str) or not squeeze(name):
        return None
    at = line + _lines_before(source, name)
    text = " ".join(_texts(name))
    blocks = with_leads(list(_blocks(html))) if isinstance(html, str) else ()
    return Question(text=text, answer=blocks, lines=LineRange(first=at, last=at))


def _lines_before(source: str, name: str) -> int:
    for written in (json.dumps(name, ensure_ascii=False), json.dumps(name)):
        at = source.find(written)
        if at >= 0:
            return source.count("\n", 0, at)
    return 0


def _texts(html: str) -> Iterator[str]:
    for piece in page_pieces(html):
        if isinstance(piece, (QuestionBlock, Heading, Stray)):
            yield piece.text
        else:
            yield from texts_of(piece.block)


def _blocks(html: str) -> Iterator[Block]:
    for piece in page_pieces(html):
        if isinstance(piece, AnswerBlock):
            yield piece.block
        elif not isinstance(piece, Stray):
            yield Paragraph(text=piece.text)
