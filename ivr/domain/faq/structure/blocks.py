from dataclasses import dataclass

from ivr.domain.faq.structure.faq_document import Block, Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """*level* 1 is the highest. *is_sure*: written as a heading, not merely short enough to be one."""

    text: str
    level: int
    is_sure: bool
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    text: str
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    block: Block
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    text: str
    why: str
    lines: Lines


Piece = Heading | Asked | Said | Stray
