"""A line: the people who take its calls, when they do, and what follows when nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NewType

from ivr.domain.menus.opening_hours import Hours
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Text

LineId = NewType("LineId", str)
PersonIndex = NewType("PersonIndex", int)
"""A person's position on the line, from 0: the same that the person's number has in the environment."""

WakesFor = Literal["verified_recovery", "everyone"]
"""Which callers may ring a closed line: those who are verified for a recovery, or all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """While *hours* last, these people ring, in this order."""

    hours: Hours
    people: tuple[PersonIndex, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """name: what callers hear. whispered: how an agent hears it named, in the fewest words.

    own: who of the caller's account is rung before these people: its own manager, or nobody.
    on_call: who may be rung while the line is closed; nobody where it is empty. wakes_for: by which callers.
    members: which person's telephone a member of the staff has, by the member's id; several may share one.
    """

    id: LineId
    name: Text
    whispered: str
    people: tuple[str, ...]
    ring: Literal["in_order", "all_at_once"]
    ring_s: int
    hours: Hours
    rota: tuple[Shift, ...]
    voicemail: bool
    own: Literal["tam"] | None = None
    on_call: tuple[PersonIndex, ...] = ()
    wakes_for: WakesFor = "verified_recovery"
    members: Mapping[str, PersonIndex] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNow:
    """What is true of a line at one moment, for one caller.

    rings: who is rung, one group after the other; a group rings together. While the line is closed: nobody,
    or the people on call where everybody may wake them. wakes: whom a verified caller may ring then.
    opens_at: when a closed line opens next, in the line's own zone; None when that is not known.
    own: the telephone of the caller's own manager; None where none is known, or nobody has asked. back_to:
    who had this very call before an agent sent the caller to the keypad, and has it back whatever the hours.
    is_crowded: whether so many calls of this number ring people that this one may only leave a message.
    """

    at: datetime
    is_open: bool
    rings: tuple[tuple[PersonIndex, ...], ...]
    opens_at: datetime | None
    own: E164 | None = field(default=None, repr=False)
    wakes: tuple[tuple[PersonIndex, ...], ...] = ()
    back_to: tuple[PersonIndex, ...] = ()
    is_crowded: bool = False

    @property
    def takes_verified(self) -> bool:
        """Whether a verified caller reaches somebody: it is open, people are on call, or an agent waits."""
        return self.is_open or bool(self.wakes) or bool(self.back_to)

    def for_verified(self) -> "LineNow":
        """Give what is true for a verified caller, who may ring the people on call while it is closed."""
        return self if self.is_open else replace(self, rings=self.wakes)


def line_now(line: Line, at: datetime) -> LineNow:
    if not line.hours.is_open(at):
        wakes = _groups(line, line.on_call) if line.on_call else ()
        rings = wakes if line.wakes_for == "everyone" else ()
        return LineNow(at=at, is_open=False, rings=rings, opens_at=line.hours.opens_at(at), wakes=wakes)
    everyone = tuple(PersonIndex(position) for position in range(len(line.people)))
    people = next((shift.people for shift in line.rota if shift.hours.is_open(at)), everyone)
    return LineNow(at=at, is_open=True, rings=_groups(line, people), opens_at=None)


def group_of(line: Line, now: LineNow, member: str) -> int | None:
    """Say which of the groups that ring now is the member's telephone alone.

    None where the line does not name the member, or does not ring that telephone now, or only among others.
    """
    person = line.members.get(member)
    alone = () if person is None else (person,)
    return now.rings.index(alone) if alone in now.rings else None


def _groups(line: Line, people: tuple[PersonIndex, ...]) -> tuple[tuple[PersonIndex, ...], ...]:
    return (people,) if line.ring == "all_at_once" else tuple((person,) for person in people)
