"""How the people of a line behave when the handset rings them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Behaviour = Literal["answers", "declines", "silent", "busy", "no_answer", "failed", "caller_leaves"]
"""answers: takes the call · declines: presses another key · silent: a voicemail, say · failed: the number
cannot be reached · caller_leaves: it rings until the caller hangs up."""

PICKED_UP: frozenset[Behaviour] = frozenset({"answers", "declines", "silent"})
PRESSES: Mapping[Behaviour, str] = {"answers": "1", "declines": "2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is rung: the number, and who that is on which line."""

    number: str
    name: str
    line: str


AnswerAs = Callable[[Person], Behaviour]


def as_cast(people: Mapping[str, tuple[Behaviour, ...]]) -> AnswerAs:
    """Let each person behave as written, one ring after the other, the last for good; others answer."""
    rings: Counter[str] = Counter()

    def behaves(person: Person) -> Behaviour:
        written = people.get(person.name, ("answers",))
        rings[person.name] += 1
        return written[min(rings[person.name], len(written)) - 1]

    return behaves
