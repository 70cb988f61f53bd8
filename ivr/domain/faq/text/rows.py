import re
from dataclasses import dataclass, replace

from ivr.domain.faq.reading.source import has_words, lines_of, squeeze

_WIDTHLESS = re.compile("[\u200b\u2060\ufeff]")
_TAB_COLUMNS = 4
_SHORTEST_UNDERLINE = 3
_UNDERLINES = frozenset('=-~^"*_#+')
_LONGEST_UNDERLINED = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One line with words of a plain text; *gap* counts the blank lines before it.

    A line of "====" right below belongs to the row: *underline* is its character and *last* its line.
    """

    number: int
    last: int
    indent: int
    gap: int
    text: str
    underline: str = ""


def rows_of(text: str) -> tuple[TextRow, ...]:
    """Every line that is not blank, in order; lines without a letter or digit are kept too."""
    rows: list[TextRow] = []
    gap = 0
    for number, line in enumerate(lines_of(text), start=1):
        words = squeeze(line)
        if not words:
            gap += 1
            continue
        if rows and gap == 0 and _underlines(words, rows[-1]):
            rows[-1] = replace(rows[-1], underline=words[0], last=number)
        else:
            rows.append(TextRow(number=number, last=number, indent=_indent(line), gap=gap, text=words))
        gap = 0
    return tuple(rows)


def _underlines(words: str, above: TextRow) -> bool:
    is_rule = len(words) >= _SHORTEST_UNDERLINE and words[0] in _UNDERLINES and len(set(words)) == 1
    begins = above.gap > 0 or above.number == 1
    is_short = len(above.text) <= _LONGEST_UNDERLINED
    return is_rule and begins and is_short and not above.underline and has_words(above.text)


def _indent(line: str) -> int:
    """Count columns; a no-break space is one, and what has no width is none."""
    shown = _WIDTHLESS.sub("", line)
    columns = 0
    for letter in shown[: len(shown) - len(shown.lstrip())]:
        columns += _TAB_COLUMNS - columns % _TAB_COLUMNS if letter == "\t" else 1
    return columns
