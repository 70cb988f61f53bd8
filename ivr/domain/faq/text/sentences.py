"""A text as the sentences that a voice can say one after the other."""

import re

from ivr.domain.faq.reading.source import squeeze
from ivr.domain.faq.text.spoken_form import spelled

_UNHEARD = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ELEMENT = re.compile(r"</?[A-Za-z!][^<>]*>")
_LESS = re.compile(r"\s*<\s*(?=\d)")
_MORE = re.compile(r"\s*>\s*(?=\d)")
_PATH = re.compile(r"\s+(?:[>›»→]|->)\s+")  # noqa: RUF001 -- the signs that menus are written with
_DASH = re.compile(r"\s+[\u2013\u2014]\s+|\u2014")
_TIMES = re.compile(r"\s*\u00d7\s*")
_AND = re.compile(r"(?<=\w)\s*&\s*(?=\w)")
_LONE = re.compile(r"[<>&]")
_BEFORE_MARK = re.compile(r"\s+(?=[.,;:!?])")
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2026": "...",
        "\u2022": " ",
    }
)
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(\u00bf\u00a1]?[^\W_a-z])")
_BEFORE_NUMBERS = ("No.", "Nr.", "no.")
_ABBREVIATION = re.compile(
    r"(?<![\w'])(?:mr|mrs|ms|dr|st|vs|inc|ltd|co|jr|sr|approx|tel|ext|dept|e\.g|i\.e|bzw|[a-z])\.$",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Replace what is written for the eye: quotes, dashes, signs; mark-up is left away, its words stay."""
    text = _ELEMENT.sub(" ", _UNHEARD.sub("", text)).translate(_PLAIN)
    text = _MORE.sub(" more than ", _LESS.sub(" less than ", _PATH.sub(", ", text)))
    text = _AND.sub(" and ", _TIMES.sub(" times ", _DASH.sub(", ", text)))
    return squeeze(_BEFORE_MARK.sub("", squeeze(_LONE.sub(" ", text))))


def sentences_of(text: str) -> tuple[str, ...]:
    """Split where one sentence ends and a capital letter or a digit begins the next."""
    whole = clean(text)
    parts: list[str] = []
    start = 0
    for end in _END.finditer(whole):
        part = whole[start : end.start()] + end[0].strip()
        is_number = whole[end.end()].isdigit() and part.endswith(_BEFORE_NUMBERS)
        if not is_number and not _ABBREVIATION.search(part):
            parts.append(part)
            start = end.end()
    parts.append(whole[start:])
    return tuple(spelled(part) for part in parts if part)
