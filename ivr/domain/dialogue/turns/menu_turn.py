"""A turn of choosing: present a node, judge a key, a word or silence."""

from dataclasses import replace
from typing import Final, Literal, assert_never

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import HangUp, Say
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import PATIENCE, Place, moved
from ivr.domain.dialogue.spoken_choice import heard_choice
from ivr.domain.dialogue.turn import Judgement, Taken, Turn
from ivr.domain.dialogue.turns.ask_node import Fullness, ask
from ivr.domain.dialogue.turns.message_turn import leave_goodbye
from ivr.domain.dialogue.turns.primary_question import with_answer
from ivr.domain.dialogue.turns.transfer_turn import put_through
from ivr.domain.dialogue.turns.verify_turn import begin_recovery
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import Ask, Choice, Goodbye, GoTo, MenuTree, PutThrough, Transfer
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Utterance, joined
from ivr.domain.recovery.primary_answer import Way

_SORRY: Final[dict[Literal["no_input", "no_match"], tuple[PromptId, PromptId, PromptId]]] = {
    "no_input": ("no_input_first", "no_input_second", "no_input_last"),
    "no_match": ("no_match_first", "no_match_second", "no_match_last"),
}


def present(
    tree: MenuTree,
    here: Place,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
    known: Known,
    fullness: Fullness = "whole",
) -> Taken:
    """Say *before*, then the node that *here* stands at, and wait there."""
    node = tree.nodes[here.node]
    match node:
        case Ask():
            return ask(tree, here, node, before=before, judged=judged, fullness=fullness)
        case Transfer() if node.recovery is not None and tree.verification is not None:
            return begin_recovery(tree, here, node, before=before, judged=judged, known=known)
        case Transfer():
            words = () if node.says is None else (node.says.said_in(here.language),)
            return put_through(
                tree, here, node.line, before=(*before, *words), judged=judged, known=known.line
            )
        case Goodbye():
            last = joined((*before, node.says.said_in(here.language)))
            return Turn(judged="goodbye", place=here, actions=(Say(utterances=last), HangUp()))
        case _:
            assert_never(node)


def choose(tree: MenuTree, here: Place, key: str, known: Known) -> Taken:
    node = tree.nodes[here.node]
    calm = replace(here, silences=0, mismatches=0)
    if key == keys.PERSON:
        return put_through(tree, calm, _line_of(tree, here), before=(), judged="person", known=known.line)
    if key == keys.BACK:
        return present(tree, _one_back(tree, calm), before=(), judged="back", known=known)
    if key == keys.AGAIN:
        return present(tree, calm, before=(), judged="again", known=known)
    chosen = next((choice for choice in _choices(node) if choice.key == key), None)
    return _mismatched(tree, here, known) if chosen is None else _take(tree, calm, chosen, known, way="key")


def hear_words(tree: MenuTree, here: Place, text: str, known: Known) -> Taken:
    heard = heard_choice(text, _choices(tree.nodes[here.node]), tree.pacing.person_words)
    calm = replace(here, silences=0, mismatches=0)
    if heard == "person":
        return put_through(tree, calm, _line_of(tree, here), before=(), judged="person", known=known.line)
    return _mismatched(tree, here, known) if heard is None else _take(tree, calm, heard, known, way="word")


def hear_nothing(tree: MenuTree, here: Place, known: Known) -> Taken:
    # Where nothing is offered, silence answers nothing: asking again there would ring a person each time.
    offering = here if isinstance(tree.nodes[here.node], Ask) else replace(here, node=tree.home.id)
    if here.silences == PATIENCE:  # silence put this caller through already: see `offer_more`
        return leave_goodbye(tree, offering, before=(), judged="no_input")
    counted = replace(offering, silences=here.silences + 1, mismatches=0)
    return _ask_again(tree, counted, "no_input", known, times=counted.silences)


def too_many(tree: MenuTree, here: Place, known: Known) -> Taken:
    return _to_person(tree, here, "too_many_turns", "too_many_turns", known)


def _mismatched(tree: MenuTree, here: Place, known: Known) -> Taken:
    counted = replace(here, mismatches=min(here.mismatches + 1, PATIENCE), silences=0)
    return _ask_again(tree, counted, "no_match", known, times=counted.mismatches)


def _ask_again(
    tree: MenuTree,
    counted: Place,
    judged: Literal["no_input", "no_match"],
    known: Known,
    *,
    times: int,
) -> Taken:
    """Say what went wrong and offer the choices again; a person where that does not help."""
    first, second, last = _SORRY[judged]
    if times == PATIENCE:
        return _to_person(tree, counted, last, judged, known)
    sorry = (line_says(tree, counted, first if times == 1 else second),)
    return present(tree, counted, before=sorry, judged=judged, known=known, fullness="choices")


def _to_person(tree: MenuTree, here: Place, prompt: PromptId, judged: Judgement, known: Known) -> Taken:
    words = (line_says(tree, here, prompt),)
    return put_through(tree, here, _line_of(tree, here), before=words, judged=judged, known=known.line)


def _take(tree: MenuTree, here: Place, chosen: Choice, known: Known, *, way: Way) -> Taken:
    taken = _lead_on(tree, here, chosen, known)
    if chosen.says_primary is None:
        return taken
    return with_answer(here, taken, known, is_primary=chosen.says_primary, way=way)


def _lead_on(tree: MenuTree, here: Place, chosen: Choice, known: Known) -> Taken:
    speaking = replace(here, language=chosen.language or here.language)
    before = () if chosen.explains is None else (chosen.explains.said_in(speaking.language),)
    match chosen.target:
        case PutThrough(line=line):
            return put_through(tree, speaking, line, before=before, judged="person", known=known.line)
        case GoTo(node=node):
            there = speaking if node == here.node else moved(speaking, node)
            return present(tree, there, before=before, judged="choice", known=known)
        case _:
            assert_never(chosen.target)


def _one_back(tree: MenuTree, here: Place) -> Place:
    if not here.back:
        return replace(here, node=tree.home.id)
    return replace(here, node=here.back[-1], back=here.back[:-1])


def _line_of(tree: MenuTree, here: Place) -> LineId:
    node = tree.nodes[here.node]
    return tree.person_line if isinstance(node, Goodbye) else node.line


def _choices(node: Ask | Transfer | Goodbye) -> tuple[Choice, ...]:
    return node.choices if isinstance(node, Ask) else ()
