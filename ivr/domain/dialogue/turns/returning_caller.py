"""A caller whom we brought to the keypad goes on where the case stands."""

from dataclasses import replace

from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken
from ivr.domain.dialogue.turns.verify_turn import go_on_with
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.recovery.verification_commands import GoOn


def with_who_brought(tree: MenuTree, here: Place, node: Transfer) -> Transfer:
    """Let a brought caller be put through to the line whose agent is rung first, and not to the node's own.

    On the way from the keypad to a person only such a caller's place names a line and one of its people.
    """
    if here.line is None or here.line not in tree.lines or here.person is None:
        return node
    return replace(node, line=here.line)


def go_on_brought(
    tree: MenuTree, here: Place, node: Transfer, known: Known, *, saying: PromptId, judged: Judgement
) -> Taken:
    """Say how the caller came here, and go on; what is still to be known is asked first."""
    if known.line is None:
        return AskLine(line=node.line)
    if known.case is None:
        return AskCase(deed=GoOn())
    place = replace(here, has_case=True, silences=0, mismatches=0)
    words = line_says(tree, here, saying)
    return go_on_with(tree, place, node, known.case, known, before=(words,), judged=judged)
