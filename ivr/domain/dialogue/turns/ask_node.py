"""Say a node and wait for a key there."""

from dataclasses import replace
from typing import Literal

from ivr.domain.dialogue.actions import Gather, HangUp, Say
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import PATIENCE, Place
from ivr.domain.dialogue.turn import Judgement, Turn
from ivr.domain.menus.tree import Ask, MenuTree
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Silence, Utterance, joined

MOST_TURNS = 40
"""A caller who is still choosing after so many turns is put through to a person."""

Fullness = Literal["whole", "choices"]


def ask(
    tree: MenuTree,
    here: Place,
    node: Ask,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
    fullness: Fullness = "whole",
) -> Turn:
    """Say *before*, the node's own words, then each choice after a pause; a key may come at any moment.

    A caller who has just been told what went wrong hears the choices alone, but a question is asked again.
    """
    whole = fullness == "whole" or node.kind == "question"
    spoken = [*before, *([node.says.said_in(here.language)] if whole else [])]
    offers = [choice.phrase.said_in(here.language) for choice in node.choices]
    for offer in (*offers, *(line_says(tree, here, prompt) for prompt in _ways_out(tree, node))):
        pause = (Silence(ms=tree.pacing.option_pause_ms),) if spoken else ()
        spoken.append(Utterance(language=offer.language, parts=(*pause, *offer.parts)))
    gather = Gather(
        place=here, utterances=joined(spoken), timeout_s=tree.pacing.choose_s, hints=_hints(tree, node)
    )
    return Turn(judged=judged, place=here, actions=(gather,))


def go_home(
    tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement, silences: int = 0
) -> Turn:
    """Offer the main menu again; a caller who has had all turns of a call is thanked instead."""
    if here.turn > MOST_TURNS:
        last = (*before, line_says(tree, here, "goodbye"))
        return Turn(judged=judged, place=here, actions=(Say(utterances=joined(last)), HangUp()))
    home = replace(
        here,
        stage="turn",
        node=tree.home.id,
        silences=silences,
        mismatches=0,
        back=(),
        line=None,
        person=None,
    )
    return ask(tree, home, tree.home, before=before, judged=judged)


def offer_more(tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    """Ask what else the caller needs, unless the call has had all its turns: then nothing is asked.

    A caller whom three silences led to a person or a recording keeps that count, and is thanked at the
    next silence: else who is gone, with the line still open, would ring a person again and again.
    """
    question = () if here.turn > MOST_TURNS else (line_says(tree, here, "anything_else"),)
    silences = here.silences if here.silences == PATIENCE else 0
    return go_home(tree, here, before=(*before, *question), judged=judged, silences=silences)


def _ways_out(tree: MenuTree, node: Ask) -> tuple[PromptId, ...]:
    """Name the keys that work everywhere, each only where a caller would want it."""
    if node.id == tree.home.id:
        return ("person",)
    return ("hear_again", "back") if node.kind == "answer" else ("back",)


def _hints(tree: MenuTree, node: Ask) -> tuple[str, ...]:
    if not tree.pacing.listens:
        return ()
    return tuple(sorted({word for choice in node.choices for word in choice.words}))
