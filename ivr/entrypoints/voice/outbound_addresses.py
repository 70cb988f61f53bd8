"""The addresses of calls that we place: which one asks, how often it was asked for its key, and that key."""

import re
from typing import Final

from flask import Request

KEY: Final = "1"
MOST_ASKED: Final = 2
_PLACED: Final = re.compile(r"([0-9a-f]{32})(?:/([12]))?")


def placed_of(request: Request, text: str) -> tuple[str, int] | None:
    """Read the end of an address: the name of what was placed, and how often its key was asked for."""
    found = None if request.query_string else _PLACED.fullmatch(text)
    return None if found is None else (found[1], int(found[2] or 0))
