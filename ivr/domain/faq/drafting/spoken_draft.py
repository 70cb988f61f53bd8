"""A first draft of an answer for the ear, to be polished by a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.domain.faq.reading.source import has_words
from ivr.domain.faq.structure.faq_document import Address, Block, Bullets, Item, Paragraph
from ivr.domain.faq.text.sentences import clean, sentences_of
from ivr.domain.faq.text.spoken_form import spelled, spelled_line

_COUNTS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)
_SHORT_WORDS = 8
_ENDS = (".", "!", "?", ":", "...")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowText:
    """A text that is read slowly, such as one line of an address."""

    text: str


SpokenPiece = str | SlowText


def spoken(blocks: Sequence[Block]) -> tuple[SpokenPiece, ...]:
    """One sentence a piece; no mark-up, no bullets; lists are counted before they are read."""
    return tuple(piece for block in blocks for piece in _spoken(block))


def _spoken(block: Block) -> Iterator[SpokenPiece]:
    if isinstance(block, Paragraph):
        yield from _sentences(block.text)
    elif isinstance(block, Address):
        for line in block.lines:
            if has_words(clean(line)):
                yield SlowText(text=spelled_line(clean(line)))
    else:
        yield from _sentences(block.lead)
        yield from _list(block)


def _sentences(text: str) -> Iterator[str]:
    for sentence in sentences_of(text):
        if has_words(sentence):
            yield sentence if sentence.endswith(_ENDS) else f"{sentence}."


def _list(block: Bullets) -> Iterator[str]:
    items = [item for item in block.items if any(_item(item))]
    if len(items) < 2:  # noqa: PLR2004 -- a list of one is a sentence
        for item in items:
            yield from _item(item)
        return
    noun = "steps" if block.is_numbered else "things"
    announced = f"{_count(len(items))} {noun}:"
    if all(_is_short(item) for item in items) and not block.is_numbered:
        yield f"{announced} {'; '.join(spelled(clean(item.text)).rstrip('.;,') for item in items)}."
        return
    yield announced
    for number, item in enumerate(items, start=1):
        first, *rest = _item(item)
        yield f"{_name(number, block)}: {first}"
        yield from rest


def _name(number: int, block: Bullets) -> str:
    return f"Step {number}" if block.is_numbered else f"Number {number}"


def _item(item: Item) -> Iterator[str]:
    yield from _sentences(item.text)
    for below in item.items:
        yield from _item(below)


def _is_short(item: Item) -> bool:
    text = clean(item.text)
    return (
        not item.items
        and len(text.split()) <= _SHORT_WORDS
        and len(sentences_of(text)) == 1
        and ";" not in text
    )


def _count(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else str(number)
