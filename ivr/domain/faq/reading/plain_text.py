"""A plain-text FAQ as pieces: headings, questions, answers, and what is none of them."""

from collections.abc import Sequence
from itertools import pairwise

from ivr.domain.faq.reading.question_markers import is_marked, marked_pieces
from ivr.domain.faq.reading.source import has_words
from ivr.domain.faq.structure.blocks import Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import LineRange
from ivr.domain.faq.text.boilerplate import is_furniture
from ivr.domain.faq.text.rows import TextRow, rows_of
from ivr.domain.faq.text.segments import Chunk, Kind, chunks_of
from ivr.domain.faq.text.text_blocks import said_of

_FEWEST_GAPS = 3
_SMALLEST_GAP = 2


def plain_pieces(text: str) -> tuple[Piece, ...]:
    """Put every line that is not blank in a piece; no two overlap but a list and a stray inside it."""
    strays, rows = _sorted_out(rows_of(text))
    pieces = marked_pieces(rows) if is_marked(rows) else _read(chunks_of(rows, _margin(rows)))
    return tuple(sorted((*strays, *pieces), key=lambda piece: piece.lines))


def _margin(rows: Sequence[TextRow]) -> int:
    return min((row.indent for row in rows), default=0)


def _sorted_out(rows: Sequence[TextRow]) -> tuple[list[Stray], list[TextRow]]:
    strays: list[Stray] = []
    kept: list[TextRow] = []
    extra = 0
    for row in rows:
        why = "no words" if not has_words(row.text) else "page furniture" if is_furniture(row.text) else ""
        if why:
            strays.append(Stray(text=row.text, why=why, lines=LineRange(first=row.number, last=row.last)))
            extra = row.gap + 1
        else:
            kept.append(_further(row, extra))
            extra = 0
    return strays, kept


def _further(row: TextRow, extra: int) -> TextRow:
    return TextRow(
        number=row.number,
        last=row.last,
        indent=row.indent,
        gap=row.gap + extra,
        text=row.text,
        underline=row.underline,
    )


def _read(chunks: Sequence[Chunk]) -> tuple[Piece, ...]:
    kinds = _settled(chunks)
    pieces: list[Piece] = []
    answer: list[TextRow] = []
    for chunk, kind in zip(chunks, kinds, strict=True):
        if kind == "body":
            answer.extend(chunk.rows)
            continue
        pieces.extend(said_of(answer))
        answer = list(chunk.rows[chunk.head :])
        pieces.append(_head(chunk, kind))
    return (*pieces, *said_of(answer))


def _head(chunk: Chunk, kind: Kind) -> QuestionBlock | Heading:
    lines = LineRange(first=chunk.rows[0].number, last=chunk.rows[chunk.head - 1].last)
    if kind == "asked":
        return QuestionBlock(text=chunk.text, lines=lines)
    return Heading(text=chunk.text, level=max(chunk.level, 1), is_sure=kind == "heading", lines=lines)


def _settled(chunks: Sequence[Chunk]) -> tuple[Kind, ...]:
    """Decide the kinds that a line's own form leaves open, by what stands around it."""
    wide = _gap_before_questions(chunks)
    is_stacked = _stacks_questions(chunks)
    kinds: list[Kind] = []
    numbers = _Numbers()
    for at, chunk in enumerate(chunks):
        following: Kind = chunks[at + 1].kind if at + 1 < len(chunks) else "body"
        is_unanswered = (
            bool(kinds) and kinds[-1] == "asked" and chunks[at - 1].head == len(chunks[at - 1].rows)
        )
        kind: Kind = chunk.kind
        if kind == "numbered":
            kind = numbers.kind_of(chunk, following)
        elif kind == "title":
            is_inside = at > 0 and chunk.gap < wide and following == "body"
            kind = "body" if is_unanswered or is_inside else "title"
        elif kind == "stacked":
            kind = "asked" if is_stacked else "body"
        elif kind == "sentence":
            kind = (
                "asked"
                if wide and chunk.gap >= wide and not is_unanswered and following == "body"
                else "body"
            )
        numbers.note(chunk, kind)
        kinds.append(kind)
    return tuple(kinds)


class _Numbers:
    """The numbers that questions and headings carried so far: they tell "3. Lost card" from a third step."""

    def __init__(self) -> None:
        self._asked = 0
        self._heading = 0

    def kind_of(self, chunk: Chunk, following: Kind) -> Kind:
        number = chunk.number[-1] if chunk.number else 0
        if number == self._heading + 1 and following in ("asked", "heading") and chunk.level:
            return "heading"
        if self._asked and number == self._asked + 1:
            return "asked"
        return "body"

    def note(self, chunk: Chunk, kind: Kind) -> None:
        number = chunk.number
        if kind == "asked" and number:
            self._asked = number[-1]
        if kind == "heading" and number:
            self._heading = number[0]


def _stacks_questions(chunks: Sequence[Chunk]) -> bool:
    """Whether most questions stand right on top of their answers."""
    asked = [chunk for chunk in chunks if chunk.kind == "asked"]
    on_top = sum(chunk.head < len(chunk.rows) for chunk in asked)
    return on_top > 1 and on_top * 2 > len(asked)


def _gap_before_questions(chunks: Sequence[Chunk]) -> int:
    """Count the blank lines that part an answer from the next question; 0 without such a habit."""
    pairs = pairwise(chunks)
    gaps = [
        chunk.gap for before, chunk in pairs if chunk.kind == "asked" and before.kind in ("body", "sentence")
    ]
    narrowest = min(gaps, default=0)
    return narrowest if len(gaps) >= _FEWEST_GAPS and narrowest >= _SMALLEST_GAP else 0
