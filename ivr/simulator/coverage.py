"""Which options and answers of a menu the conversations reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.carrier.urls import Urls
from ivr.menu.tree import Ask, MenuTree
from ivr.simulator.run import Result

Option = tuple[str, str]
"""A node's name and a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    options: int
    missed: tuple[Option, ...]

    @property
    def percent(self) -> int:
        return 100 if not self.options else (self.options - len(self.missed)) * 100 // self.options


def coverage_of(tree: MenuTree, results: Iterable[Result], *, public_url: str) -> Coverage:
    """Count each key of each node that offers one: an answer counts as reached with the option to it."""
    urls = Urls(public_url=public_url)
    pressed: set[Option] = set()
    for result in results:
        for address, key in result.presses:
            place = urls.place_in(address)
            if place is not None and place.stage == "turn":
                pressed.add((place.node, key))
    offered = [
        (node.id, choice.key)
        for node in tree.nodes.values()
        if isinstance(node, Ask)
        for choice in node.choices
    ]
    missed = tuple(option for option in offered if option not in pressed)
    return Coverage(options=len(offered), missed=missed)
