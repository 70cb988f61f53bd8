"""How long speech takes, so that operators learn of a long prompt before callers do."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import assert_never

from ivr.domain.prompts.speech import Digits, Part, Silence, Slow, Speech, Utterance, Words, spelled

WORDS_PER_MINUTE = 160
SLOW_FACTOR = 1.25
"""A voice told to read slowly; see SLOW_RATE, which the carrier's documents use."""
SLOW_RATE = "80%"
_AFTER_COMMA_S = 0.35
_AFTER_SENTENCE_S = 0.7
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001 -- the apostrophe that texts really hold
_SENTENCE_END = re.compile(r"[.!?…:](?=\s|$)")
_COMMA = re.compile(r"[,;](?=\s|$)")
_TENS = 20
_HUNDRED = 100


def seconds_to_say(speech: Speech) -> float:
    """Estimate how long a caller waits while *speech* is read aloud, pauses included.

    A written number counts as the words it is spoken as, so "47" is two.
    """
    return sum(_part_seconds(part) for part in speech)


def seconds_of(utterances: Iterable[Utterance]) -> float:
    return sum(seconds_to_say(utterance.parts) for utterance in utterances)


def _part_seconds(part: Part) -> float:
    match part:
        case Words(text=text):
            return _text_seconds(text)
        case Slow(text=text):
            return _text_seconds(text) * SLOW_FACTOR
        case Digits(text=text):
            return _text_seconds(spelled(text)) * SLOW_FACTOR
        case Silence(ms=ms):
            return ms / 1000
        case _:
            assert_never(part)


# Most of what is said is said in many places: an address, "Press 1.", and what is cut into pages before.
@lru_cache(maxsize=4096)
def _text_seconds(text: str) -> float:
    written = _WORD.findall(text)
    words = len(written) + sum(_further_words(word) for word in written if word.isdecimal())
    pauses = len(_COMMA.findall(text)) * _AFTER_COMMA_S + len(_SENTENCE_END.findall(text)) * _AFTER_SENTENCE_S
    return words * 60 / WORDS_PER_MINUTE + pauses


def _further_words(number: str) -> int:
    """Count what a written number is spoken as, after its first word."""
    value = int(number)
    if value < _TENS:
        return 0
    if value < _HUNDRED:
        return 0 if value % 10 == 0 else 1
    return len(number) - 1
