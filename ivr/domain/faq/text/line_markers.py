"""What stands before the text of a line: a bullet, a number, a Q or an A."""

import re
from dataclasses import dataclass
from typing import Literal

_BULLET = re.compile(r"(?:[•●▪■◦‣\u2043∙]\s*|[·○□▫*+\-\u2013\u2014»]\s+)(\S.*)", re.DOTALL)
_NUMBER = re.compile(r"(?:\((\d{1,3})\)|(\d{1,3})[.)])\s+(\S.*)", re.DOTALL)
_DEEP_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)[.)]?\s+([^\W\d_a-z].*|[\"'(¿].*)", re.DOTALL)
_LETTER = re.compile(r"\(?[a-z]\)\s+(\S.*)", re.DOTALL)
_ASKED = re.compile(
    r"(?:(?:[Qq]uestion|QUESTION|[Ff]rage|[Pp]regunta)\s*\d{0,3}\s*[:.)]|[QqFfPp]\s*\d{0,3}\s*:|Q\d{0,3}[.)])\s*(\S.*)",
    re.DOTALL,
)
# "R. Smith" and "a) first" are no answers, so a letter needs its colon, except the "A." that answers a "Q."
_SAID = re.compile(
    r"(?:(?:[Aa]nswer|ANSWER|[Aa]ntwort|[Rr]espuesta)\s*\d{0,3}\s*[:.)]|[AaRr]\s*\d{0,3}\s*:|A\d{0,3}[.)])\s*(\S.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMarker:
    """*number* is empty for bullets and letters, (1, 2) for "1.2"."""

    kind: Literal["bullet", "number"]
    number: tuple[int, ...]
    text: str


def mark_of(text: str) -> LineMarker | None:
    if found := _DEEP_NUMBER.fullmatch(text):
        return LineMarker(
            kind="number", number=tuple(int(part) for part in found[1].split(".")), text=found[2]
        )
    if found := _NUMBER.fullmatch(text):
        return LineMarker(kind="number", number=(int(found[1] or found[2]),), text=found[3])
    if found := _LETTER.fullmatch(text):
        return LineMarker(kind="number", number=(), text=found[1])
    if found := _BULLET.fullmatch(text):
        return LineMarker(kind="bullet", number=(), text=found[1])
    return None


def without_number(text: str) -> str:
    mark = mark_of(text)
    return mark.text if mark and mark.kind == "number" else text


def after_q(text: str) -> str | None:
    """Return the question after "Q:", "Q3.", "Question 3:"; None where there is no such mark."""
    found = _ASKED.fullmatch(text)
    return found[1] if found else None


def after_a(text: str) -> str | None:
    found = _SAID.fullmatch(text)
    return found[1] if found else None
