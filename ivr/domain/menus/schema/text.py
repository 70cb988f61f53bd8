"""What an operator writes to be said: a sentence, a list of pieces, or either in several languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Speech, Text, Words
from ivr.domain.yaml_source.suggestions import did_you_mean

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MARKUP = re.compile(r"</?[A-Za-z]")
_EXPANSION = re.compile(r"\$\{")
_PIECES = ("slow", "digits", "pause_ms")
_LONGEST_PAUSE_MS = 5000
_CLINGING = re.compile(r"[.,;:!?)]|['\u2019]s\b|-[a-z]")
_UNSUPPORTED = {"play": "recordings", "audio": "recordings"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A name in braces, replaced by what company.yaml says of it."""

    name: str


RawPart = Part | Slot
RawSpeech = tuple[RawPart, ...]


@dataclass(frozen=True, slots=True)
class RawText:
    """A text with its slots still open; the key None stands for the menu's first language."""

    by_language: Mapping[Language | None, RawSpeech]

    def slots(self) -> frozenset[str]:
        return frozenset(
            part.name for speech in self.by_language.values() for part in speech if isinstance(part, Slot)
        )


def raw_text(value: object) -> RawText:
    """Read a text as written. Raises ValueError, as "what; remedy"."""
    if isinstance(value, dict) and value and all(_LANGUAGE.fullmatch(str(key)) for key in value):
        return RawText({Language(str(tag)): _speech(said) for tag, said in value.items()})
    return RawText({None: _speech(value)})


TextIn = Annotated[
    RawText,
    PlainValidator(raw_text),
    WithJsonSchema(
        {
            "title": "text",
            "description": "A sentence, a list of pieces, or a map from language (en, de) to either.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/piece"}},
                {"type": "object", "patternProperties": {"^[a-z]{2,3}$": {"$ref": "#/$defs/speech"}}},
            ],
        }
    ),
]


def _speech(value: object) -> RawSpeech:
    if isinstance(value, str):
        return _with_slots(value)
    pieces = value if isinstance(value, list) else [value]
    speech = tuple(part for piece in pieces for part in _piece(piece))
    if not any(isinstance(part, Words | Slow | Digits | Slot) for part in speech):
        raise ValueError("there is nothing to say here; write the sentence")
    return speech


def _piece(piece: object) -> RawSpeech:
    if isinstance(piece, str):
        return _with_slots(piece)
    if isinstance(piece, bool):
        raise ValueError('expected text, got true or false; put it in quotes, as in "no"')  # noqa: TRY004 -- pydantic gathers ValueErrors
    if isinstance(piece, int):
        raise ValueError(f'expected text, got the number {piece}; quote it, as in "{piece}"')  # noqa: TRY004 -- pydantic gathers ValueErrors
    if isinstance(piece, dict) and len(piece) == 1:
        ((kind, inside),) = piece.items()
        return _marked(str(kind), inside)
    raise ValueError("this is no piece of speech; write a sentence, slow:, digits: or pause_ms:")


def _marked(kind: str, inside: object) -> RawSpeech:
    if kind == "pause_ms":
        if not isinstance(inside, int) or isinstance(inside, bool) or not 0 < inside <= _LONGEST_PAUSE_MS:
            raise ValueError(f"pause_ms is no number from 1 to {_LONGEST_PAUSE_MS}; write pause_ms: 500")
        return (Silence(ms=inside),)
    if kind in _UNSUPPORTED:
        raise ValueError(f"{_UNSUPPORTED[kind]} are not played by this line; write the words to be said")
    if kind not in _PIECES:
        near = did_you_mean(kind, _PIECES)
        hint = f"did you mean {near}?" if near else f"write one of {', '.join(_PIECES)}"
        raise ValueError(f'"{kind}" is no kind of speech; {hint}')
    if not isinstance(inside, str) or not inside.strip():
        raise ValueError(f"{kind}: holds no text; write what is to be said, in quotes")
    _plain(inside)
    if "{" in inside:
        raise ValueError(f"{kind}: holds a name in braces; write the slot as a piece of its own")
    return (Slow(text=inside.strip()),) if kind == "slow" else (Digits(text=inside.strip()),)


def _with_slots(text: str) -> RawSpeech:
    if not text.strip():
        raise ValueError("there is nothing to say here; write the sentence")
    _plain(text)
    if not ("{" in text or "}" in text) or _EXPANSION.search(text):
        # Shell-like names are never expanded, so that no secret of the environment can be read aloud.
        return (Words(text=text.strip()),)
    try:
        return tuple(_fields(text))
    except ValueError as error:
        raise ValueError(f"the braces make no slot ({error}); write {{company}}, or no braces") from error


def _fields(text: str) -> RawSpeech:
    parts: list[RawPart] = []
    for words, name, form, conversion in Formatter().parse(text):
        if words.strip():
            parts.append(Words(text=words.strip()))
        if name is None:
            continue
        if not re.fullmatch(r"[a-z_]+", name) or form or conversion:
            raise ValueError(f'"{{{name}}}" is no slot')
        parts.append(Slot(name))
    return tuple(parts)


def _plain(text: str) -> None:
    if found := _MARKUP.search(text):
        raise ValueError(f'markup ("{found[0]}…") is not read aloud; use slow:, digits: or pause_ms:')


def filled(raw: RawText, slots: Mapping[str, Text], first: Language) -> Text:
    """Replace the slots, in each language the text is written in; a name without a slot vanishes."""
    first_before_others = sorted(raw.by_language.items(), key=lambda item: (item[0] or first) != first)
    return Text(
        by_language={
            language or first: _filled_speech(speech, slots, language or first)
            for language, speech in first_before_others
        }
    )


def _filled_speech(speech: RawSpeech, slots: Mapping[str, Text], language: Language) -> Speech:
    if len(speech) == 1 and isinstance(speech[0], Words):
        return (speech[0],)
    parts: list[Part] = []
    for part in speech:
        inside = _slot_parts(part, slots, language) if isinstance(part, Slot) else (part,)
        for new in inside:
            if parts and isinstance(parts[-1], Words) and isinstance(new, Words):
                last = parts.pop()
                assert isinstance(last, Words)  # noqa: S101 -- type narrowing
                parts.append(Words(text=_glued(last.text, new.text)))
            else:
                parts.append(new)
    return tuple(parts)


def _glued(left: str, right: str) -> str:
    return left + right if _CLINGING.match(right) else f"{left} {right}"


def _slot_parts(slot: Slot, slots: Mapping[str, Text], language: Language) -> Speech:
    return slots[slot.name].said_in(language).parts if slot.name in slots else ()
