from dataclasses import dataclass

from ivr.domain.yaml_source.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LineRange:
    """First and last line of the document that a value was read from, both counted from 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    text: str
    items: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list; *lead* is the sentence with a colon that announces it, or empty."""

    items: tuple[Item, ...]
    lead: str = ""
    is_numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    lines: tuple[str, ...]


Block = Paragraph | Bullets | Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """*lines* reach from the question to the end of its answer."""

    text: str
    answer: tuple[Block, ...]
    lines: LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """*title* is empty for questions that stand under no heading; nested headings are joined by a colon."""

    title: str
    questions: tuple[Question, ...]
    lines: LineRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    lines: LineRange
    text: str
    why: str

    @property
    def line(self) -> int:
        return self.lines.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    title: str | None
    sections: tuple[Section, ...]
    unplaced: tuple[Unplaced, ...]
    findings: tuple[Finding, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


def texts_of(block: Block) -> tuple[str, ...]:
    """Every text of a block in reading order, markers left away."""
    if isinstance(block, Paragraph):
        return (block.text,)
    if isinstance(block, Address):
        return block.lines
    found = [block.lead] if block.lead else []
    waiting = list(reversed(block.items))
    while waiting:
        item = waiting.pop()
        found.append(item.text)
        waiting.extend(reversed(item.items))
    return tuple(found)
