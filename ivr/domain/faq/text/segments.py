"""Rows that stand together, and what their form says they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ivr.domain.faq.structure.wording import asks, has_break, is_capitals, is_sentence, is_title, tells
from ivr.domain.faq.text.line_markers import mark_of, without_number
from ivr.domain.faq.text.postal_address import is_address
from ivr.domain.faq.text.rows import TextRow

_MOST_QUESTION_ROWS = 3
_WIDEST_INDENT = 3
_STACKED_CHARACTERS = 45
_SOFT_LEVEL = 3
_TOP_UNDERLINES = frozenset("=#*")

_SENTENCE_ENDS = frozenset(".!?:)")

Kind = Literal["asked", "heading", "title", "numbered", "sentence", "stacked", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The first *head* rows are a question, a heading or what may be one; the rest is answer.

    "title" and "sentence" may be either: their neighbours decide. "numbered" is such a line after a number,
    "stacked" one right on top of more text.
    """

    kind: Kind
    head: int
    level: int
    text: str
    rows: tuple[TextRow, ...]

    @property
    def gap(self) -> int:
        return self.rows[0].gap

    @property
    def number(self) -> tuple[int, ...]:
        mark = mark_of(self.rows[0].text)
        return mark.number if mark else ()


def chunks_of(rows: Sequence[TextRow], margin: int) -> tuple[Chunk, ...]:
    """*margin* is the column at which the document's text begins."""
    groups: list[list[TextRow]] = []
    is_dense = _is_dense(rows)
    for row in rows:
        if groups and row.gap == 0 and not _parts(groups[-1], row, is_dense=is_dense):
            groups[-1].append(row)
        else:
            groups.append([row])
    return tuple(_chunk(tuple(group), margin) for group in groups)


def _parts(group: Sequence[TextRow], row: TextRow, *, is_dense: bool) -> bool:
    """Whether a question begins at *row* although no blank line stands above it."""
    if not _begins_question(row):
        return False
    above = group[-1].text
    return (len(group) == 1 and is_title(above)) or (is_dense and above[-1] in _SENTENCE_ENDS)


def _begins_question(row: TextRow) -> bool:
    mark = mark_of(row.text)
    text = without_number(row.text)
    return (mark is None or mark.kind == "number") and asks(text) and not text[0].islower()


def _is_dense(rows: Sequence[TextRow]) -> bool:
    """Whether most questions of the document stand right below the answer before."""
    asked = [(above, row) for above, row in pairwise(rows) if _begins_question(row)]
    below = sum(row.gap == 0 and above.text[-1] in _SENTENCE_ENDS for above, row in asked)
    return below > 1 and below * 2 >= len(asked)


def _chunk(rows: tuple[TextRow, ...], margin: int) -> Chunk:
    first = rows[0]
    if first.underline:
        level = 1 if first.underline in _TOP_UNDERLINES else 2
        return Chunk(kind="heading", head=1, level=level, text=without_number(first.text), rows=rows)
    head = _question_rows(rows)
    if head:
        text = without_number(" ".join(row.text for row in rows[:head]))
        return Chunk(kind="asked", head=head, level=0, text=text, rows=rows)
    if first.indent > margin + _WIDEST_INDENT:
        return Chunk(kind="body", head=0, level=0, text="", rows=rows)
    return _alone(rows) if len(rows) == 1 or rows[1].indent > first.indent else _on_top(rows)


def _on_top(rows: tuple[TextRow, ...]) -> Chunk:
    whole = " ".join(row.text for row in rows)
    if is_capitals(whole) and is_title(whole):
        return Chunk(kind="heading", head=len(rows), level=1, text=whole.rstrip(": "), rows=rows)
    text = without_number(rows[0].text)
    begins_anew = not rows[1].text[0].islower() and not is_address([row.text for row in rows])
    may_ask = tells(text) or (is_title(text) and len(text) <= _STACKED_CHARACTERS)
    if begins_anew and may_ask and mark_of(text) is None:
        return Chunk(kind="stacked", head=1, level=0, text=text, rows=rows)
    return Chunk(kind="body", head=0, level=0, text="", rows=rows)


def _alone(rows: tuple[TextRow, ...]) -> Chunk:
    first = rows[0].text
    text = without_number(first)
    is_numbered = text != first
    if mark_of(text) is not None:
        return Chunk(kind="body", head=0, level=0, text="", rows=rows)
    number = mark_of(first)
    if is_numbered and number and len(number.number) > 1 and is_title(text):
        return Chunk(kind="heading", head=1, level=len(number.number), text=text, rows=rows)
    if is_title(text):
        level = 1 if is_numbered or is_capitals(text) else _SOFT_LEVEL
        kind: Kind = "numbered" if is_numbered else "heading" if is_capitals(text) else "title"
        return Chunk(kind=kind, head=1, level=level, text=text.rstrip(": "), rows=rows)
    if tells(text):
        return Chunk(kind="numbered" if is_numbered else "asked", head=1, level=0, text=text, rows=rows)
    kind = "sentence" if is_sentence(text) and not is_numbered else "body"
    return Chunk(kind=kind, head=1 if kind == "sentence" else 0, level=0, text=text, rows=rows)


def _question_rows(rows: Sequence[TextRow]) -> int:
    """How many of the first rows make up a question; 0 where they do not."""
    mark = mark_of(rows[0].text)
    if mark is not None and mark.kind == "bullet":
        return 0
    for head in range(1, min(_MOST_QUESTION_ROWS, len(rows)) + 1):
        if head > 1 and mark_of(rows[head - 1].text) is not None:
            return 0
        text = without_number(" ".join(row.text for row in rows[:head]))
        if asks(text) and (head == 1 or not has_break(text)):
            return head
    return 0
