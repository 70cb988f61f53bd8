import difflib
from collections.abc import Iterable

# difflib's time grows with the square of the length, and nobody's typing slip is this long.
LONGEST_WORD = 80


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that looks most like *word*, capitals aside."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(name.casefold(), name)
    if len(word) > LONGEST_WORD:
        return None
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else None
