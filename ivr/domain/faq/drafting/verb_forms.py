"""Forms of English verbs that a label needs."""

_PASTS = {"lost": "losing", "forgot": "forgetting", "got": "getting", "bought": "buying", "broke": "breaking"}
_PASTS |= {"paid": "paying", "sent": "sending", "found": "finding", "left": "leaving", "sold": "selling"}
_PASTS |= {"forgotten": "forgetting", "broken": "breaking", "made": "making", "chose": "choosing"}
_VOWELS = "aeiou"
_DOUBLED = frozenset(
    {"submit", "refer", "transfer", "admit", "permit", "begin", "forget", "prefer", "occur", "format"}
)
_FORMS = {
    "be": "being",
    "am": "being",
    "have": "having",
    "see": "seeing",
    "agree": "agreeing",
    "die": "dying",
}
_PERSONS = {"have": "has", "do": "does", "go": "goes", "be": "is"}
_SHORTEST_DOUBLED = 3


def gerund(verb: str) -> str:
    lower = verb.lower()
    if lower in _FORMS:
        return _FORMS[lower]
    if lower.endswith("ie"):
        return f"{lower[:-2]}ying"
    if lower.endswith("e") and not lower.endswith(("ee", "ye", "oe")):
        return f"{lower[:-1]}ing"
    if lower in _DOUBLED or _is_short(lower):
        return f"{lower}{lower[-1]}ing"
    return f"{lower}ing"


def after_past(verb: str) -> str | None:
    """Return "losing" for "lost", "moving" for "moved"; None for what is no past form."""
    lower = verb.lower()
    if lower.endswith("ed") and not lower.endswith(("eed", "need")):
        return f"{lower[:-2]}ing"
    return _PASTS.get(lower)


def third_person(verb: str) -> str:
    lower = verb.lower()
    if lower in _PERSONS:
        return _PERSONS[lower]
    if lower.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{lower}es"
    if lower.endswith("y") and lower[-2:-1] not in _VOWELS:
        return f"{lower[:-1]}ies"
    return f"{lower}s"


def _is_short(verb: str) -> bool:
    """Whether one vowel stands between consonants, as in "get" or "ship", so that the last letter doubles."""
    if len(verb) < _SHORTEST_DOUBLED or verb[-1] in f"{_VOWELS}wxy" or verb[-3] in _VOWELS:
        return False
    return verb[-2] in _VOWELS and sum(letter in _VOWELS for letter in verb) == 1
