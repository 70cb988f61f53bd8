"""What happened on a call, as somebody listening to both ends would write it down."""

from dataclasses import dataclass
from textwrap import fill
from typing import Literal

Who = Literal["line", "caller", "agent", "whisper", "ring", "end"]
_WIDTH = 88
_INDENT = 14
_HEADS: dict[Who, str] = {
    "line": "line",
    "caller": "caller",
    "agent": "agent",
    "whisper": "to the agent",
    "ring": "ringing",
    "end": "end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that was said, done or that happened. who: whose doing it was."""

    who: Who
    words: str


def told(heard: Heard) -> str:
    """Give the lines for a terminal, with who it was in a column of its own."""
    return fill(
        heard.words,
        width=_WIDTH,
        initial_indent=f"{_HEADS[heard.who]:>12}  ",
        subsequent_indent=" " * _INDENT,
        break_on_hyphens=False,
    )
