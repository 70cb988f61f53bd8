"""Lines of a plain-text answer as paragraphs, lists and addresses."""

from collections.abc import Sequence

from ivr.domain.faq.structure.blocks import AnswerBlock
from ivr.domain.faq.structure.faq_document import Address, Block, Bullets, LineRange, Paragraph
from ivr.domain.faq.text.bullets import bullets_of, is_bullet, leaves_list
from ivr.domain.faq.text.postal_address import is_address
from ivr.domain.faq.text.rows import TextRow


def said_of(rows: Sequence[TextRow]) -> tuple[AnswerBlock, ...]:
    """Read the rows of one answer; each row is in exactly one of the blocks."""
    found: list[AnswerBlock] = []
    at = 0
    while at < len(rows):
        end = _end_of_list(rows, at) if is_bullet(rows[at]) else _end_of_run(rows, at)
        part = rows[at:end]
        found.extend([_said(bullets_of(part), part)] if is_bullet(rows[at]) else _run_of(part))
        at = end
    return tuple(found)


def with_leads(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Give each list the sentence with a colon that stands right before it."""
    found: list[Block] = []
    for block in blocks:
        before = found[-1] if found else None
        if (
            isinstance(block, Bullets)
            and isinstance(before, Paragraph)
            and _announces(before.text)
            and not block.lead
        ):
            found[-1] = Bullets(items=block.items, lead=before.text, is_numbered=block.is_numbered)
        else:
            found.append(block)
    return tuple(found)


def _announces(text: str) -> bool:
    return text.endswith((":", "\uff1a"))


def _end_of_list(rows: Sequence[TextRow], at: int) -> int:
    end = at + 1
    while end < len(rows) and not leaves_list(rows[at:end], rows[end]):
        end += 1
    return end


def _end_of_run(rows: Sequence[TextRow], at: int) -> int:
    end = at + 1
    while end < len(rows) and rows[end].gap == 0 and not is_bullet(rows[end]):
        end += 1
    return end


def _run_of(rows: Sequence[TextRow]) -> list[AnswerBlock]:
    """Read rows without a blank between them: a paragraph, an address, or one that announces the other."""
    for start in range(len(rows) - 1):
        is_start = start == 0 or _announces(rows[start - 1].text)
        lines = tuple(row.text for row in rows[start:])
        if is_start and is_address(lines):
            head = [_paragraph(rows[:start])] if start else []
            return [*head, _said(Address(lines=lines), rows[start:])]
    return [_paragraph(rows)]


def _paragraph(rows: Sequence[TextRow]) -> AnswerBlock:
    return _said(Paragraph(text=" ".join(row.text for row in rows)), rows)


def _said(block: Block, rows: Sequence[TextRow]) -> AnswerBlock:
    return AnswerBlock(block=block, lines=LineRange(first=rows[0].number, last=rows[-1].last))
