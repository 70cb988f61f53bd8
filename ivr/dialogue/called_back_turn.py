"""A turn of somebody whom we called about a held case, and who has pressed the key."""

from dataclasses import replace

from ivr.dialogue.asking import go_home
from ivr.dialogue.known import Known
from ivr.dialogue.line_says import line_says
from ivr.dialogue.place import Place
from ivr.dialogue.turn import AskCase, AskLine, Taken
from ivr.dialogue.verify_turn import go_on_with
from ivr.menu.tree import MenuTree, Transfer
from ivr.recovery.deed import GoOn


def go_on_called_back(tree: MenuTree, here: Place, known: Known) -> Taken:
    """Go on where the case stands, which is a fresh code: the key proved nothing."""
    node = tree.nodes[here.node]
    if not isinstance(node, Transfer) or node.recovery is None:
        return go_home(tree, here, before=(), judged="unreadable")
    if known.line is None:
        return AskLine(line=node.line)
    if known.case is None:
        return AskCase(deed=GoOn())
    place = replace(here, has_case=True, silences=0, mismatches=0)
    words = line_says(tree, here, "called_back")
    return go_on_with(tree, place, node, known.case, known, before=(words,), judged="called_back")
