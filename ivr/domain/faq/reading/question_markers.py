"""Plain text that marks each question with "Q:" and each answer with "A:"."""

from collections.abc import Sequence
from dataclasses import replace

from ivr.domain.faq.structure.blocks import Heading, Piece, QuestionBlock
from ivr.domain.faq.structure.faq_document import LineRange
from ivr.domain.faq.structure.wording import is_capitals, is_title
from ivr.domain.faq.text.line_markers import after_a, after_q, without_number
from ivr.domain.faq.text.rows import TextRow
from ivr.domain.faq.text.text_blocks import said_of

_SOFT_LEVEL = 3


def is_marked(rows: Sequence[TextRow]) -> bool:
    """Both marks are there, and about as many answers as questions: one "P. O. Box" makes no style."""
    asked = sum(after_q(row.text) is not None for row in rows)
    said = sum(after_a(row.text) is not None for row in rows)
    return asked > 0 and said > 0 and asked <= 2 * said and said <= 2 * asked


def marked_pieces(rows: Sequence[TextRow]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    question: list[TextRow] = []
    answer: list[TextRow] = []
    for at, row in enumerate(rows):
        asked, said = after_q(row.text), after_a(row.text)
        heading = None if asked or said else _heading(rows, at, is_open=bool(question) and not answer)
        if asked is not None or heading is not None:
            pieces.extend(_closed(question, answer))
            question, answer = [], []
        if heading is not None:
            pieces.append(heading)
        elif asked is not None:
            question = [replace(row, text=asked)]
        elif said is not None:
            answer.append(replace(row, text=said))
        else:
            (question if question and not answer and row.gap == 0 else answer).append(row)
    return (*pieces, *_closed(question, answer))


def _closed(question: Sequence[TextRow], answer: Sequence[TextRow]) -> tuple[Piece, ...]:
    said = said_of(answer)
    if not question:
        return said
    text = " ".join(row.text for row in question)
    return (
        QuestionBlock(text=text, lines=LineRange(first=question[0].number, last=question[-1].last)),
        *said,
    )


def _heading(rows: Sequence[TextRow], at: int, *, is_open: bool) -> Heading | None:
    """Read a line that stands alone as a title and is followed by a question or by another such line."""
    row = rows[at]
    following = rows[at + 1] if at + 1 < len(rows) else None
    if is_open or following is None or not (row.gap or at == 0):
        return None
    text = without_number(row.text)
    leads = after_q(following.text) is not None or (following.gap > 0 and is_title(following.text))
    if not row.underline and not (is_title(text) and (leads or (at == 0 and following.gap > 0))):
        return None
    level = 1 if is_capitals(text) or row.underline == "=" else _SOFT_LEVEL
    return Heading(
        text=text.rstrip(": "),
        level=level,
        is_sure=True,
        lines=LineRange(first=row.number, last=row.last),
    )
