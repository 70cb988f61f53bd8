"""A turn of saying, by key, whether the caller is the primary administrator, before anything is looked up."""

from dataclasses import replace

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import Event, KeyHeard, NothingHeard, Unreadable
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import PATIENCE, Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken
from ivr.domain.dialogue.turns.ask_node import go_home
from ivr.domain.dialogue.turns.primary_question import NO, YES, ask_primary, with_answer
from ivr.domain.dialogue.turns.transfer_turn import put_through
from ivr.domain.dialogue.turns.verify_turn import ask_who, go_on_with
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.recovery.verification_commands import GoOn


def hear_primary(tree: MenuTree, here: Place, node: Transfer, event: Event, known: Known) -> Taken:
    """Go on with whoever says yes; whoever says no is told whom to ask, and nothing is looked up."""
    if known.line is None:
        return AskLine(line=node.line)
    key = event.key if isinstance(event, KeyHeard) else None
    calm = replace(here, stage="turn", silences=0, mismatches=0)
    if key in (YES, NO):
        is_primary = key == YES
        taken = (_go_on if is_primary else _end)(tree, calm, node, known)
        return with_answer(here, taken, known, is_primary=is_primary, way="key")
    if key == keys.PERSON:
        return put_through(tree, calm, node.line, before=(), judged="person", known=known.line)
    if key == keys.BACK and here.person is None:
        return go_home(tree, calm, before=(), judged="back")
    if key == keys.AGAIN or isinstance(event, Unreadable):
        return ask_primary(tree, here, before=(), judged="again")
    return _ask_again(tree, here, node, known, is_silent=isinstance(event, NothingHeard))


def _go_on(tree: MenuTree, calm: Place, node: Transfer, known: Known) -> Taken:
    if not calm.has_case:
        return ask_who(tree, calm, before=(), judged="says_primary")
    if known.case is None:
        return AskCase(deed=GoOn())
    return go_on_with(tree, calm, node, known.case, known, before=(), judged="says_primary")


def _end(tree: MenuTree, calm: Place, node: Transfer, known: Known) -> Taken:
    """Bring the caller back to the agent who is waiting, if one is, and to the main menu otherwise."""
    words = (line_says(tree, calm, "not_primary"),)
    if calm.person is None:
        return go_home(tree, calm, before=words, judged="says_not_primary")
    return put_through(tree, calm, node.line, before=words, judged="says_not_primary", known=known.line)


def _ask_again(tree: MenuTree, here: Place, node: Transfer, known: Known, *, is_silent: bool) -> Taken:
    counted = replace(
        here,
        silences=min(here.silences + 1, PATIENCE) if is_silent else 0,
        mismatches=0 if is_silent else min(here.mismatches + 1, PATIENCE),
    )
    judged: Judgement = "no_input" if is_silent else "no_match"
    if PATIENCE in (counted.silences, counted.mismatches):
        last: PromptId = "no_input_last" if is_silent else "no_match_last"
        words = (line_says(tree, here, last),)
        place = replace(counted, stage="turn", mismatches=0)
        return put_through(tree, place, node.line, before=words, judged=judged, known=known.line)
    sorry = line_says(tree, here, "no_input_first" if is_silent else "no_match_first")
    return ask_primary(tree, counted, before=(sorry,), judged=judged)
