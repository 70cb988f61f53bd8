"""A turn of reaching a person: ring one after the other, and say what happens meanwhile."""

from dataclasses import replace
from typing import Final

from ivr.dialogue import keys
from ivr.dialogue.action import Dial, Gather, HangUp, Say
from ivr.dialogue.asking import go_home, offer_more
from ivr.dialogue.effect import TransferEnded, TransferPlaced
from ivr.dialogue.event import DialEnded, Event, KeyHeard
from ivr.dialogue.line_says import closed_words, line_says, why_of
from ivr.dialogue.message_turn import leave_goodbye, offer_message, start_message
from ivr.dialogue.place import PATIENCE, Place
from ivr.dialogue.turn import AskLine, Judgement, Turn
from ivr.menu.line import Line, LineId, LineNow
from ivr.menu.tree import MenuTree
from ivr.prompt.speech import Utterance, joined

OWN: Final = 9
"""The place's `person` while the caller's own manager rings: a line has at most nine people, 0 to 8."""


def put_through(
    tree: MenuTree,
    here: Place,
    line_id: LineId,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
    known: LineNow | None,
) -> Turn | AskLine:
    """Say *before*, and ring the caller's own manager, if known, or the first people of the line.

    A closed line says when it opens, whoever calls.
    """
    if known is None:
        return AskLine(line=line_id)
    line = tree.lines[line_id]
    if not known.rings:
        return _closed(tree, here, line, before=before, judged=judged, known=known)
    connecting = line_says(tree, here, "connecting", line=line.name)
    first = 0 if known.own is None else OWN
    return _ring(tree, here, line, first, known, said=(*before, connecting), judged=judged)


def begins_to_ring(here: Place, turn: Turn) -> LineId | None:
    """Name the line that *turn* begins to ring, at its first people; None where it does anything else."""
    last = turn.actions[-1] if turn.actions else None
    if not isinstance(last, Dial) or here.stage in ("dial", "between"):
        return None
    return last.line


def after_dial(tree: MenuTree, here: Place, ended: DialEnded, known: LineNow | None) -> Turn | AskLine:
    """Go on after the ringing, or the talk, ended: the next person, a message, or the menu again."""
    line = tree.lines.get(here.line) if here.line is not None else None
    if line is None or here.person is None:
        return go_home(tree, here, before=(), judged="dial_ended")
    kept = TransferEnded(line=line.id, person=here.person, outcome=ended.outcome, talk_s=ended.talk_s)
    if ended.outcome == "caller_left":
        return Turn(judged="dial_ended", place=here, actions=(HangUp(),), effects=(kept,))
    if ended.outcome == "bridged":
        turn = offer_more(tree, here, before=(), judged="dial_ended")
    else:
        if known is None:
            return AskLine(line=line.id)
        # The line's own people follow the caller's manager as deputies.
        following = 0 if line.own is not None and here.person == OWN else here.person + 1
        turn = _next_person(tree, here, line, known, after=following)
    return replace(turn, effects=(kept, *turn.effects))


def choose_between(tree: MenuTree, here: Place, event: Event, known: LineNow | None) -> Turn | AskLine:
    """While the next person is about to ring: one key leaves a message, another goes home."""
    line = tree.lines.get(here.line) if here.line is not None else None
    if line is None or here.person is None:
        return go_home(tree, here, before=(), judged="next_person")
    if isinstance(event, KeyHeard) and event.key == keys.LEAVE_MESSAGE:
        return start_message(tree, here)
    if isinstance(event, KeyHeard) and event.key == keys.BACK:
        return go_home(tree, here, before=(), judged="back")
    if known is None:
        return AskLine(line=line.id)
    if here.person >= len(known.rings):
        return _nobody(tree, here, line)
    return _ring(tree, here, line, here.person, known, said=(), judged="next_person")


def _ring(
    tree: MenuTree,
    here: Place,
    line: Line,
    person: int,
    known: LineNow,
    *,
    said: tuple[Utterance, ...],
    judged: Judgement,
) -> Turn:
    place = replace(here, stage="dial", line=line.id, person=person)
    is_own = person == OWN
    dial = Dial(
        line=line.id,
        people=() if is_own else known.rings[person],
        own=known.own if is_own else None,
        ring_s=line.ring_s,
        whisper=replace(place, stage="whisper"),
        ended=place,
    )
    placed = TransferPlaced(line=line.id, person=person, why=why_of(tree, here))
    actions = (Say(utterances=joined(said)), dial) if said else (dial,)
    return Turn(judged=judged, place=place, actions=actions, effects=(placed,))


def _next_person(tree: MenuTree, here: Place, line: Line, known: LineNow, *, after: int) -> Turn:
    if after >= len(known.rings):
        return _nobody(tree, here, line)
    if not line.voicemail:
        words = line_says(tree, here, "next_person")
        return _ring(tree, here, line, after, known, said=(words,), judged="dial_ended")
    place = replace(here, stage="between", person=after)
    words = line_says(tree, here, "between")
    gather = Gather(place=place, utterances=(words,), timeout_s=tree.pacing.between_s, hints=())
    return Turn(judged="dial_ended", place=place, actions=(gather,))


def _nobody(tree: MenuTree, here: Place, line: Line) -> Turn:
    sorry = line_says(tree, here, "nobody", line=line.name)
    if not line.voicemail:
        return _home_or_goodbye(tree, here, before=(sorry,), judged="dial_ended")
    return offer_message(tree, here, before=(sorry,), judged="dial_ended")


def _home_or_goodbye(
    tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement
) -> Turn:
    """Offer the main menu; whom silence brought here would only fall silent there, and ring again."""
    if here.silences >= PATIENCE:
        return leave_goodbye(tree, here, before=before, judged=judged)
    return go_home(tree, here, before=before, judged=judged)


def _closed(
    tree: MenuTree,
    here: Place,
    line: Line,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
    known: LineNow,
) -> Turn:
    words = (*before, closed_words(tree, here, line, known))
    never_spoke = here.turn - 1 == here.silences
    if never_spoke and tree.pacing.silent_caller == "goodbye":
        return leave_goodbye(tree, here, before=words, judged=judged)
    place = replace(here, line=line.id, person=0)
    if not line.voicemail:
        return _home_or_goodbye(tree, place, before=words, judged=judged)
    return offer_message(tree, place, before=words, judged=judged)
