"""A question as a few words that fit "For ..., press 3."."""

import re
from collections.abc import Sequence

from ivr.domain.faq.drafting.topic_phrases import is_english, worded
from ivr.domain.faq.text.sentences import clean

MOST_WORDS = 6
_WIDEST = 24
_SENTENCE = re.compile(r"(?<=[?.!])\s+")
_SECOND_PART = re.compile(r",\s+(?:and|or|but|so)\b.*")
_SLASH = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
_ENDS = "?\uff1f\u061f.!;:, "
_ARTICLES = frozenset({"a", "an", "the", "any", "some"})
_CUTS = frozenset(
    {
        "from",
        "to",
        "within",
        "with",
        "in",
        "on",
        "at",
        "for",
        "by",
        "of",
        "if",
        "when",
        "while",
        "because",
        "after",
    }
    | {"before", "into", "through", "during", "without", "as", "and", "or", "but", "about", "using"}
)
_HANGING = _CUTS | _ARTICLES | {"your", "you", "our", "that", "which", "is", "are", "no", "not"}
_FEWEST_LEFT = 2
_UNNEEDED = _ARTICLES | {"your", "our", "my"}
_ASKING = frozenset({"how", "why", "whether", "what", "when", "where", "who", "which", "if"})
_CLAUSES = frozenset({"that", "which", "who", "you", "we", "i"})
QUESTIONS_ABOUT = "questions about"
"""Begins the label of a menu of questions."""


def labels_of(questions: Sequence[str]) -> tuple[str, ...]:
    """Label each question with six words at most; one that no rule fits keeps its own first words.

    No two labels of the menu are alike: more words tell them apart, else a number. English only: a question
    in another language is given back in full, without its marks.
    """
    mostly = sum(is_english(clean(question)) for question in questions) * 2 > len(questions)
    found: list[str] = []
    taken: set[str] = set()
    for question in questions:
        label = _free(question, taken, in_english=mostly or is_english(clean(question)))
        taken.add(label.casefold())
        found.append(label)
    return tuple(found)


def shortened(label: str, most: int) -> str:
    """Say *label* in *most* words, two or more: without its articles, and no further than its sense goes.

    It is for an agent, who knows the trade: what the option is about, not what the caller asks of it.
    """
    words = label.removeprefix(f"{QUESTIONS_ABOUT} ").split()
    words = [word for word in words if word.lower() not in _UNNEEDED] or words
    if len(words) > most:
        clauses = (at for at, word in enumerate(words) if at >= _FEWEST_LEFT and word.lower() in _CLAUSES)
        words = words[: next(clauses, len(words))]
    if len(words) > most and words[0].lower() in _ASKING:
        words = words[1:]
    kept = _fitted(" ".join(words), most).split()
    while len(kept) > 1 and kept[-1].lower() in _HANGING:
        kept.pop()
    return " ".join(kept).rstrip(_ENDS) or " ".join(label.split()[:most])


def _free(question: str, taken: set[str], *, in_english: bool) -> str:
    label = ""
    for words in range(MOST_WORDS, _WIDEST):
        label = _label(question, words, in_english=in_english)
        if label.casefold() not in taken:
            return label
    number = 2
    while f"{label}, {number}".casefold() in taken:
        number += 1
    return f"{label}, {number}"


def _label(question: str, most: int, *, in_english: bool) -> str:
    whole = clean(question).strip(f"\u00bf\u00a1{_ENDS}") or question.strip()
    first = _SECOND_PART.sub("", _SENTENCE.split(whole)[0].rstrip(_ENDS))
    if not in_english or not first:
        return whole
    return _fitted(_begun(worded(_SLASH.sub(" or ", first)), first), most)


def _begun(label: str, question: str) -> str:
    """Lower the first letter, unless capitals inside, or one that opened no question, make it a name."""
    word = label.partition(" ")[0]
    opened = question.split(maxsplit=1)[0].lower() == word.lower()
    is_name = any(letter.isupper() for letter in word[1:]) or (word[:1].isupper() and not opened)
    return label if is_name else label[:1].lower() + label[1:]


def _fitted(label: str, most: int) -> str:
    words = label.split()
    if len(words) <= most:
        return label
    ends = [end for end in range(_FEWEST_LEFT, most + 1) if _may_end(words, end)]
    if ends:
        return " ".join(words[: ends[-1]])
    kept = [word for word in words if word.lower() not in _ARTICLES][:most]
    while len(kept) > _FEWEST_LEFT and kept[-1].lower() in _HANGING:
        kept.pop()
    return " ".join(kept)


def _may_end(words: Sequence[str], end: int) -> bool:
    """Whether the label may stop before word *end*: a phrase begins there, and nothing is left hanging."""
    begins = words[end].lower() in _CUTS
    return begins and words[end - 1].lower() not in _HANGING and words[end - 2].lower() != "to"
