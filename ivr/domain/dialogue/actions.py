"""What the line does next, in the order it is to be done."""

from dataclasses import dataclass, field

from ivr.domain.dialogue.place import Place
from ivr.domain.menus.line import LineId, PersonIndex
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Speak, and listen for one key meanwhile and for *timeout_s* afterwards; silence is answered too.

    hints: words that a recogniser may expect; empty where only keys are heard.
    """

    place: Place
    utterances: tuple[Utterance, ...]
    timeout_s: int
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Speak, and listen for keys up to the pound key; *timeout_s* of silence ends the entry, or the wait."""

    place: Place
    utterances: tuple[Utterance, ...]
    timeout_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Ring *people* together, or the one telephone that is not the line's.

    whisper: where the one who picks up is told why. ended: where the caller goes on afterwards.
    own: the caller's own manager's telephone, which rings alone; then *people* is empty.
    """

    line: LineId
    people: tuple[PersonIndex, ...]
    ring_s: int
    whisper: Place
    ended: Place
    own: E164 | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Take a message of at most *longest_s* seconds; *place* hears of it, also where nothing was said."""

    place: Place
    longest_s: int
    transcribe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The agent accepted: connect the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End this leg."""


Action = Say | Gather | Collect | Dial | Record | Bridge | HangUp
