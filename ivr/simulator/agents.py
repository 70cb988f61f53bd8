"""How the people of a line behave when the handset rings them."""

from dataclasses import dataclass
from typing import Literal

Behaviour = Literal["answers", "declines", "silent", "busy", "no_answer", "failed"]
"""answers: takes the call · declines: presses another key · silent: a voicemail, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is rung: the number, and who that is on which line."""

    number: str
    name: str
    line: str


DIAL_STATUS: dict[Behaviour, str] = {
    "answers": "completed",
    "declines": "completed",
    "silent": "completed",
    "busy": "busy",
    "no_answer": "no-answer",
    "failed": "failed",
}
ACCEPTS = "1"
DECLINES = "2"
