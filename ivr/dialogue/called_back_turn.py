"""A turn of somebody whom we called about a held case, and who has pressed the key."""

from ivr.dialogue.asking import go_home
from ivr.dialogue.brought import go_on_brought
from ivr.dialogue.known import Known
from ivr.dialogue.place import Place
from ivr.dialogue.turn import Taken
from ivr.menu.tree import MenuTree, Transfer


def go_on_called_back(tree: MenuTree, here: Place, known: Known) -> Taken:
    """Go on where the case stands, which is a fresh code: the key proved nothing."""
    node = tree.nodes[here.node]
    if not isinstance(node, Transfer) or node.recovery is None:
        return go_home(tree, here, before=(), judged="unreadable")
    return go_on_brought(tree, here, node, known, saying="called_back", judged="called_back")
