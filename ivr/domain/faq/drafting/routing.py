"""Which line an answer sends its reader to, judged by its own words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.domain.faq.reading.source import squeeze

_CLAUSE = re.compile(r"(?<=[.!?;:])\s+|,\s+|\s+\bbut\b\s+|\n+")
_REACHING = re.compile(
    r"\b(?:contact(?:ing|ed)?|call(?:ing)?|phone|telephone|ring|reach(?:ing)?(?:\s+out\s+to)?|e-?mail(?:ing)?|ask(?:ing)?|"
    r"speak(?:ing)?\s+(?:to|with)|talk(?:ing)?\s+(?:to|with)|writ(?:e|ing)\s+to|get\s+in\s+touch\s+with|refer\s+to|"
    r"notify(?:ing)?|inform(?:ing)?|tell|see|visit)\b",
    re.IGNORECASE,
)
_REFUSING = re.compile(
    r"\b(?:cannot|can\s?not|can['\u2019]t|will\s+not|won['\u2019]t|does\s+not|doesn['\u2019]t|do\s+not|don['\u2019]t|"
    r"is\s+not|isn['\u2019]t|are\s+not|aren['\u2019]t|never|unable)\b",
    re.IGNORECASE,
)
_BARRED = re.compile(
    r"\b(?:do\s+not|don['\u2019]t|never|not|without|instead\s+of|rather\s+than|no\s+need\s+to|cannot|can['\u2019]t)\b"
    r"(?:\s+\w+){0,3}\s*$",
    re.IGNORECASE,
)
_NEAR = 60
_NEXT_WORDS = 25
_AROUND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """A line and the names that answers call it by, such as "TAM" and "Technical Account Manager"."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """*because* quotes the words that decided, or says that none did."""

    line: str | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    line: str
    name: str
    clause: str
    start: int
    end: int


def route_of(question: str, answer_text: str, lines: Sequence[LineWords]) -> Route:
    """Propose the line that the answer tells to reach, else one that it names as acting, else none.

    A line that the answer says cannot help is not proposed for that. The question decides only when the
    answer is silent.
    """
    mentions = list(_mentions(answer_text, lines))
    for mention in mentions:
        if _is_to_be_reached(mention):
            return Route(line=mention.line, because=f'the answer says "{_quoted(mention)}"')
    for mention in mentions:
        if not _is_ruled_out(mention) and _is_named(mention):
            return Route(line=mention.line, because=f'the answer names "{_quoted(mention)}"')
    for mention in _mentions(question, lines):
        if not _is_ruled_out(mention) and _is_named(mention):
            return Route(line=mention.line, because=f'the question names "{_quoted(mention)}"')
    if mentions:
        return Route(line=None, because=f'the answer rules it out: "{_quoted(mentions[0])}"')
    return Route(line=None, because="neither the answer nor the question names a line")


def _mentions(text: str, lines: Sequence[LineWords]) -> Iterator[_Mention]:
    names = sorted(
        ((squeeze(name), line.id) for line in lines for name in line.names if squeeze(name)),
        key=lambda named: -len(named[0]),
    )
    if not names:
        return
    known = {name.casefold(): line for name, line in reversed(names)}
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name, _ in names), re.IGNORECASE)
    for clause in _CLAUSE.split(text):
        words = squeeze(clause)
        for found in pattern.finditer(words):
            line = known.get(found[0].casefold())
            if line is not None:
                yield _Mention(line=line, name=found[0], clause=words, start=found.start(), end=found.end())


def _is_to_be_reached(mention: _Mention) -> bool:
    before = mention.clause[: mention.start]
    reaching = [found for found in _REACHING.finditer(before) if mention.start - found.end() <= _NEAR]
    return bool(reaching) and not _BARRED.search(before[: reaching[-1].start()])


def _is_ruled_out(mention: _Mention) -> bool:
    after = mention.clause[mention.end : mention.end + _NEXT_WORDS]
    return _REFUSING.search(after) is not None or _BARRED.search(mention.clause[: mention.start]) is not None


def _is_named(mention: _Mention) -> bool:
    """A name of one word counts only when written as a name: "we support Windows" names no line."""
    return " " in mention.name or mention.name[0].isupper() or not mention.name[0].isalpha()


def _quoted(mention: _Mention) -> str:
    start = max(0, mention.start - _AROUND)
    end = min(len(mention.clause), mention.end + _AROUND)
    before = mention.clause[start : mention.start]
    after = mention.clause[mention.end : end]
    before = before if start == 0 else "..." + before.partition(" ")[2]
    after = after if end == len(mention.clause) else after.rpartition(" ")[0] + "..."
    return f"{before}{mention.name}{after}"
