"""What a caller hears, before any voice reads it: parts of speech in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NewType, assert_never

Language = NewType("Language", str)
"""Primary tag of a language in lower case, such as "en"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Ordinary sentences, read at the voice's own pace."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """Something a caller writes down while listening, such as a postal address."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """Characters read one by one, such as a postal code."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    ms: int


Part = Words | Slow | Digits | Silence
Speech = tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One stretch of speech in one language, so that one voice can read it."""

    language: Language
    parts: Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One thing to say, in every language it was written in; the first is the fall-back."""

    by_language: Mapping[Language, Speech]

    def said_in(self, language: Language) -> Utterance:
        """Give the speech in *language*, or in the first language it exists in."""
        if language in self.by_language:
            return Utterance(language=language, parts=self.by_language[language])
        first = next(iter(self.by_language))
        return Utterance(language=first, parts=self.by_language[first])

    def words_in(self, language: Language) -> str:
        return plain_words(self.said_in(language).parts)


def spelled(text: str) -> str:
    """Space the characters out, since voices read "94404" as one number and "9 4 4 0 4" digit by digit.

    Source: Twilio's text-to-speech page on how numbers are read.
    """
    return " ".join(character for character in text if not character.isspace())


def plain_words(parts: Speech) -> str:
    """Join what is said to one line of text, as a transcript shows it; silences vanish."""
    said: list[str] = []
    for part in parts:
        match part:
            case Words(text=text) | Slow(text=text):
                said.append(text)
            case Digits(text=text):
                said.append(spelled(text))
            case Silence():
                continue
            case _:
                assert_never(part)
    return " ".join(" ".join(said).split())


def joined(utterances: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """Merge neighbours of one language, so that a voice is not started twice in a row."""
    merged: list[Utterance] = []
    for utterance in utterances:
        if not utterance.parts:
            continue
        if merged and merged[-1].language == utterance.language:
            last = merged.pop()
            utterance = Utterance(language=last.language, parts=last.parts + utterance.parts)  # noqa: PLW2901 -- the merged one takes its place
        merged.append(utterance)
    return tuple(merged)
