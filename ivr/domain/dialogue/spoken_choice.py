"""Which choice a caller's words name: only the words that the menu itself gives for it."""

import re
from collections.abc import Iterable
from typing import Literal

from ivr.domain.menus.tree import Choice

_PUNCTUATION = re.compile(r"[^\w\s']|_")


def plain_phrase(text: str) -> str:
    """Bring a phrase to the form a recogniser sends: lower case, no punctuation, single spaces."""
    plain = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(_PUNCTUATION.sub(" ", plain).split())


def heard_choice(
    text: str, choices: Iterable[Choice], person_words: frozenset[str]
) -> Choice | Literal["person"] | None:
    phrase = plain_phrase(text)
    if not phrase:
        return None
    if phrase in _plain(person_words):
        return "person"
    named = [choice for choice in choices if phrase in _plain(choice.words)]
    return named[0] if len(named) == 1 else None


def _plain(written: Iterable[str]) -> frozenset[str]:
    return frozenset(map(plain_phrase, written))
