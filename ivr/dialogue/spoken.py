"""Which choice a caller's words name: only the words that the menu itself gives for it."""

import re
from collections.abc import Iterable
from typing import Literal

from ivr.menu.tree import Choice

_PUNCTUATION = re.compile(r"[^\w\s'’]|_")  # noqa: RUF001 -- the apostrophe that texts really hold


def plain_phrase(text: str) -> str:
    """Bring a phrase to the form a recogniser sends: lower case, no punctuation, single spaces."""
    return " ".join(_PUNCTUATION.sub(" ", text.casefold()).split())


def heard_choice(
    text: str, choices: Iterable[Choice], person_words: frozenset[str]
) -> Choice | Literal["person"] | None:
    phrase = plain_phrase(text)
    if phrase in person_words:
        return "person"
    named = [choice for choice in choices if phrase in choice.words]
    return named[0] if len(named) == 1 else None
