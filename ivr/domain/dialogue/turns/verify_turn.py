"""A turn of proving who the caller is: the same questions for everybody, the outcome only at the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ivr.domain.dialogue import keys
from ivr.domain.dialogue.actions import Collect
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import EntryTyped, Event, NothingHeard
from ivr.domain.dialogue.line_prompts import closed_words, line_says
from ivr.domain.dialogue.place import CODE_STAGES, MOST_WAITS, PATIENCE, Place, Stage
from ivr.domain.dialogue.turn import AskCase, AskLine, Judgement, Taken, Turn
from ivr.domain.dialogue.turns.primary_question import ask_primary
from ivr.domain.dialogue.turns.transfer_turn import put_through
from ivr.domain.dialogue.turns.verified_turn import go_on_verified
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Utterance, joined
from ivr.domain.recovery.verification_commands import (
    Asked,
    CaseView,
    CheckEntry,
    Deed,
    Entered,
    GoOn,
    Identify,
    Look,
    SendAgain,
    Step,
    WithoutMailbox,
    WithoutPin,
)
from ivr.domain.redaction import Secret

TYPING_S: Final = 10
"""Silence that ends an entry, or asks again."""
_THIS_PHONE: Final = "1"
_BY_TEXT: Final = "1"
_BY_CALL: Final = "2"
_APP: Final = "3"
_SAVED: Final = "4"
_NO_MAILBOX: Final = "5"
_STANDS_FOR: Final[Mapping[Stage, tuple[Entered, Step]]] = {
    "phone": ("phone", "phone"),
    "mailbox": ("mailbox", "mailbox"),
    "app_for_phone": ("app", "phone"),
    "app_for_mailbox": ("app", "mailbox"),
    "saved_for_phone": ("saved_code", "phone"),
    "saved_for_mailbox": ("saved_code", "mailbox"),
}
"""What is typed at each stage, and in the place of which sent code. Told by the stage alone: whether a code
could be sent again depends on the account, and where the call goes must not."""


def begin_recovery(
    tree: MenuTree,
    here: Place,
    node: Transfer,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
    known: Known,
) -> Taken:
    """Say what comes, and ask for which account; a case that this call has already is gone on with.

    Whoever may not have been asked on the way whether this is the primary administrator is asked first.
    """
    if known.line is None:
        return AskLine(line=node.line)
    said = (*before, *(() if node.says is None else (node.says.said_in(here.language),)))
    if here.has_case:
        if known.case is None:
            return AskCase(deed=GoOn())
        return go_on_with(tree, here, node, known.case, known, before=said, judged=judged)
    if not known.line.is_open:
        closed = closed_words(tree, here, tree.lines[node.line], known.line)
        prompt: PromptId = "verify_then_on_call" if known.line.wakes else "verify_while_closed"
        said = (*said, closed, line_says(tree, here, prompt))
    if node.id in tree.unasked:
        return ask_primary(tree, here, before=said, judged=judged)
    return ask_who(tree, here, before=said, judged=judged)


def ask_who(tree: MenuTree, here: Place, *, before: tuple[Utterance, ...], judged: Judgement) -> Turn:
    """Say what comes, and ask for which account."""
    said = (*before, line_says(tree, here, "verify_intro"), line_says(tree, here, "identify"))
    return _collect(replace(here, stage="identify", silences=0, mismatches=0), said, judged)


def verify(tree: MenuTree, here: Place, node: Transfer, event: Event, known: Known) -> Taken:
    """Take a turn at a stage where something is typed."""
    if known.line is None:
        return AskLine(line=node.line)
    if here.stage == "pin" and _types_no_pin(here, event):
        return _go_on_without_pin(tree, here, node, known)
    if isinstance(event, NothingHeard):
        return _hear_nothing(tree, here, node, known)
    entry = _meant(event)
    if not entry:
        return _collect(here, _again(tree, here), "again")
    if entry == keys.PERSON:
        calm = replace(here, stage="turn", silences=0, mismatches=0)
        return put_through(tree, calm, node.line, before=(), judged="person", known=known.line)
    other = _other_way(tree, here, entry)
    if other is not None:
        place = replace(here, stage=other, silences=0, mismatches=0)
        return _collect(place, (line_says(tree, place, _asks(place)),), "choice")
    if known.case is None:
        return AskCase(deed=_deed(here, node, event, entry, is_open=known.line.takes_verified))
    typed = replace(here, has_case=True, silences=0, mismatches=0)
    judged: Judgement = "identified" if here.stage == "identify" else "code_typed"
    return go_on_with(tree, typed, node, known.case, known, before=(), judged=judged)


def waits(place: Place, event: Event) -> bool:
    """Whether nothing happened but that the caller is still looking for the code: that is no turn."""
    return place.stage in CODE_STAGES and isinstance(event, NothingHeard)


def _meant(event: Event) -> str:
    """Give what the caller means to have typed: star begins again."""
    typed = event.entry.reveal() if isinstance(event, EntryTyped) else ""
    return typed.rpartition(keys.BACK)[2]


def _deed(here: Place, node: Transfer, event: Event, entry: str, *, is_open: bool) -> Deed:
    caller = event.caller if isinstance(event, EntryTyped) else None
    if here.stage == "identify":
        return Identify(
            typed=None if entry == _THIS_PHONE else Secret(entry),
            caller=caller,
            is_number_doubtful=isinstance(event, EntryTyped) and event.is_number_doubtful,
            goal=node.recovery or "unsure",
            language=here.language,
            stir_level=event.stir_level if isinstance(event, EntryTyped) else None,
        )
    if here.stage == "pin":
        return CheckEntry(step="pin", entry=Secret(entry), caller=caller, is_open=is_open)
    entered, step = _STANDS_FOR[here.stage]
    if entry == _BY_TEXT or (entry == _BY_CALL and here.stage == "phone"):
        return SendAgain(step=step, way="call" if entry == _BY_CALL else "text")
    if entry == _NO_MAILBOX and here.stage == "mailbox":
        return WithoutMailbox()
    instead_of = None if entered == step else step
    return CheckEntry(
        step=entered, entry=Secret(entry), caller=caller, is_open=is_open, instead_of=instead_of
    )


def _other_way(tree: MenuTree, here: Place, entry: str) -> Stage | None:
    """Say where the key leads that asks to type another code; None where the policy offers none by it."""
    if here.stage not in CODE_STAGES or tree.verification is None:
        return None
    _, step = _STANDS_FOR[here.stage]
    offered = tree.verification.factors
    if entry == _APP and "app" in offered:
        return "app_for_phone" if step == "phone" else "app_for_mailbox"
    if entry == _SAVED and "saved_codes" in offered:
        return "saved_for_phone" if step == "phone" else "saved_for_mailbox"
    return None


def _other_ways(tree: MenuTree, here: Place, stage: Stage) -> tuple[Utterance, ...]:
    """Offer what there is beside the code that we send: to everybody, whoever has enrolled."""
    offered = () if tree.verification is None else tree.verification.factors
    prompts: tuple[PromptId, ...] = (
        *(("or_app_code",) if "app" in offered else ()),
        *(("or_saved_code",) if "saved_codes" in offered else ()),
        *(("or_no_mailbox",) if stage == "mailbox" else ()),
    )
    return tuple(line_says(tree, here, prompt) for prompt in prompts)


def go_on_with(
    tree: MenuTree,
    here: Place,
    node: Transfer,
    case: CaseView,
    known: Known,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement,
) -> Taken:
    """Go where the case says: a question, the next code, the outcome, or a person."""
    match case.next:
        case "primary":
            place = replace(here, has_case=True, silences=0, mismatches=0)
            return ask_primary(tree, place, before=before, judged=judged)
        case "pin":
            place = replace(here, stage="pin", has_case=True)
            return _collect(place, (*before, line_says(tree, here, "pin")), judged)
        case "phone" | "mailbox":
            again = (line_says(tree, here, "another_round"),) if case.is_another_round else ()
            place = replace(here, stage=case.next, has_case=True)
            asked = (*_of_code(tree, here, case, case.next), *_other_ways(tree, here, case.next))
            return _collect(place, (*before, *again, *asked), judged)
        case "verified" | "held":
            return go_on_verified(tree, here, node, case, known, before=before)
        case "failed":
            return _to_person(tree, here, node, known, "not_verified_end", before=before)
        case "without_mailbox":
            return _to_person(tree, here, node, known, "without_mailbox", before=before)
        case "closed":
            return _to_person(tree, here, node, known, "verification_closed", before=before)


def _of_code(tree: MenuTree, here: Place, case: CaseView, step: Step) -> tuple[Utterance, ...]:
    """Say what became of asking for a code, and offer another one only where the call may ask for it."""
    first: PromptId = "phone_code" if step == "phone" else "mailbox_code"
    said: Mapping[Asked, PromptId] = {
        "asked": first,
        "too_soon": "code_too_soon",
        "too_often": "no_more_codes",
    }
    offer: PromptId = "new_code" if step == "mailbox" else "new_code_or_call"
    prompts = (said[case.asked], *((offer,) if case.may_ask else ()), "code_or_person")
    return tuple(line_says(tree, here, prompt) for prompt in prompts)


def _again(tree: MenuTree, here: Place) -> tuple[Utterance, ...]:
    """Ask once more for what is waited for; a code that was sent is not said to be on its way again."""
    if here.stage in ("phone", "mailbox"):
        return (line_says(tree, here, "code_waiting"), *_other_ways(tree, here, here.stage))
    return (line_says(tree, here, _asks(here)),)


def _types_no_pin(here: Place, event: Event) -> bool:
    """Whether a pound key alone says that there is no PIN.

    Where the carrier does not tell it from silence, so does a second silence in a row.
    """
    if isinstance(event, EntryTyped):
        return not event.entry.reveal()
    return isinstance(event, NothingHeard) and here.silences > 0


def _go_on_without_pin(tree: MenuTree, here: Place, node: Transfer, known: Known) -> Taken:
    if known.case is None:
        return AskCase(deed=WithoutPin())
    calm = replace(here, silences=0, mismatches=0)
    return go_on_with(tree, calm, node, known.case, known, before=(), judged="choice")


def _hear_nothing(tree: MenuTree, here: Place, node: Transfer, known: Known) -> Taken:
    """Ask again for the account, three times, and for a PIN once; wait for a code as the policy allows."""
    if here.stage == "pin":
        words = (line_says(tree, here, "no_input_first"), line_says(tree, here, "pin"))
        return _collect(replace(here, silences=1), words, "no_input")
    if here.stage == "identify":
        counted = replace(here, silences=min(here.silences + 1, PATIENCE))
        if counted.silences == PATIENCE:
            return _to_person(tree, counted, node, known, "no_input_last", before=(), judged="no_input")
        sorry = line_says(tree, here, "no_input_first")
        return _collect(counted, (sorry, line_says(tree, here, "identify_again")), "no_input")
    if known.case is None:
        return AskCase(deed=Look())
    policy = tree.verification
    silences = min(here.silences + 1, MOST_WAITS)
    # Each silence was so many seconds at the caller's end, also where a simulator plays them in an instant.
    waited_s = max(known.case.waited_s, silences * TYPING_S)
    if policy is None or known.case.next == "closed" or waited_s >= policy.waits_for_code_s:
        return _to_person(tree, here, node, known, "no_code_came", before=(), judged="no_input")
    # Every third silence of ten seconds is answered, so that nobody takes the quiet for a lost call.
    said = () if silences % PATIENCE else (line_says(tree, here, "code_waiting"),)
    return _collect(replace(here, silences=silences), said, "waiting")


def _to_person(
    tree: MenuTree,
    here: Place,
    node: Transfer,
    known: Known,
    prompt: PromptId,
    *,
    before: tuple[Utterance, ...],
    judged: Judgement = "not_verified",
) -> Turn | AskLine:
    place = replace(here, stage="turn", silences=0, mismatches=0)
    words = (*before, line_says(tree, here, prompt))
    return put_through(tree, place, node.line, before=words, judged=judged, known=known.line)


def _asks(here: Place) -> PromptId:
    match here.stage:
        case "pin":
            return "pin"
        case "app_for_phone" | "app_for_mailbox":
            return "app_code"
        case "saved_for_phone" | "saved_for_mailbox":
            return "saved_code"
        case _:
            return "identify_again"


def _collect(place: Place, said: tuple[Utterance, ...], judged: Judgement) -> Turn:
    collect = Collect(place=place, utterances=joined(said), timeout_s=TYPING_S)
    return Turn(judged=judged, place=place, actions=(collect,))
