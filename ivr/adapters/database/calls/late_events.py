"""Facts that come after the end of their call: which still count, and what they make of it."""

from datetime import timedelta
from typing import Literal, get_args

from ivr.domain.dialogue.call_disposition import SHORTEST_MESSAGE_S, Disposition

LATE = timedelta(seconds=60)
"""A call's last webhooks and the news of its end travel apart, each with its own retries."""

_STRONGEST_FIRST: tuple[Disposition, ...] = get_args(Disposition)


def earned(*, outcome: str | None, message_s: int) -> Literal["transferred", "voicemail"] | None:
    """Tell which disposition a single fact is enough for."""
    if outcome == "bridged":
        return "transferred"
    return "voicemail" if message_s >= SHORTEST_MESSAGE_S else None


def outranked(disposition: Disposition) -> tuple[Disposition, ...]:
    """List the dispositions that yield to this one."""
    return _STRONGEST_FIRST[_STRONGEST_FIRST.index(disposition) + 1 :]
