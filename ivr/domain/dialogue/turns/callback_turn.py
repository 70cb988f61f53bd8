"""A turn of somebody whom we called about a held case, and who has pressed the key."""

from dataclasses import replace

from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import CallTaken, Event
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.turn import Taken
from ivr.domain.dialogue.turns.ask_node import go_home
from ivr.domain.dialogue.turns.returning_caller import go_on_brought
from ivr.domain.menus.line import LineNow, group_of
from ivr.domain.menus.tree import MenuTree, Transfer


def go_on_called_back(tree: MenuTree, here: Place, event: Event, known: Known) -> Taken:
    """Go on where the case stands, which is a fresh code: the key proved nothing.

    The agent who had the call placed is rung first afterwards, where the line says by which telephone.
    """
    node = tree.nodes[here.node]
    if not isinstance(node, Transfer) or node.recovery is None:
        return go_home(tree, here, before=(), judged="unreadable")
    if isinstance(event, CallTaken) and known.line is not None:
        here = _back_to(tree, here, node, event.agent, known.line)
    return go_on_brought(tree, here, node, known, saying="called_back", judged="called_back")


def _back_to(tree: MenuTree, here: Place, node: Transfer, agent: str, now: LineNow) -> Place:
    group = group_of(tree.lines[node.line], now, agent)
    return here if group is None else replace(here, line=node.line, person=group)
