"""How a call went, judged once, when it is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ivr.domain.dialogue.turn import Judgement
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language

Disposition = Literal["transferred", "callback_left", "voicemail", "answered", "failed", "abandoned"]

_READS: frozenset[Judgement] = frozenset(
    {"choice", "says_primary", "says_not_primary", "again", "back", "resumed"}
)
"""Turns that read the node they end at, from its beginning."""
SHORTEST_MESSAGE_S = 2
"""A shorter recording is a caller who hung up at the tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTurn:
    version: MenuVersion
    node: NodeId
    language: Language
    judged: Judgement
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """bridged: whether any agent's leg was. message_s: the longest message kept, 0 for none."""

    bridged: bool
    message_s: int
    last: LastTurn | None


AnswerSeconds = Callable[[LastTurn], float | None]
"""How long the answer at that node takes to read; None where the node is no answer."""


def disposition(summary: CallSummary, *, ended_at: datetime, answer_s: AnswerSeconds) -> Disposition:
    """Judge the call by the strongest thing that happened in it.

    An answer counts once half of it was heard: a caller who hangs up sooner gave up, and so did one who
    then asked for a person and reached nobody. Who stays silent has heard all of it. A verified caller whose
    part is kept until the line opens got what there was to get.
    """
    if summary.bridged:
        return "transferred"
    if summary.message_s >= SHORTEST_MESSAGE_S:
        return "voicemail"
    last = summary.last
    if last is None:
        return "abandoned"
    if last.judged in ("goodbye", "held"):
        return "answered"
    if last.judged == "apology":
        return "failed"
    seconds = answer_s(last)
    if seconds is None:
        return "abandoned"
    heard_s = (ended_at - last.at).total_seconds()
    is_half_heard = last.judged in _READS and heard_s >= seconds / 2
    return "answered" if is_half_heard or last.judged == "no_input" else "abandoned"
