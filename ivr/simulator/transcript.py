"""What happened on a call, as somebody listening to both ends would write it down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import fill
from typing import Literal

Who = Literal["line", "caller", "text", "mail", "agent", "whisper", "ring", "fault", "end"]
_WIDTH = 88
_INDENT = 14
_HEADS: dict[Who, str] = {
    "line": "line",
    "caller": "caller",
    "text": "text message",
    "mail": "e-mail",
    "agent": "agent",
    "whisper": "to the agent",
    "ring": "ringing",
    "fault": "fault",
    "end": "end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that was said, done or that happened. who: whose doing it was."""

    who: Who
    words: str


@dataclass(slots=True, kw_only=True)
class Transcript:
    """Everything so far, in order. told: hears of each as it happens."""

    told: Callable[[Heard], None]
    heard: list[Heard] = field(default_factory=list)

    def note(self, who: Who, words: str) -> None:
        heard = Heard(who=who, words=words)
        self.heard.append(heard)
        self.told(heard)


def told(heard: Heard) -> str:
    """Give the lines for a terminal, with who it was in a column of its own."""
    head = f"{_HEADS[heard.who]:>12}  "
    rest = " " * _INDENT
    paragraphs = [line for line in heard.words.splitlines() if line.strip()] or [""]
    return "\n".join(
        fill(
            paragraph,
            width=_WIDTH,
            initial_indent=rest if position else head,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=False,
        )
        for position, paragraph in enumerate(paragraphs)
    )
