"""A turn of reaching a person: ring one after the other, and say what happens meanwhile."""

from dataclasses import replace
from typing import Final

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import Dial, Gather, HangUp, Say
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import TransferEnded, TransferPlaced
from ivr.domain.dialogue.events import DialEnded, Event, KeyHeard
from ivr.domain.dialogue.line_prompts import closed_words, line_says, why_of
from ivr.domain.dialogue.place import PATIENCE, Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken, Turn
from ivr.domain.dialogue.turns.ask_node import go_home, offer_more
from ivr.domain.dialogue.turns.held_turn import say_kept
from ivr.domain.dialogue.turns.message_turn import leave_goodbye, offer_message, start_message
from ivr.domain.menus.line import Line, LineId, LineNow, PersonIndex
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import Utterance, joined
from ivr.domain.recovery.verification_commands import CaseView, Hold, Look

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

    A closed line says when it opens, where nobody may be woken; a stranger whose number rings too many people
    already may leave a message. Where an agent sent the caller to the keypad, the place names that agent, who
    is rung first, also where the line has closed meanwhile.
    """
    if known is None:
        return AskLine(line=line_id)
    line = tree.lines[line_id]
    is_back = here.line == line_id and here.person is not None
    if not known.rings and not (is_back and known.back_to):
        return _closed(tree, here, line, before=before, judged=judged, known=known)
    if known.is_crowded and not is_back:
        place = replace(here, line=line.id, person=0)
        return _nobody(tree, place, line, before=before, judged=judged)
    connecting = line_says(tree, here, "connecting", line=line.name)
    if is_back:
        return _ring_again(tree, here, line, known, said=(*before, connecting), judged=judged)
    # A closed line wakes its people on call, and nobody's own manager.
    first = OWN if known.is_open and known.own is not None else 0
    return _ring(tree, here, line, first, known, said=(*before, connecting), judged=judged)


def begins_to_ring(here: Place, turn: Turn) -> LineId | None:
    """Name the line that *turn* begins to ring, at its first people; None where it does anything else."""
    last = turn.actions[-1] if turn.actions else None
    if not isinstance(last, Dial) or here.stage in ("dial", "dial_again", "between"):
        return None
    return last.line


def after_dial(tree: MenuTree, here: Place, ended: DialEnded, told: Known) -> Taken:
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
        if told.line is None:
            return AskLine(line=line.id)
        known = told.line
        # The line's own people follow the caller's manager as deputies, and the agent who had the call.
        is_first = here.stage == "dial_again" or (line.own is not None and here.person == OWN)
        following = 0 if is_first else here.person + 1
        # Who was verified after an agent's line had closed is kept there, if that agent does not answer.
        if here.has_case and not known.is_open and (known.wakes or here.stage == "dial_again"):
            woken = known.for_verified()
            if told.case is None:
                # A place gives no right to wake anybody: the case is asked each time.
                return AskCase(deed=Look() if following < len(woken.rings) else Hold())
            turn = _next_on_call(tree, here, line, woken, told.case, known, after=following)
        else:
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
    back_to: tuple[PersonIndex, ...] = (),
) -> Turn:
    place = replace(here, stage="dial", line=line.id, person=person)
    is_own = person == OWN
    dial = Dial(
        line=line.id,
        people=() if is_own else back_to or known.rings[person],
        own=known.own if is_own else None,
        ring_s=line.ring_s,
        whisper=replace(place, stage="whisper"),
        ended=place,
    )
    placed = TransferPlaced(line=line.id, person=person, why=why_of(tree, here))
    actions = (Say(utterances=joined(said)), dial) if said else (dial,)
    return Turn(judged=judged, place=place, actions=actions, effects=(placed,))


def _ring_again(
    tree: MenuTree,
    here: Place,
    line: Line,
    known: LineNow,
    *,
    said: tuple[Utterance, ...],
    judged: Judgement,
) -> Turn:
    """Ring the agent who sent the caller to the keypad; one who rings there no more, the line's first."""
    person = here.person if here.person is not None and here.person < len(known.rings) else 0
    if known.is_open and known.own is not None and here.person == OWN:
        person = OWN
    elif known.back_to in known.rings:
        person = known.rings.index(known.back_to)
    elif known.back_to:
        person = here.person or 0
    turn = _ring(tree, here, line, person, known, said=said, judged=judged, back_to=known.back_to)
    place = replace(turn.place, stage="dial_again")
    *before, dial = turn.actions
    if not isinstance(dial, Dial):
        raise TypeError("a turn that rings ends with its dial")
    again = replace(dial, whisper=replace(place, stage="whisper_again"), ended=place)
    return replace(turn, place=place, actions=(*before, again))


def _next_person(tree: MenuTree, here: Place, line: Line, known: LineNow, *, after: int) -> Turn:
    if here.stage == "dial_again" and not known.rings:
        return _closed(tree, here, line, before=(), judged="dial_ended", known=known)
    if after >= len(known.rings):
        return _nobody(tree, here, line)
    if not line.voicemail:
        words = line_says(tree, here, "next_person")
        return _ring(tree, here, line, after, known, said=(words,), judged="dial_ended")
    place = replace(here, stage="between", person=after)
    words = line_says(tree, here, "between")
    gather = Gather(place=place, utterances=(words,), timeout_s=tree.pacing.between_s, hints=())
    return Turn(judged="dial_ended", place=place, actions=(gather,))


def _next_on_call(
    tree: MenuTree, here: Place, line: Line, woken: LineNow, case: CaseView, known: LineNow, *, after: int
) -> Turn:
    """Ring the next on call for who is verified still; when nobody is left, say what becomes of the case."""
    if case.next == "verified" and after < len(woken.rings):
        words = line_says(tree, here, "next_person")
        return _ring(tree, here, line, after, woken, said=(words,), judged="dial_ended")
    if case.next == "held" or case.is_confirmed:
        sorry = () if case.is_confirmed else (line_says(tree, here, "nobody", line=line.name),)
        return say_kept(tree, here, line, case, known, before=sorry)
    return _next_person(tree, here, line, known, after=after)


def _nobody(
    tree: MenuTree,
    here: Place,
    line: Line,
    *,
    before: tuple[Utterance, ...] = (),
    judged: Judgement = "dial_ended",
) -> Turn:
    words = (*before, line_says(tree, here, "nobody", line=line.name))
    if not line.voicemail:
        return _home_or_goodbye(tree, here, before=words, judged=judged)
    return offer_message(tree, here, before=words, judged=judged)


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
