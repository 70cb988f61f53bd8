from collections.abc import Iterable, Iterator
from dataclasses import replace

from ivr.domain.faq.structure.blocks import Piece
from ivr.domain.faq.structure.faq_document import LineRange


def shifted(pieces: Iterable[Piece], by: int) -> Iterator[Piece]:
    """Move pieces *by* lines down: they come from a part that was read on its own."""
    for piece in pieces:
        yield replace(piece, lines=LineRange(first=piece.lines.first + by, last=piece.lines.last + by))
