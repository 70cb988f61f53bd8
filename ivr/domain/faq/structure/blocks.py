from dataclasses import dataclass

from ivr.domain.faq.structure.faq_document import Block, LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """*level* 1 is the highest. *is_sure*: written as a heading, not merely short enough to be one."""

    text: str
    level: int
    is_sure: bool
    lines: LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBlock:
    text: str
    lines: LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBlock:
    block: Block
    lines: LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    text: str
    why: str
    lines: LineRange


Piece = Heading | QuestionBlock | AnswerBlock | Stray
