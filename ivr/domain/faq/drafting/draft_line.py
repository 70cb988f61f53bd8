"""The lines that a document speaks of, and the file that lists them."""

import re
from collections import Counter
from collections.abc import Sequence

from ivr.domain.faq.drafting.draft_text import menu_text
from ivr.domain.faq.drafting.routing import LineWords, Route, route_of
from ivr.domain.faq.drafting.slug import slug_of
from ivr.domain.faq.structure.faq_document import Faq, Question, texts_of

GENERAL = LineWords(id="customer-service", names=("Customer Service", "Customer Support"))
SHIPPED = (
    GENERAL,
    LineWords(id="support", names=("Support", "Technical Support")),
    LineWords(id="tam", names=("Technical Account Manager", "TAM")),
)
_DESKS = {"customer-service": ("first desk", "second desk"), "support": ("day desk", "on call")}
_MOST_LINES = 12
_DEPARTMENT = re.compile(
    r"\b(?:[Cc]ontact|[Cc]all|[Aa]sk|[Pp]hone|[Ww]rite to)(?:ing)? (?:(?:the|our|your) )?"
    r"([A-Z][a-z]{3,}(?: [A-Z][a-z]{3,}){0,2}+)\b"
    r"(?! (?:administrator|manager|representative|owner|user|person)\b)"
)


def answer_text(question: Question) -> str:
    return "\n".join(text for block in question.answer for text in texts_of(block))


def routed(question: Question, lines: Sequence[LineWords]) -> Route:
    return route_of(question.text, answer_text(question), lines)


def lines_of_faq(faq: Faq) -> tuple[LineWords, ...]:
    """Name the general line first, then those that the answers send their readers to."""
    texts = [answer_text(question) for question in faq.questions]
    named = {routed(question, SHIPPED).line for question in faq.questions}
    found = [line for line in SHIPPED if line is GENERAL or line.id in named]
    known = {name.casefold() for line in SHIPPED for name in line.names}
    counted = Counter(match[1] for text in texts for match in _DEPARTMENT.finditer(text))
    for name in sorted(counted, key=lambda name: (-counted[name], name)):
        if name.casefold() in known or len(found) == _MOST_LINES:
            continue
        line = LineWords(id=slug_of(name, {one.id for one in found}), names=(name,))
        found.append(line)
    return tuple(found)


def people_of(line: str) -> tuple[str, ...]:
    return _DESKS.get(line, ("first desk",))


def lines_file(lines: Sequence[LineWords], person: str) -> str:
    rows = [
        "# yaml-language-server: $schema=lines.schema.json",
        "# Who takes the calls. Their numbers are in the environment (IVR_LINE_...), one for each person.",
        f"person: {person}     # reached when nothing says better",
        "lines:",
    ]
    for line in lines:
        rows += [
            f"  {line.id}:",
            f"    name: {menu_text(line.names[0])}",
            f"    people: [{', '.join(people_of(line.id))}]",
            "    ring_s: 20",
            "    time_zone: UTC",
            "    hours: 24/7              # such as Mo-Fr 08:00-17:00",
        ]
    return "\n".join(rows) + "\n"
