import re
from collections.abc import Iterator
from itertools import islice

from ivr.domain.yaml_source.characters import spot_of
from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot

Span = tuple[int, int]  # first and past-the-last character of a value

_LIKE_A_KEY = re.compile(r"^[ \t]*(?:-[ \t]+)*(#)[ \t]*:(?=\s|$)", re.MULTILINE)
COMMENT = re.compile(r"([ \t]*)#")  # matched where a value ends; group 1 is the gap between them
MOST_LOST_KEYS = 20


def like_keys(text: str) -> list[int]:
    """Where a `#:` stands that an operator may have meant as the pound key; inside a text it is harmless."""
    return [found.start(1) for found in islice(_LIKE_A_KEY.finditer(text), MOST_LOST_KEYS)]


def key_lost(file: str, text: str, index: int) -> Finding:
    what = "everything after # is a comment, so this key is not read"
    return _finding(
        spot_of(file, text, index), "warning", "comment-like-key", what, 'write "#": for the pound key'
    )


def outside(spans: list[Span], indexes: list[int]) -> Iterator[int]:
    for index in indexes:
        if not any(first <= index < end for first, end in spans):
            yield index


def text_cut(spot: Spot, value: str, gap: str) -> Finding | None:
    """Judge an unquoted *value* that a comment follows on its line, after the blanks *gap*.

    A sentence is taken for cut. One word is, unless the comment keeps two blanks away, as tidy comments do:
    "go: main  # back" is meant, "say: press # to end" is not.
    """
    if not value:
        what = "nothing is left of this value, since # begins a comment"
        return _finding(spot, "warning", "text-cut", what, "quote the text, or take the key out")
    if len(value.split()) == 1 and gap != " ":
        return None
    what = f"the text ends at {excerpt(value)}, since # begins a comment"
    remedy = "quote the whole text, or put the comment on a line of its own"
    return _finding(spot, "error", "text-cut", what, remedy)


def _finding(spot: Spot, severity: Severity, rule: str, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=severity, spot=spot, what=what, remedy=remedy)
