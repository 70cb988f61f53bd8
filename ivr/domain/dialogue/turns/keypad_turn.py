"""A turn of a caller whom an agent sends to the keypad, in the middle of their talk."""

from dataclasses import replace

from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import TransferEnded
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Taken
from ivr.domain.dialogue.turns.ask_node import go_home
from ivr.domain.dialogue.turns.primary_question import ask_primary
from ivr.domain.dialogue.turns.returning_caller import go_on_brought, with_who_brought
from ivr.domain.menus.tree import MenuTree, Transfer


def send_back(tree: MenuTree, here: Place, known: Known) -> Taken:
    """Say what happens, and go on where the case stands; whom the place names is rung first afterwards.

    A caller who has no case yet is asked first whether this is the primary administrator, whatever was said
    in the menus. The carrier tells no end of a dial that it broke off, so the talk ends here.
    """
    node = tree.nodes[here.node]
    if not isinstance(node, Transfer) or node.recovery is None or here.line is None or here.person is None:
        return go_home(tree, here, before=(), judged="unreadable")
    node = with_who_brought(tree, here, node)
    if here.has_case:
        turn = go_on_brought(tree, here, node, known, saying="sent_back", judged="sent_back")
    else:
        turn = ask_primary(tree, here, before=(line_says(tree, here, "sent_back"),), judged="sent_back")
    if isinstance(turn, AskLine | AskCase):
        return turn
    ended = TransferEnded(line=here.line, person=here.person, outcome="bridged", talk_s=0)
    return replace(turn, effects=(ended, *turn.effects))
