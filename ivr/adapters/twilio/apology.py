"""The reply for when nothing else can be said: it needs none of our services once it is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ivr.adapters.twilio.reply_document import document_of
from ivr.adapters.twilio.say_markup import escaped, say
from ivr.adapters.twilio.twiml import dial_verb
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Language, Utterance
from ivr.domain.prompts.voices import Voice

RING_S: Final = 30
TAKES_S: Final = 8


def write_apology(
    *,
    words: Iterable[Utterance],
    nobody: Iterable[Utterance],
    goodbye: Iterable[Utterance],
    voices: Mapping[Language, Voice],
    numbers: Sequence[E164],
    caller_id: E164,
    whisper_url: str = "",
) -> bytes:
    """Say *words*, ring the first ten of *numbers* together, and say *goodbye*.

    A document that asks nobody cannot know how a ringing went, and what follows it is heard after a talk as
    well. So what to do when nobody answers stands in *words*; *nobody* is said where there is no number.
    whisper_url: what whoever picks up hears first, see `write_whisper`; "" and that person has the caller.
    """
    if not numbers:
        return document_of(f"{say(words, voices)}{say(nobody, voices)}<Hangup/>").at(0)
    whispers = f' url="{escaped(whisper_url)}" method="GET"' if whisper_url else ""
    rung = dial_verb(numbers, caller_id=caller_id, ring_s=RING_S, whispers=whispers)
    return document_of(f"{say(words, voices)}{rung}{say(goodbye, voices)}<Hangup/>").at(0)


def write_whisper(words: Iterable[Utterance], voices: Mapping[Language, Voice], *, accept_url: str) -> bytes:
    """Say *words* to whoever picked up; any key takes the call, and without one the leg ends."""
    return document_of(
        f'<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="{TAKES_S}"'
        f' action="{escaped(accept_url)}" method="GET">{say(words, voices)}</Gather><Hangup/>'
    ).at(0)


def write_accept() -> bytes:
    """Say nothing more to whoever took the call: a leg whose document ends is connected."""
    return document_of("").at(0)
