"""Speech in the carrier's markup: who reads it, how slowly, and in how many breaths."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, assert_never

from ivr.domain.prompts.durations import SLOW_RATE
from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Utterance, Words, spelled
from ivr.domain.prompts.voices import SAY_LIMITS, Voice

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets), and the control characters that it only
# advises against, because no voice can read them either.
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_AFTER_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")  # noqa: RUF001 -- full stops of Chinese and Japanese
# A sentence without end is cut there: a character takes up to six, spelled and escaped, and a Say has 3,000.
_LONGEST_PIECE: Final = 400
# Source: https://docs.aws.amazon.com/polly/latest/dg/break-tag.html, read November 2026.
_LONGEST_SILENCE_MS: Final = 10_000
_MARKUP: Final = re.compile(r"<[^>]*>|&[a-z]+;")


def plain(text: str) -> str:
    """Put text on one line, without what XML forbids: one such character loses the whole reply."""
    return " ".join(_UNSPEAKABLE.sub("", text).split())


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def say(utterances: Iterable[Utterance], voices: Mapping[Language, Voice]) -> str:
    """Write what is to be read aloud; "" where there is nothing that a voice could read."""
    return "".join(_says(utterance, voices[utterance.language]) for utterance in utterances)


def _says(utterance: Utterance, voice: Voice) -> str:
    opening = f'<Say voice="{escaped(voice.name)}" language="{escaped(voice.locale)}">'
    return "".join(f"{opening}{breath}</Say>" for breath in _breaths(utterance, voice))


def _breaths(utterance: Utterance, voice: Voice) -> Iterable[str]:
    whole = " ".join(_pieces(utterance.parts, voice))
    if len(whole) <= (limit := SAY_LIMITS[voice.family]):
        breaths: Iterable[str] = (whole,)
    else:
        sentences = (sentence for part in utterance.parts for sentence in _sentences(part))
        breaths = _shared_out(_pieces(sentences, voice), limit)
    # A Say of silences and signs alone fails.
    return (breath for breath in breaths if any(map(str.isalnum, _MARKUP.sub("", breath))))


def _shared_out(pieces: Iterable[str], limit: int) -> Iterator[str]:
    """Fill one Say after the other. Markup counts as well: Google's voices count it, the others take more."""
    breath = ""
    for piece in pieces:
        longer = f"{breath} {piece}" if breath else piece
        if len(longer) <= limit:
            breath = longer
        else:
            yield breath
            breath = piece
    yield breath


def _pieces(parts: Iterable[Part], voice: Voice) -> list[str]:
    return [piece for part in parts if (piece := _piece(part, voice))]


def _piece(part: Part, voice: Voice) -> str:
    match part:
        case Words(text=text):
            return escaped(plain(text))
        case Digits(text=text):
            return escaped(plain(spelled(text)))
        case Slow(text=text):
            words = escaped(plain(text))
            slow = words and voice.reads_markup
            return f'<prosody rate="{SLOW_RATE}">{words}</prosody>' if slow else words
        case Silence(ms=ms):
            # The basic voices read no markup; they rest at a full stop of their own accord.
            audible = ms > 0 and voice.reads_markup
            return f'<break time="{min(ms, _LONGEST_SILENCE_MS)}ms" />' if audible else ""
        case _:
            assert_never(part)


def _sentences(part: Part) -> Iterator[Part]:
    match part:
        case Words() | Slow() | Digits():
            for sentence in _AFTER_SENTENCE.split(plain(part.text)):
                for piece in textwrap.wrap(sentence, _LONGEST_PIECE, break_on_hyphens=False):
                    yield replace(part, text=piece)
        case Silence():
            yield part
        case _:
            assert_never(part)
