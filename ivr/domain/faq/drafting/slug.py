import re
import unicodedata
from collections.abc import Container

_LONGEST = 40
_NAMELESS = "question"
_BREAKS = re.compile(r"[^a-z0-9]+")
_SPELLED = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "&": " and ", "'": "", "\u2019": ""}
)


def slug_of(text: str, taken: Container[str]) -> str:
    """Name a node: `[a-z][a-z0-9-]{0,39}`, cut between words, never ending in "-", not among *taken*.

    A text without a Latin letter or digit is named "question".
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_SPELLED))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    name = _BREAKS.sub("-", plain).strip("-")
    if not name or not name[0].isalpha():
        name = f"{_NAMELESS}-{name}".rstrip("-")
    return _free(name, taken)


def _free(name: str, taken: Container[str]) -> str:
    candidate = _cut(name, _LONGEST)
    number = 1
    while candidate in taken:
        number += 1
        ending = f"-{number}"
        candidate = _cut(name, _LONGEST - len(ending)) + ending
    return candidate


def _cut(name: str, longest: int) -> str:
    if len(name) <= longest:
        return name
    whole_words = name[: longest + 1].rpartition("-")[0]
    return (whole_words or name[:longest]).rstrip("-")
