"""A turn of a caller who is verified: the warning and its key, then the transfer, or the night."""

import hashlib
from dataclasses import replace

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import Gather
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import Event, KeyHeard, NothingHeard, Unreadable
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import PATIENCE, Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken, Turn
from ivr.domain.dialogue.turns.held_turn import say_kept
from ivr.domain.dialogue.turns.transfer_turn import put_through
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.domain.prompts.speech import Utterance, joined
from ivr.domain.recovery.verification_commands import CaseView, ChooseReset, Confirm, Deed, Look


def go_on_verified(
    tree: MenuTree,
    here: Place,
    node: Transfer,
    case: CaseView,
    known: Known,
    *,
    before: tuple[Utterance, ...],
) -> Turn | AskLine:
    """Tell a verified caller what follows: a reset, the warning of a change, or that the line is closed."""
    said = before if here.stage == "warning" else (*before, line_says(tree, here, "verified"))
    if case.next == "held" and known.line is not None:
        return say_kept(tree, here, tree.lines[node.line], case, known.line, before=said)
    if case.is_confirmed:
        return _connect(tree, here, node, known, before=(*said, line_says(tree, here, "confirmed")))
    if case.path == "reset":
        return _connect(tree, here, node, known, before=(*said, line_says(tree, here, "reset_follows")))
    place = replace(here, stage="warning", silences=0, mismatches=0)
    return _warn(tree, place, case, before=said, judged="verified")


def hear_warning(tree: MenuTree, here: Place, node: Transfer, event: Event, known: Known) -> Taken:
    """Judge the key that came during the warning or after it: only the one named at its end confirms."""
    if known.line is None:
        return AskLine(line=node.line)
    key = event.key if isinstance(event, KeyHeard) else None
    if key == keys.PERSON:
        place = replace(here, stage="turn", silences=0, mismatches=0)
        return put_through(tree, place, node.line, before=(), judged="person", known=known.line)
    if known.case is None:
        return AskCase(deed=_deed(tree, here, key))
    if known.case.next not in ("verified", "held"):
        return _no_longer(tree, here, node, known)
    if key == keys.BACK or known.case.is_confirmed:
        return go_on_verified(tree, here, node, known.case, known, before=())
    return _warn_again(tree, here, node, event, known.case, known)


def warning_hash(tree: MenuTree, here: Place) -> str:
    """Hash the warning as it was written, with its key left open: which words the caller agreed to."""
    templates = tree.prompts.templates["warning"]
    spoken = templates.get(here.language, next(iter(templates.values())))
    return hashlib.sha256(spoken.encode()).hexdigest()


def _deed(tree: MenuTree, here: Place, key: str | None) -> Deed:
    if key == keys.BACK:
        return ChooseReset()
    if key is None or key == keys.AGAIN:
        return Look()
    return Confirm(key=key, warning_hash=warning_hash(tree, here))


def _warn_again(
    tree: MenuTree, here: Place, node: Transfer, event: Event, case: CaseView, known: Known
) -> Turn | AskLine:
    if isinstance(event, Unreadable) or (isinstance(event, KeyHeard) and event.key == keys.AGAIN):
        return _warn(tree, here, case, before=(), judged="again")
    silent = isinstance(event, NothingHeard)
    counted = replace(
        here,
        silences=min(here.silences + silent, PATIENCE),
        mismatches=min(here.mismatches + (not silent), PATIENCE),
    )
    judged: Judgement = "no_input" if silent else "no_match"
    if PATIENCE in (counted.silences, counted.mismatches):
        place = replace(counted, stage="turn", silences=0, mismatches=0)
        words = (line_says(tree, here, "not_confirmed"),)
        return put_through(tree, place, node.line, before=words, judged=judged, known=known.line)
    sorry = line_says(tree, here, "no_input_first" if silent else "wrong_key_of_warning")
    return _warn(tree, counted, case, before=(sorry,), judged=judged)


def _warn(
    tree: MenuTree, place: Place, case: CaseView, *, before: tuple[Utterance, ...], judged: Judgement
) -> Turn:
    words = line_says(tree, place, "warning", key=case.confirming_key)
    gather = Gather(
        place=place, utterances=joined((*before, words)), timeout_s=tree.pacing.choose_s, hints=()
    )
    return Turn(judged=judged, place=place, actions=(gather,))


def _no_longer(tree: MenuTree, here: Place, node: Transfer, known: Known) -> Turn | AskLine:
    """Tell a caller whose verification ran out while the warning was spoken."""
    place = replace(here, stage="turn", silences=0, mismatches=0)
    words = (line_says(tree, here, "not_confirmed"),)
    return put_through(tree, place, node.line, before=words, judged="not_verified", known=known.line)


def _connect(
    tree: MenuTree, here: Place, node: Transfer, known: Known, *, before: tuple[Utterance, ...]
) -> Turn | AskLine:
    place = replace(here, stage="turn", silences=0, mismatches=0)
    line = None if known.line is None else known.line.for_verified()
    return put_through(tree, place, node.line, before=before, judged="verified", known=line)
