"""Which options and answers of a menu the conversations reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.adapters.twilio.urls import Urls
from ivr.domain.menus.tree import Ask, MenuTree
from ivr.simulator.play import Result

Option = tuple[str, str]
"""A node's name and a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many options and answers there are, and those that were not reached."""

    options: int
    answers: int
    missed_options: tuple[Option, ...]
    missed_answers: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share that was reached, rounded down: 100 means all."""
        every = self.options + self.answers
        missed = len(self.missed_options) + len(self.missed_answers)
        return 100 if not every else (every - missed) * 100 // every


def coverage_of(tree: MenuTree, results: Iterable[Result], *, public_url: str) -> Coverage:
    """Count each key that a node offers, and each answer that a caller was left with."""
    urls = Urls(public_url=public_url)
    pressed: set[Option] = set()
    reached: set[str] = set()
    for result in results:
        for address, key in result.pressed:
            place = urls.place_in(address)
            if place is not None and place.stage == "turn":
                pressed.add((place.node, key))
        places = [urls.place_in(address) for address in result.led_to]
        reached.update(place.node for place in places if place is not None)
    asked = [node for node in tree.nodes.values() if isinstance(node, Ask)]
    options = [(node.id, choice.key) for node in asked for choice in node.choices]
    answers = [node.id for node in asked if node.kind == "answer"]
    return Coverage(
        options=len(options),
        answers=len(answers),
        missed_options=tuple(option for option in options if option not in pressed),
        missed_answers=tuple(answer for answer in answers if answer not in reached),
    )
