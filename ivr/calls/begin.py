"""A call arrives: its record is opened before the caller is greeted."""

from dataclasses import dataclass

from ivr.calls.turn import Turns, Whose
from ivr.dialogue.event import CallArrived, CallId
from ivr.dialogue.step import start_of
from ivr.ports import CallBegun


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """caller, called: keyed hashes of the numbers; None where none was shown."""

    whose: Whose
    caller: str | None
    called: str | None
    stir_level: str | None


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
        )
    )
    return turns.take(arriving.whose, place, CallArrived(), began_at=began_at)
