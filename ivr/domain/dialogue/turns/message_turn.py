"""A turn of leaving a message: offer it, take it, thank for it."""

from dataclasses import replace

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import Gather, HangUp, Record, Say
from ivr.domain.dialogue.call_disposition import SHORTEST_MESSAGE_S
from ivr.domain.dialogue.effects import MessageLeft
from ivr.domain.dialogue.events import Event, KeyHeard, MessageSpoken, NothingHeard
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import PATIENCE, Place
from ivr.domain.dialogue.turn import Judgement, Turn
from ivr.domain.dialogue.turns.ask_node import go_home, offer_more
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import Utterance, joined


def offer_message(tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    """Say *before*, then which key leaves a message and which goes home.

    A caller whom three silences brought here keeps that count: see `choose_message`.
    """
    silences = here.silences if here.silences == PATIENCE else 0
    place = replace(here, stage="message", silences=silences, mismatches=0)
    return _offer(tree, place, before=before, judged=judged)


def offer_again(tree: MenuTree, here: Place, *, judged: Judgement) -> Turn:
    return _offer(tree, here, before=(), judged=judged)


def choose_message(tree: MenuTree, here: Place, event: Event) -> Turn:
    """Judge what came after the offer.

    Who is still silent, or still at a loss, after three offers may be unable to press keys, and is
    recorded; who was silent in the menu already is taken for no caller at all, or robots would fill
    the night's messages. A wrong key does not undo that, nor a message that held nothing: either would
    be offered without end.
    """
    if isinstance(event, KeyHeard) and event.key == keys.LEAVE_MESSAGE:
        return start_message(tree, here)
    if isinstance(event, KeyHeard) and event.key == keys.BACK:
        return go_home(tree, here, before=(), judged="back")
    if isinstance(event, KeyHeard) and event.key == keys.AGAIN:
        return offer_again(tree, here, judged="offered_again")
    if isinstance(event, NothingHeard):
        return _unchosen_by_silence(tree, here)
    return _unchosen_by_mismatch(tree, here)


def _unchosen_by_silence(tree: MenuTree, here: Place) -> Turn:
    if here.silences >= PATIENCE:
        return leave_goodbye(tree, here, before=(), judged="no_input")
    counted = replace(here, silences=here.silences + 1)
    if counted.silences == PATIENCE:
        return start_message(tree, counted)
    sorry = line_says(tree, here, "no_input_first")
    return _offer(tree, counted, before=(sorry,), judged="offered_again")


def _unchosen_by_mismatch(tree: MenuTree, here: Place) -> Turn:
    silences = here.silences if here.silences == PATIENCE else 0
    counted = replace(here, silences=silences, mismatches=min(here.mismatches + 1, PATIENCE))
    if counted.mismatches == PATIENCE:
        return start_message(tree, counted)
    sorry = line_says(tree, here, "no_match_first")
    return _offer(tree, counted, before=(sorry,), judged="offered_again")


def start_message(tree: MenuTree, here: Place) -> Turn:
    place = replace(here, stage="recorded")
    notice = () if tree.message_notice is None else (tree.message_notice.said_in(here.language),)
    said = joined((*notice, line_says(tree, here, "record_message")))
    # In the carrier's PCI mode nothing is put into text: a request for it would fail.
    is_pci = tree.verification is not None and tree.verification.is_pci
    record = Record(place=place, longest_s=tree.pacing.message_s, transcribe=not is_pci)
    return Turn(judged="message", place=place, actions=(Say(utterances=said), record))


def after_message(tree: MenuTree, here: Place, spoken: MessageSpoken) -> Turn:
    """Thank for a message and go home; nothing spoken is offered once more, then ends the call."""
    if spoken.recording is not None and spoken.seconds >= SHORTEST_MESSAGE_S and here.line is not None:
        kept = MessageLeft(line=here.line, recording=spoken.recording, seconds=spoken.seconds)
        thanks = line_says(tree, here, "message_kept")
        return replace(offer_more(tree, here, before=(thanks,), judged="recorded"), effects=(kept,))
    nothing = line_says(tree, here, "no_message")
    if here.silences >= PATIENCE:
        return leave_goodbye(tree, here, before=(nothing,), judged="recorded")
    place = replace(here, stage="message", silences=PATIENCE, mismatches=0)
    return _offer(tree, place, before=(nothing,), judged="recorded")


def leave_goodbye(tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    """End a call in which nobody can be heard."""
    last = joined((*before, line_says(tree, here, "goodbye")))
    return Turn(judged=judged, place=here, actions=(Say(utterances=last), HangUp()))


def _offer(tree: MenuTree, place: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    said = joined((*before, line_says(tree, place, "offer_message")))
    gather = Gather(place=place, utterances=said, timeout_s=tree.pacing.choose_s, hints=())
    return Turn(judged=judged, place=place, actions=(gather,))
