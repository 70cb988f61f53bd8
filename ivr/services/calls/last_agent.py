"""Whom a caller at the keypad is rung back to: the agent who had this very call, as the store has it."""

from dataclasses import replace

from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import KEYPAD_STAGES, Place
from ivr.domain.menus.line import Line, LineNow, PersonIndex, line_now
from ivr.services.ports import Ledger

_AT_THE_KEYPAD = KEYPAD_STAGES | {"sent_back"}


def with_who_had(now: LineNow, line: Line, here: Place, call: CallId | None, ledger: Ledger) -> LineNow:
    """Add who had the call, where the place names a person of the line; a place alone gives no right to ring.

    A line that has closed meanwhile, or whose rota has changed, tells it no more: it is as it was then.
    """
    if call is None or here.person is None or here.line != line.id or here.stage not in _AT_THE_KEYPAD:
        return now
    moments = ledger.taken_at(call, line.id, here.person)
    groups = [_group(line_now(line, at), here.person) for at in moments]
    return replace(now, back_to=next((group for group in groups if group), ()))


def _group(then: LineNow, person: int) -> tuple[PersonIndex, ...]:
    rings = then.for_verified().rings
    return rings[person] if person < len(rings) else ()
