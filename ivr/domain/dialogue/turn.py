"""One turn of a call: what was judged, what is said and done, what is kept."""

from dataclasses import dataclass
from typing import Literal

from ivr.domain.dialogue.actions import Action
from ivr.domain.dialogue.effects import Effect
from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import LineId
from ivr.domain.recovery.verification_commands import Deed

Judgement = Literal[
    "arrived",
    "resumed",
    "choice",
    "says_primary",
    "says_not_primary",
    "again",
    "back",
    "person",
    "no_input",
    "no_match",
    "unreadable",
    "dial_ended",
    "next_person",
    "message",
    "recorded",
    "offered_again",
    "identified",
    "code_sent",
    "code_typed",
    "waiting",
    "verified",
    "not_verified",
    "confirmed",
    "held",
    "sent_back",
    "called_back",
    "whisper",
    "accepted",
    "declined",
    "too_many_turns",
    "goodbye",
    "apology",
]  # fmt: skip -- grouped by the moment of the call


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine:
    """The step cannot go on before it knows whether this line is open, and who rings."""

    line: LineId


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCase:
    """The step cannot go on before the deed is done, or refused, and the case was looked at after it."""

    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """place: where the caller is now; its stage says what the next request will be about."""

    judged: Judgement
    place: Place
    actions: tuple[Action, ...]
    effects: tuple[Effect, ...] = ()


Taken = Turn | AskLine | AskCase
"""A turn, or what has to be known before it can be taken."""
