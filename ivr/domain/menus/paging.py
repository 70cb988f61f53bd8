"""Cut a long answer into pages that a caller can stand, at the ends of sentences."""

import re

from ivr.domain.menus.tree import NodeId
from ivr.domain.prompts.durations import seconds_to_say
from ivr.domain.prompts.speech import Part, Silence, Speech, Text, Words

LONGEST_PAGE_S = 30.0
"""So long a caller may have to listen before the next choice."""
_NOTHING_MORE_MS = 300
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def page_name(answer: str, number: int) -> NodeId:
    """Name the pages after the first with two hyphens, which no operator's own name can hold."""
    return NodeId(answer if number == 1 else f"{answer}--{number}")


def pages_of(text: Text) -> tuple[Text, ...]:
    """Cut *text* in each of its languages; one that is shorter than another has nothing more to say."""
    cut = {language: _cut(speech) for language, speech in text.by_language.items()}
    count = max(len(pages) for pages in cut.values())
    return tuple(
        Text(
            by_language={
                language: pages[number] if number < len(pages) else (Silence(ms=_NOTHING_MORE_MS),)
                for language, pages in cut.items()
            }
        )
        for number in range(count)
    )


def _cut(speech: Speech) -> tuple[Speech, ...]:
    """Cut where the longest page would be passed; a single longer sentence stays whole."""
    if seconds_to_say(speech) <= LONGEST_PAGE_S:
        return (speech,)
    pages: list[list[Part]] = [[]]
    for piece in _pieces(speech):
        if pages[-1] and seconds_to_say((*pages[-1], piece)) > LONGEST_PAGE_S:
            pages.append([])
        pages[-1].append(piece)
    return tuple(_merged(page) for page in pages)


def _pieces(speech: Speech) -> tuple[Part, ...]:
    pieces: list[Part] = []
    for part in speech:
        if isinstance(part, Words):
            pieces += [Words(text=sentence) for sentence in _SENTENCE.split(part.text) if sentence]
        else:
            pieces.append(part)
    return tuple(pieces)


def _merged(page: list[Part]) -> Speech:
    merged: list[Part] = []
    for part in page:
        last = merged[-1] if merged else None
        if isinstance(part, Words) and isinstance(last, Words):
            merged[-1] = Words(text=f"{last.text} {part.text}")
        else:
            merged.append(part)
    return tuple(merged)
