"""The reply for when nothing else can be said: it needs none of our services once it is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ivr.carrier.document import document_of
from ivr.carrier.spoken import say
from ivr.carrier.twiml import dial_verb
from ivr.phone import E164
from ivr.prompt.speech import Language, Utterance
from ivr.prompt.voice import Voice

RING_S: Final = 30


def write_apology(
    *,
    words: Iterable[Utterance],
    nobody: Iterable[Utterance],
    voices: Mapping[Language, Voice],
    numbers: Sequence[E164],
    caller_id: E164,
) -> bytes:
    """Say *words*, ring the first ten of *numbers* together, and say *nobody* where none of them answers.

    No whisper and no address of ours is in it: whoever picks up first has the caller.
    """
    rung = dial_verb(numbers, caller_id=caller_id, ring_s=RING_S) if numbers else ""
    return document_of(f"{say(words, voices)}{rung}{say(nobody, voices)}<Hangup/>").at(0)
