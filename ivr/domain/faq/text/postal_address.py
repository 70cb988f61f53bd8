"""Whether a few short lines are a postal address."""

import re
from collections.abc import Sequence

_FEWEST = 2
_MOST = 8
_LONGEST = 60
_PLACE = re.compile(
    r"""
    \b[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?\b                      # Foster City, CA 94404
    | \b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b                   # London SW1A 1AA
    | ^(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d_]                     # 10117 Berlin
    | \b(?:P\.?\s?O\.?\s*Box|Postfach|Apartado)\s+\d
    | ^\d{1,5}[A-Za-z]?\s.*\b(?:street|st|avenue|ave|boulevard|blvd|road|rd|drive|dr)\b
    | ^\d{1,5}[A-Za-z]?\s.*\b(?:lane|ln|way|court|ct|square|plaza)\b
    | (?:straße|strasse|str\.|platz|allee|weg)\s+\d
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE_END = re.compile(
    r"(?:[:;?!]|(?<!\b[A-Za-z])(?<!\bSt)(?<!\bRd)(?<!\bDr)(?<!\bAve)(?<!\bBlvd)(?<!\bInc)(?<!\bLtd)\.)$"
)


def is_address(lines: Sequence[str]) -> bool:
    if not _FEWEST <= len(lines) <= _MOST:
        return False
    if any(len(line) > _LONGEST or line[:1].islower() or _SENTENCE_END.search(line) for line in lines):
        return False
    return any(_PLACE.search(line) for line in lines)
