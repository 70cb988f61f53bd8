"""Which headings are the document's title, its sections, or questions."""

from collections.abc import Sequence
from typing import Literal

from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.wording import asks, names_faq, tells

Role = Literal["title", "section", "question", "inside"]


def roles_of(pieces: Sequence[Piece]) -> tuple[Role, ...]:
    """Give each piece a role; those that are no headings count as "inside".

    A heading that asks is a question, unless it says nothing itself and others stand below it; one that
    does not ask is a question where text follows and no question stands below it. Headings below a
    question that do not ask belong to its answer.
    """
    title = _title(pieces)
    roles: list[Role] = []
    question_level = 0
    for at, piece in enumerate(pieces):
        if not isinstance(piece, Heading):
            question_level = 0 if isinstance(piece, QuestionBlock) else question_level
            roles.append("inside")
            continue
        if at == title:
            roles.append("title")
            continue
        if question_level and piece.level > question_level and not asks(piece.text):
            roles.append("inside")
            continue
        role = _role(piece, pieces[at + 1 :])
        question_level = piece.level if role == "question" and (asks(piece.text) or tells(piece.text)) else 0
        roles.append(role)
    return tuple(roles)


def _role(heading: Heading, after: Sequence[Piece]) -> Role:
    following = [piece for piece in _below(heading.level, after) if not isinstance(piece, Stray)]
    is_said = bool(following) and isinstance(following[0], AnswerBlock)
    has_below = len(following) > 0 and any(isinstance(piece, (Heading, QuestionBlock)) for piece in following)
    if asks(heading.text) or tells(heading.text):
        return "question" if is_said or not has_below else "section"
    own = _until_heading(following)
    is_topic = not any(isinstance(piece, Heading) for piece in following)
    is_free = not heading.is_sure or not any(isinstance(piece, QuestionBlock) for piece in own)
    return "question" if is_said and is_topic and is_free else "section"


def _below(level: int, pieces: Sequence[Piece]) -> list[Piece]:
    """Return what stands below a heading, up to the next one of its level or a higher one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Heading) and piece.level <= level:
            break
        found.append(piece)
    return found


def _until_heading(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Heading):
            break
        found.append(piece)
    return found


def _title(pieces: Sequence[Piece]) -> int | None:
    """Find the first heading, if it stands before all questions and above, or right before, the others."""
    at = next((at for at, piece in enumerate(pieces) if isinstance(piece, (Heading, QuestionBlock))), None)
    if at is None:
        return None
    first = pieces[at]
    if not isinstance(first, Heading) or asks(first.text):
        return None
    others = [piece for piece in pieces[at + 1 :] if isinstance(piece, Heading)]
    following = next((piece for piece in pieces[at + 1 :] if not isinstance(piece, Stray)), None)
    is_above = bool(others) and all(other.level > first.level for other in others)
    is_lone = not others and isinstance(following, QuestionBlock)
    is_before = isinstance(following, Heading) and following.level == first.level
    welcomes = isinstance(following, AnswerBlock) and not first.is_sure and _heads_later(pieces[at + 1 :])
    return at if is_above or is_lone or is_before or welcomes or names_faq(first.text) else None


def _heads_later(pieces: Sequence[Piece]) -> bool:
    """Whether a heading with a question right below it comes before any other question."""
    heads = [piece for piece in pieces if isinstance(piece, (Heading, QuestionBlock))]
    return len(heads) > 1 and isinstance(heads[0], Heading) and isinstance(heads[1], QuestionBlock)
