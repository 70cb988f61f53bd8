"""A call arrives: its record is opened before the caller is greeted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ivr.domain.dialogue.actions import HangUp, Say
from ivr.domain.dialogue.events import CallArrived, CallId
from ivr.domain.dialogue.step import start_of
from ivr.services.calls.take_turn import Turns, Whose
from ivr.services.ports import CallBegun, Flag

MOST_FROM_OURSELVES: Final = 2
_LONGEST: Final = timedelta(hours=4)
"""The carrier ends a call then: one whose end was not told counts no longer.

Source: https://www.twilio.com/docs/voice/api/call-resource, TimeLimit, read November 2026.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """caller, called: keyed hashes of the numbers; None where none was shown. flag: as in `CallBegun`."""

    whose: Whose
    caller: str | None
    called: str | None
    stir_level: str | None
    flag: Flag | None = None


def begin(turns: Turns, arriving: Arriving | None, *, began_at: float) -> bytes:
    """Greet the caller. arriving: None where the webhook does not say whose call it is."""
    place = start_of(turns.menus.current())
    if arriving is None:
        return turns.take(None, place, CallArrived(), began_at=began_at)
    turns.ledger.begin(
        CallBegun(
            call=CallId(arriving.whose.call),
            at=turns.clock.now(),
            version=place.version,
            language=place.language,
            caller=arriving.caller,
            called=arriving.called,
            stir_level=arriving.stir_level,
            flag=arriving.flag,
        )
    )
    if arriving.flag == "own_number" and _is_a_loop(turns, arriving.whose.call):
        return _loop_ended(turns)
    return turns.take(arriving.whose, place, CallArrived(), began_at=began_at)


def _is_a_loop(turns: Turns, call: CallId) -> bool:
    """Tell whether two such calls were there before; also where nobody can say, since one begets another."""
    live = turns.ledger.from_ourselves(turns.clock.now() - _LONGEST)
    return live is None or call not in live[:MOST_FROM_OURSELVES]


def _loop_ended(turns: Turns) -> bytes:
    tree = turns.menus.current()
    words = tree.prompts.text("own_number").said_in(tree.languages[0])
    return turns.render(tree, (Say(utterances=(words,)), HangUp())).at(0)
