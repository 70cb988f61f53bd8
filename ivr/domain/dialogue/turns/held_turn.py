"""What a verified caller hears whom nobody takes now: the case is kept, or counts for a while."""

from dataclasses import replace

from ivr.domain.dialogue.line_prompts import closed_words, line_says
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.turn import Turn
from ivr.domain.dialogue.turns.ask_node import offer_more
from ivr.domain.menus.line import Line, LineNow
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import Utterance, spelled
from ivr.domain.recovery.verification_commands import CaseView


def say_kept(
    tree: MenuTree, here: Place, line: Line, case: CaseView, now: LineNow, *, before: tuple[Utterance, ...]
) -> Turn:
    """Say that the case is kept until the line opens; of a confirmed one, only that it counts for a while."""
    place = replace(here, stage="turn", silences=0, mismatches=0)
    closed, number = closed_words(tree, here, line, now), spelled(case.number)
    if case.is_confirmed:
        words = line_says(tree, here, "nobody_on_call", number=number)
        return offer_more(tree, place, before=(*before, words, closed), judged="dial_ended")
    words = line_says(tree, here, "held", number=number)
    return offer_more(tree, place, before=(*before, words, closed), judged="held")
