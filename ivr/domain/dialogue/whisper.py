"""The agent's own leg: what is said before the two are connected, and the key that takes the call."""

from dataclasses import replace

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import Bridge, Gather, HangUp
from ivr.domain.dialogue.effects import LegAccepted
from ivr.domain.dialogue.events import Event, KeyHeard, LegId
from ivr.domain.dialogue.line_prompts import line_says, why_of
from ivr.domain.dialogue.place import LAST_TURN, PATIENCE, Place
from ivr.domain.dialogue.turn import Turn
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Text, Utterance, spelled
from ivr.domain.recovery.verification_commands import CLOSED, CaseView

_PATIENCE_S = 8


def whisper(tree: MenuTree, place: Place, case: CaseView = CLOSED) -> Turn:
    """Say why the caller calls, and nobody's name: a voicemail may be listening.

    Whoever presses nothing is hung up on, so that the caller reaches the next person.
    """
    if place.line is None or place.line not in tree.lines:
        return Turn(judged="declined", place=place, actions=(HangUp(),))
    here = replace(place, stage="accept", turn=_next(place), language=tree.languages[0])
    is_back = place.stage == "whisper_again"
    named = tree.prompts.text("opens_back") if is_back else tree.lines[place.line].whispered
    if case.says_primary is False:
        words = _of_another(tree, here, case, is_back=is_back)
    elif case.match:
        words = _of_case(tree, here, case, is_back=is_back)
    else:
        words = _of_line(tree, here, named)
    gather = Gather(place=here, utterances=(words,), timeout_s=_PATIENCE_S, hints=())
    return Turn(judged="whisper", place=here, actions=(gather, HangUp()))


def _of_case(tree: MenuTree, here: Place, case: CaseView, *, is_back: bool) -> Utterance:
    """Say whether the caller is verified, and the digits that open the card, which says the rest."""
    is_verified, match = case.next == "verified", spelled(case.match)
    first: PromptId = "opens_verified" if is_verified else "opens_unproved"
    opening = tree.prompts.text("opens_back" if is_back else first)
    if not is_verified:
        return line_says(tree, here, "whisper_unproved", opening=opening, match=match)
    path = tree.prompts.text(_going(case))
    return line_says(tree, here, "whisper_verified", opening=opening, path=path, match=match)


def _of_another(tree: MenuTree, here: Place, case: CaseView, *, is_back: bool) -> Utterance:
    """Say that the caller is not the primary administrator, by the own answer, whatever was proved."""
    opening = tree.prompts.text("opens_back" if is_back else "opens_unproved")
    if not case.match:
        return line_says(tree, here, "whisper_not_primary", opening=opening)
    match = spelled(case.match)
    return line_says(tree, here, "whisper_not_primary_match", opening=opening, match=match)


def _going(case: CaseView) -> PromptId:
    if case.is_confirmed:
        return "going_to_change"
    return "going_to_reset" if case.path == "reset" else "going_unconfirmed"


def _of_line(tree: MenuTree, here: Place, opening: Text | str) -> Utterance:
    standing = tree.prompts.text("silent_caller" if here.silences == PATIENCE else "not_verified")
    return line_says(tree, here, "whisper", line=opening, why=why_of(tree, here), standing=standing)


def accept(place: Place, event: Event, *, leg: LegId) -> Turn:
    """Connect the two where the agent pressed the key; anything else, and silence, declines."""
    here = replace(place, turn=_next(place))
    if place.line is None or not (isinstance(event, KeyHeard) and event.key == keys.ACCEPT):
        return Turn(judged="declined", place=here, actions=(HangUp(),))
    taken = LegAccepted(leg=leg, line=place.line)
    return Turn(judged="accepted", place=here, actions=(Bridge(),), effects=(taken,))


def _next(place: Place) -> int:
    """Count the agent's turn; the last that an address can hold stays the last."""
    return min(place.turn + 1, LAST_TURN)
