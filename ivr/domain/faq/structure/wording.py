"""What a line's own words say it is: a question, a problem told in the first person, a title."""

import re

MARKS = "?\uff1f\u061f\u2e2e\u037e\u055e"
QUESTION_CHARACTERS = 200
_LONGEST_QUESTION = 1000
_STATEMENT_CHARACTERS = 120
_AFTERTHOUGHT_CHARACTERS = 60
_TITLE_CHARACTERS = 70
_TITLE_WORDS = 9
_CAPITALS_LETTERS = 4
_SENTENCE_BREAK = re.compile(
    r"(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bNo)[.!?]['\")\u2019\u201d]?\s+[^\W\d_a-z]"
)
_CLOSERS = "\"'\u2019\u201d)*_ "
_ASKING = re.compile(
    r"(?:how|what|why|when|where|who|whom|whose|which|can|could|do|does|did|is|are|was|were|will|would|should|"
    r"may|must|has|have|am|in what|at what|for how)\b",
    re.IGNORECASE,
)
_TELLING = re.compile(r"(?:I|I['\u2019](?:m|ve|d|ll)|My)\s|(?:[Hh]ow to|[Ww]hat to do)\s")
_FAQ = re.compile(
    r"\bfaqs?\b|frequently asked|\bquestions\b|häufig gestellte|preguntas frecuentes|foire aux", re.IGNORECASE
)


def has_break(text: str) -> bool:
    """Whether a second sentence begins inside the text."""
    return _SENTENCE_BREAK.search(text) is not None


def asks(text: str) -> bool:
    """Whether a question mark ends the text, or only a short afterthought follows it."""
    bare = text.rstrip(_CLOSERS)
    if not bare:
        return False
    if bare[-1] in MARKS:
        return len(bare) <= QUESTION_CHARACTERS or (len(bare) <= _LONGEST_QUESTION and not has_break(bare))
    end = max(bare.rfind(mark) for mark in MARKS)
    is_short = len(bare) <= QUESTION_CHARACTERS and len(bare) - end <= _AFTERTHOUGHT_CHARACTERS
    return end > 0 and is_short and _ASKING.match(bare) is not None


def tells(text: str) -> bool:
    """Whether one plain sentence tells a problem or task: "I am missing a cable.", "How to pay by card"."""
    is_one = len(text) <= _STATEMENT_CHARACTERS and not has_break(text) and text[-1] not in ":;,"
    return is_one and _TELLING.match(text) is not None


def is_sentence(text: str) -> bool:
    """One short sentence that announces nothing: it may stand where a question is due."""
    return len(text) <= _STATEMENT_CHARACTERS and not has_break(text) and text[-1] not in ":;,"


def is_title(text: str) -> bool:
    bare = text.rstrip(":")
    if not bare or len(bare) > _TITLE_CHARACTERS or len(bare.split()) > _TITLE_WORDS:
        return False
    if bare[-1] in ".!,;:" + MARKS or "@" in bare or "://" in bare or has_break(bare):
        return False
    first = next((letter for letter in bare if letter.isalnum()), "")
    return first.isalpha() and not first.islower()


def is_capitals(text: str) -> bool:
    """Letters all upper case, and enough of them that "NO" and "ATM" are not meant."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= _CAPITALS_LETTERS and text.upper() == text and text.lower() != text


def names_faq(text: str) -> bool:
    return _FAQ.search(text) is not None
