"""The menu's answers against the FAQ document as it is now."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ivr.domain.faq.reading.source import fold, squeeze
from ivr.domain.faq.structure.faq_document import Block, Faq, LineRange, Question, texts_of
from ivr.domain.yaml_source.location import Spot

FINGERPRINT_CHARACTERS = 12
_ALIKE = 0.8
_TELLING_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """What the menu remembers of the document: the question, the answer's fingerprint, file and lines then.

    *spot* is where the menu keeps the answer.
    """

    question: str
    fingerprint: str
    file: str
    lines: LineRange
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    was: KnownAnswer
    now: Question
    what: Literal["answer", "question", "question and answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    was: KnownAnswer
    now: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    changed: tuple[Changed, ...]
    added: tuple[Question, ...]
    removed: tuple[KnownAnswer, ...]
    same: tuple[Same, ...]


def fingerprint(blocks: Sequence[Block]) -> str:
    """12 hex digits that stay as long as no word or mark changes; white space and list form do not count."""
    texts = " ".join(squeeze(text) for block in blocks for text in texts_of(block))
    return hashlib.sha256(texts.encode("utf-8", "replace")).hexdigest()[:FINGERPRINT_CHARACTERS]


def drift(was: Sequence[KnownAnswer], now: Faq) -> Drift:
    """Pair by the question's words, then by a long answer's, then by likeness; each side is paired once."""
    pairs = _pairs(was, now.questions)
    paired_now = set(pairs.values())
    known = [(one, now.questions[pairs[at]]) for at, one in enumerate(was) if at in pairs]
    return Drift(
        changed=tuple(change for one, question in known for change in _changes(one, question)),
        added=tuple(question for at, question in enumerate(now.questions) if at not in paired_now),
        removed=tuple(one for at, one in enumerate(was) if at not in pairs),
        same=tuple(
            Same(was=one, now=question) for one, question in known if not list(_changes(one, question))
        ),
    )


def _changes(one: KnownAnswer, question: Question) -> Iterator[Changed]:
    is_reworded = squeeze(one.question) != question.text
    is_answered_anew = one.fingerprint != fingerprint(question.answer)
    if is_reworded and is_answered_anew:
        yield Changed(was=one, now=question, what="question and answer")
    elif is_reworded:
        yield Changed(was=one, now=question, what="question")
    elif is_answered_anew:
        yield Changed(was=one, now=question, what="answer")


def _pairs(was: Sequence[KnownAnswer], now: Sequence[Question]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    _match(pairs, [fold(one.question) for one in was], [fold(one.text) for one in now])
    _match(pairs, [one.fingerprint for one in was], [_telling(one) for one in now])
    free_now = [at for at in range(len(now)) if at not in set(pairs.values())]
    for at, one in enumerate(was):
        if at in pairs or not free_now:
            continue
        likeness, best = max((_likeness(one.question, now[other].text), -other) for other in free_now)
        if likeness >= _ALIKE:
            pairs[at] = -best
            free_now.remove(-best)
    return pairs


def _telling(question: Question) -> str:
    """Give the fingerprint of an answer long enough to be told by; "Yes." may answer any question."""
    length = sum(len(text) for block in question.answer for text in texts_of(block))
    return fingerprint(question.answer) if length >= _TELLING_CHARACTERS else ""


def _match(pairs: dict[int, int], was: Sequence[str], now: Sequence[str]) -> None:
    taken = set(pairs.values())
    places: dict[str, list[int]] = {}
    for at, text in enumerate(now):
        if at not in taken:
            places.setdefault(text, []).append(at)
    for at, text in enumerate(was):
        if at not in pairs and places.get(text):
            pairs[at] = places[text].pop(0)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio()
