"""Pieces in the order of the document -> title, sections, questions, and what found no place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import (
    Block,
    LineRange,
    Paragraph,
    Question,
    Section,
    Unplaced,
    texts_of,
)
from ivr.domain.faq.structure.heading_roles import Role, roles_of
from ivr.domain.faq.text.text_blocks import with_leads

BEFORE_FIRST = "text before the first question"
UNDER_SECTION = "text under a section heading, before its first question"
_PATH_JOINT = ": "


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    title: str | None
    title_lines: LineRange | None
    sections: tuple[Section, ...]
    unplaced: tuple[Unplaced, ...]


def arranged(pieces: Sequence[Piece]) -> Arranged:
    desk = _Desk()
    for piece, role in zip(pieces, roles_of(pieces), strict=True):
        desk.take(piece, role)
    return Arranged(
        title=desk.title,
        title_lines=desk.title_lines,
        sections=desk.sections(),
        unplaced=tuple(desk.unplaced),
    )


@dataclass(slots=True, kw_only=True)
class _Asking:
    text: str
    lines: LineRange
    blocks: list[Block] = field(default_factory=list)

    def closed(self) -> Question:
        return Question(text=self.text, answer=with_leads(self.blocks), lines=self.lines)


@dataclass(slots=True, kw_only=True)
class _Part:
    path: tuple[str, ...]
    lines: LineRange
    asking: list[_Asking] = field(default_factory=list)


class _Desk:
    def __init__(self) -> None:
        self.title: str | None = None
        self.title_lines: LineRange | None = None
        self.unplaced: list[Unplaced] = []
        self._parts: list[_Part] = []
        self._path: list[tuple[int, str]] = []
        self._is_open = False

    def take(self, piece: Piece, role: Role) -> None:
        if isinstance(piece, Stray):
            self.unplaced.append(Unplaced(lines=piece.lines, text=piece.text, why=piece.why))
        elif isinstance(piece, AnswerBlock):
            self._say(piece.block, piece.lines)
        elif isinstance(piece, QuestionBlock):
            self._ask(piece.text, piece.lines)
        else:
            self._head(piece, role)

    def _head(self, heading: Heading, role: Role) -> None:
        if role == "title":
            self.title, self.title_lines = heading.text, heading.lines
        elif role == "inside":
            self._say(Paragraph(text=heading.text), heading.lines)
        elif role == "question":
            if heading.is_sure:
                self._leave(heading.level)
            self._ask(heading.text, heading.lines)
        else:
            self._leave(heading.level)
            self._path.append((heading.level, heading.text))
            self._is_open = False
            self._parts.append(_Part(path=self._names(), lines=heading.lines))

    def _leave(self, level: int) -> None:
        while self._path and self._path[-1][0] >= level:
            self._path.pop()

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path)

    def _ask(self, text: str, lines: LineRange) -> None:
        if not self._parts or self._parts[-1].path != self._names():
            self._parts.append(_Part(path=self._names(), lines=lines))
        part = self._parts[-1]
        part.asking.append(_Asking(text=text, lines=lines))
        part.lines = _over(part.lines, lines)
        self._is_open = True

    def _say(self, block: Block, lines: LineRange) -> None:
        if not self._is_open:
            why = UNDER_SECTION if self._parts else BEFORE_FIRST
            self.unplaced.append(Unplaced(lines=lines, text=" ".join(texts_of(block)), why=why))
            return
        part = self._parts[-1]
        question = part.asking[-1]
        question.blocks.append(block)
        question.lines = _over(question.lines, lines)
        part.lines = _over(part.lines, lines)

    def sections(self) -> tuple[Section, ...]:
        """Leave out headings that only hold other headings: they live on in the titles of those."""
        found: list[Section] = []
        above: LineRange | None = None
        for part, following in zip_longest(self._parts, self._parts[1:]):
            lines = part.lines if above is None else _over(above, part.lines)
            above = None
            is_holder = following is not None and following.path[:-1][: len(part.path)] == part.path
            if is_holder and not part.asking:
                above = lines
                continue
            questions = tuple(asking.closed() for asking in part.asking)
            found.append(Section(title=_PATH_JOINT.join(part.path), questions=questions, lines=lines))
        return tuple(found)


def _over(one: LineRange, other: LineRange) -> LineRange:
    return LineRange(first=min(one.first, other.first), last=max(one.last, other.last))
