"""The line's own question whether the caller is the primary administrator, and what an answer leaves."""

from dataclasses import replace
from typing import Final

from ivr.domain.dialogue.actions import Gather
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import PrimaryAnswered
from ivr.domain.dialogue.line_prompts import line_says
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken, Turn
from ivr.domain.menus.tree import MenuTree
from ivr.domain.prompts.speech import Silence, Utterance, joined
from ivr.domain.recovery.primary_answer import Way
from ivr.domain.recovery.verification_commands import GoOn, Look, SayPrimary

YES: Final = "1"
NO: Final = "2"


def ask_primary(tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    """Say what comes before, and ask; the counters of *here* go on."""
    place = replace(here, stage="primary")
    offers = (
        line_says(tree, place, "if_yes", key=YES),
        line_says(tree, place, "if_no", key=NO),
        line_says(tree, place, "person"),
    )
    pause = Silence(ms=tree.pacing.option_pause_ms)
    spoken = (
        *before,
        line_says(tree, place, "are_you_primary", product=tree.product),
        *(Utterance(language=offer.language, parts=(pause, *offer.parts)) for offer in offers),
    )
    gather = Gather(place=place, utterances=joined(spoken), timeout_s=tree.pacing.choose_s, hints=())
    return Turn(judged=judged, place=place, actions=(gather,))


def with_answer(here: Place, taken: Taken, known: Known, *, is_primary: bool, way: Way) -> Taken:
    """Keep the answer with the turn that follows from it, and with the caller's case, where there is one."""
    if isinstance(taken, AskLine):
        return taken
    if here.has_case and known.case is None:
        then = taken.deed if isinstance(taken, AskCase) and isinstance(taken.deed, GoOn) else Look()
        return AskCase(deed=SayPrimary(is_primary=is_primary, then=then))
    if isinstance(taken, AskCase):
        return taken
    judged: Judgement = "says_primary" if is_primary else "says_not_primary"
    answered = PrimaryAnswered(is_primary=is_primary, way=way)
    return replace(taken, judged=judged, effects=(answered, *taken.effects))
