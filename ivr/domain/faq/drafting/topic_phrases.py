"""An English question turned into what it is about: "How do I pay my bill" -> "paying your bill"."""

import re
from collections.abc import Callable

from ivr.domain.faq.drafting.verb_forms import after_past, gerund, third_person

_LETTER = r"[^\W\d_]"
_AUXILIARY = r"(?:can|could|do|should|must|may|will|would)"
_PERSON = r"(?P<who>I|we|you|one)"
_HOW = r"how (?:long|much|many|often|soon|far|late|early|big|fast)"
_WORD = rf"(?:what|which|when|where|why|who|whom|whose|how|{_HOW})"
_ARTICLE = r"(?:the|my|our|your|a|an|this|that|these|those|it|there)"
_BEING = r"(?P<aux>is|are|was|were)"
_MARKS = re.compile(
    r"\b(?:how|what|which|when|where|why|who|whose|can|could|does|did|are|would|should|the|my|your|to|for|with|"
    r"and|there|I|it|have|you)\b"
)
_SWAPPED = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "we": "you",
    "us": "you",
}
_SWAPPED |= {
    "our": "your",
    "ours": "yours",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
}
_COMPANY = "(we)"  # kept apart from a caller's "we" until the persons are swapped
_SWAPPED |= {"am": "are", _COMPANY: "we"}


def is_english(text: str) -> bool:
    return _MARKS.search(text[:1].lower() + text[1:] if not text.startswith("I ") else text) is not None


def worded(text: str) -> str:
    """Turn the question by the first rule that fits, and speak to the caller; else keep its words."""
    for pattern, turned in _RULES:
        found = pattern.fullmatch(text)
        if found:
            return _swapped(turned(found))
    return _swapped(text)


def _swapped(text: str) -> str:
    return " ".join(_SWAPPED.get(word.lower(), word) for word in text.split())


def _doing(words: str) -> str:
    """Put the first verb, and another one joined to it, into the form that follows "for"."""
    verb, _, rest = words.strip().partition(" ")
    joined = re.match(rf"(or|and) ({_LETTER}+)\b(.*)", rest)
    if joined:
        return f"{gerund(verb)} {joined[1]} {gerund(joined[2])}{joined[3]}"
    return f"{gerund(verb)} {rest}".strip()


def _of_verb(found: re.Match[str]) -> str:
    return _doing(found["verb"])


def _of_thing(found: re.Match[str]) -> str:
    return found["thing"]


def _of_past(found: re.Match[str]) -> str:
    verb = after_past(found["past"])
    return f"{verb} {found['thing']}" if verb else found[0]


def _of_my(found: re.Match[str]) -> str:
    article = "an" if found["thing"][0].lower() in "aeiou" else "a"
    return f"{article} {found['thing']} that {found['verb']}"


def _of_person(found: re.Match[str]) -> str:
    """Name the caller "you" and the company, which the question calls "you", "we"."""
    who = _COMPANY if found["who"].lower() == "you" else "I"
    auxiliary = "" if found["aux"].lower() == "do" else f"{found['aux'].lower()} "
    return f"{found['wh']} {who} {auxiliary}{found['verb']}"


def _of_does(found: re.Match[str]) -> str:
    auxiliary = found["aux"].lower()
    verb = third_person(found["verb"]) if auxiliary == "does" else found["verb"]
    return f"{found['wh']} {found['thing']} {verb if auxiliary in ('do', 'does') else f'{auxiliary} {verb}'}"


def _of_being(found: re.Match[str]) -> str:
    return f"{found['wh'] or 'whether'} {found['thing']} {found['aux'].lower()} {found['rest']}"


def _of_place(found: re.Match[str]) -> str:
    return f"{found['wh']} {found['thing']} {found['aux'].lower()}"


def _of_existence(found: re.Match[str]) -> str:
    return f"whether there {found['aux'].lower()} {found['thing']}"


_Turn = Callable[[re.Match[str]], str]


def _rule(pattern: str, turned: _Turn) -> tuple[re.Pattern[str], _Turn]:
    return re.compile(pattern, re.IGNORECASE), turned


_RULES = (
    _rule(rf"(?:how {_AUXILIARY} {_PERSON}|how to) (?P<verb>.+)", _of_verb),
    _rule(
        rf"(?:who|whom) {_AUXILIARY} {_PERSON} (?:contact|call|ask|speak to|talk to) "
        r"(?:for|about) (?P<thing>.+)",
        _of_thing,
    ),
    _rule(
        r"(?:I|we) (?:cannot|can't|can not|could not|couldn't|am unable to|am not able to) (?P<verb>.+)",
        lambda found: f"trouble {_doing(found['verb'])}",
    ),
    _rule(r"I (?:want|need|would like|wish|have) to (?P<verb>.+)", _of_verb),
    _rule(r"I(?: a|')m (?P<thing>.+)", _of_thing),
    _rule(r"I(?:'ve| have)(?: got)? (?P<thing>(?:a|an|the|no|two|some)\b.+)", _of_thing),
    _rule(rf"I(?:'ve| have)? (?P<past>{_LETTER}+) (?P<thing>.+)", _of_past),
    _rule(
        r"my (?P<thing>[^,]+?) "
        r"(?P<verb>(?:won't|will not|doesn't|does not|can't|cannot|is|isn't|has|keeps|was)\b.*)",
        _of_my,
    ),
    _rule(rf"(?:can|could|may|should|must) {_PERSON} (?P<verb>.+)", _of_verb),
    _rule(r"do I (?:need|have) to (?P<verb>.+)", _of_verb),
    _rule(r"do I (?P<thing>(?:need|have) .+)", lambda found: f"whether you {found['thing']}"),
    _rule(r"do you (?P<thing>.+)", lambda found: f"whether {_COMPANY} {found['thing']}"),
    _rule(r"am I (?P<thing>.+)", lambda found: f"whether you are {found['thing']}"),
    _rule(r"(?P<aux>is|are) there (?P<thing>.+)", _of_existence),
    _rule(r"what (?:is|are) (?P<thing>.+)", _of_thing),
    _rule(rf"(?P<wh>where|when|who|{_HOW}) (?P<aux>is|are) (?P<thing>(?:\S+ ){{0,2}}\S+)", _of_place),
    _rule(rf"(?P<wh>{_WORD}(?: \S+){{0,3}}?) (?P<aux>{_AUXILIARY}) {_PERSON} (?P<verb>.+)", _of_person),
    _rule(
        rf"(?P<wh>{_WORD}) (?P<aux>does|do|will|can|should) "
        rf"(?P<thing>(?:\S+ ){{0,3}}\S+) (?P<verb>{_LETTER}+)",
        _of_does,
    ),
    _rule(
        rf"(?:(?P<wh>{_WORD}) )?{_BEING} (?P<thing>(?:\S+ ){{0,3}}\S+) (?P<rest>{_LETTER}+(?:ed|ing|en))",
        _of_being,
    ),
    _rule(rf"(?:(?P<wh>{_WORD}) )?{_BEING} (?P<thing>{_ARTICLE} \S+) (?P<rest>.+)", _of_being),
)
