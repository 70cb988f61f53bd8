"""A paragraph of Markdown or HTML: a question in bold, a Q: or an A:, an address, or simply text."""

from collections.abc import Sequence

from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock
from ivr.domain.faq.structure.faq_document import Address, Block, LineRange, Paragraph
from ivr.domain.faq.structure.wording import asks, is_title, tells
from ivr.domain.faq.text.line_markers import after_a, after_q, without_number
from ivr.domain.faq.text.postal_address import is_address

BOLD_LEVEL = 7


def passage_pieces(texts: Sequence[str], lines: LineRange, *, is_bold: bool) -> tuple[Piece, ...]:
    """*texts*: the lines as the paragraph breaks them, none blank; *is_bold*: the first one is all bold."""
    if not texts:
        return ()
    first, rest = texts[0], texts[1:]
    marked = after_q(first)
    question = marked if marked is not None and asks(marked) else without_number(first) if is_bold else None
    if question is not None and (marked == question or asks(question) or tells(question)):
        return (QuestionBlock(text=question, lines=lines), *_said(rest, lines))
    if is_bold and not rest and is_title(without_number(first)):
        text = without_number(first).rstrip(": ")
        return (Heading(text=text, level=BOLD_LEVEL, is_sure=False, lines=lines),)
    return _said(texts, lines)


def _said(texts: Sequence[str], lines: LineRange) -> tuple[AnswerBlock, ...]:
    if not texts:
        return ()
    block: Block = Address(lines=tuple(texts)) if is_address(texts) else Paragraph(text=" ".join(texts))
    return (AnswerBlock(block=block, lines=lines),)


def refined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Take away the Q and A marks, and where no heading asks, let a paragraph that asks be a question."""
    unmarked = [_without_q(piece) for piece in pieces]
    has_questions = any(
        isinstance(piece, QuestionBlock) or (isinstance(piece, Heading) and asks(piece.text))
        for piece in unmarked
    )
    found: list[Piece] = []
    for piece in unmarked:
        if isinstance(piece, AnswerBlock) and isinstance(piece.block, Paragraph):
            follows = bool(found) and isinstance(found[-1], (QuestionBlock, Heading))
            found.append(_paragraph(piece, piece.block.text, follows=follows, may_ask=not has_questions))
        else:
            found.append(piece)
    return tuple(found)


def _paragraph(piece: AnswerBlock, text: str, *, follows: bool, may_ask: bool) -> Piece:
    has_colon = ":" in text.partition(" ")[0]
    answer = after_a(text) if follows and has_colon else None
    if answer is not None:
        return AnswerBlock(block=Paragraph(text=answer), lines=piece.lines)
    return QuestionBlock(text=without_number(text), lines=piece.lines) if may_ask and asks(text) else piece


def _without_q(piece: Piece) -> Piece:
    if not isinstance(piece, (QuestionBlock, Heading)):
        return piece
    text = after_q(piece.text)
    if text is None or not asks(text):
        return piece
    return QuestionBlock(text=text, lines=piece.lines)
