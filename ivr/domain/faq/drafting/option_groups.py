"""Too many options for one menu, as groups that a caller can tell apart."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

_Thing = TypeVar("_Thing")

MOST_OPTIONS = 9
MOST_GROUPED = 7
_FEWEST_ALIKE = 3
_SHORTEST_WORD = 4
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_EMPTY = frozenset(
    {
        "about",
        "after",
        "also",
        "another",
        "before",
        "between",
        "cannot",
        "could",
        "does",
        "doing",
        "don't",
        "during",
    }
    | {
        "from",
        "getting",
        "have",
        "having",
        "into",
        "long",
        "many",
        "more",
        "much",
        "need",
        "other",
        "over",
        "should",
    }
    | {
        "some",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "trouble",
        "using",
    }
    | {
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "will",
        "with",
        "within",
        "without",
        "won't",
        "would",
    }
    | {"your", "you're", "yours"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Either *members*, the positions of labels, or *groups*, never both."""

    heading: str
    members: tuple[int, ...] = ()
    groups: tuple["Group", ...] = ()


def groups_of(labels: Sequence[str]) -> tuple[Group, ...]:
    """Group labels so that no menu has more than nine options; empty where one menu holds them all.

    Labels that share a word stand together under it, the others in the order of the document.
    """
    if len(labels) <= MOST_OPTIONS:
        return ()
    groups = _by_words(labels)
    while len(groups) > MOST_OPTIONS:
        groups = tuple(_above(part) for part in _even_parts(groups))
    return groups


def _by_words(labels: Sequence[str]) -> tuple[Group, ...]:
    left = list(range(len(labels)))
    words = [_words(label) for label in labels]
    groups: list[Group] = []
    while best := _shared(words, left):
        alike = [at for at in left if best in words[at]]
        name = words[alike[0]][best]
        parts = _even_parts(alike)
        groups.extend(
            Group(heading=name if len(parts) == 1 else f"{name}: {labels[part[0]]}", members=tuple(part))
            for part in parts
        )
        left = [at for at in left if best not in words[at]]
    lead = "other questions, such as " if groups else ""
    groups.extend(
        Group(heading=_spanning(labels, part, lead), members=tuple(part))
        for part in _even_parts(left)
        if part
    )
    return tuple(sorted(groups, key=lambda group: group.members[0]))


def _spanning(labels: Sequence[str], part: Sequence[int], lead: str) -> str:
    if lead:
        return f"{lead}{labels[part[0]]}"
    return f"questions {part[0] + 1} to {part[-1] + 1}: {labels[part[0]]}"


def _shared(words: Sequence[dict[str, str]], left: Sequence[int]) -> str | None:
    """Find the word that most labels share, the longer one on a tie; None if fewer than three do, or all."""
    counts = Counter(stem for at in left for stem in words[at])
    useful = [
        (count, len(stem), stem) for stem, count in counts.items() if _FEWEST_ALIKE <= count < len(words)
    ]
    return max(useful)[2] if useful else None


def _words(label: str) -> dict[str, str]:
    """Map each telling word's stem to the word as written."""
    found: dict[str, str] = {}
    for word in _WORD.findall(label):
        if len(word) >= _SHORTEST_WORD and word.lower() not in _EMPTY:
            found.setdefault(_stem(word.lower()), word)
    return found


def _stem(word: str) -> str:
    for ending in ("ies", "es", "s"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= _SHORTEST_WORD - 1
            and not word.endswith("ss")
        ):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e")


def _above(part: Sequence[Group]) -> Group:
    return Group(heading=f"{part[0].heading}, and more", groups=tuple(part))


def _even_parts(things: Sequence[_Thing]) -> list[Sequence[_Thing]]:
    """Cut into as few parts of at most seven as will do, their lengths differing by one at most."""
    count = -(-len(things) // MOST_GROUPED)
    edges = [len(things) * part // count for part in range(count + 1)] if count else [0]
    return [things[start:end] for start, end in pairwise(edges)]
