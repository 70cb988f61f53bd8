"""Web addresses, mail addresses, telephone numbers and postal lines in the form in which they are spoken."""

import re

_URL = re.compile(
    r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)]"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|info|co\.uk|de|fr|es|it|eu|ch|at|nl|example)(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?(?!\w)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]*[\w+-]@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\w.,$€£-])(?:\+\d|\(\d|\d)[\d ().-]{5,18}\d(?![\w,]|[.-]\d)")
_HOUSE = re.compile(r"^\d{3,5}(?=\s)")
_POSTCODE = re.compile(r"\b\d{5}(?:-\d{4})?$")
_MARKS = {
    ".": "dot",
    "/": "slash",
    "-": "dash",
    "_": "underscore",
    "@": "at",
    "+": "plus",
    "?": "question mark",
}
_MARKS |= {"=": "equals", "&": "and", "#": "hash", ":": "colon", "%": "percent", "~": "tilde"}
_FEWEST_DIGITS = 7
_STREETS = {"Blvd": "Boulevard", "St": "Street", "Ave": "Avenue", "Rd": "Road", "Dr": "Drive", "Ln": "Lane"}
_STREETS |= {"Ct": "Court", "Sq": "Square", "Ste": "Suite", "Apt": "Apartment", "Pkwy": "Parkway"}
_QUARTERS = {"N": "North", "E": "East", "S": "South", "W": "West"}


def spelled(text: str) -> str:
    """Spell what a voice would stumble over; all other words stay."""
    text = _MAIL.sub(lambda found: _named(found[0]), text)
    text = _URL.sub(lambda found: _named(re.sub(r"^https?://", "", found[0], flags=re.IGNORECASE)), text)
    return _TELEPHONE.sub(lambda found: _telephone(found[0]), text)


def spelled_line(line: str) -> str:
    """One line of a postal address: house number and postcode digit by digit, street words in full."""
    line = _HOUSE.sub(lambda found: _digits(found[0]), line)
    line = _POSTCODE.sub(lambda found: _digits(found[0]), line)
    words = line.split(" ")
    is_street = any(word.strip(".,") in _STREETS for word in words[1:])
    return " ".join(_street_word(word) for word in words) if is_street else line


def _street_word(word: str) -> str:
    bare = word.rstrip(".,")
    ending = "," if word.endswith(",") else ""
    known = _STREETS.get(bare) or _QUARTERS.get(bare)
    return known + ending if known else word


def _named(address: str) -> str:
    spaced = "".join(f" {_MARKS[letter]} " if letter in _MARKS else letter for letter in address.rstrip("/"))
    return " ".join(spaced.split())


def _telephone(number: str) -> str:
    if sum(letter.isdigit() for letter in number) < _FEWEST_DIGITS:
        return number
    groups = re.findall(r"\d+", number)
    lead = "plus " if number.startswith("+") else ""
    return lead + ", ".join(_digits(group) for group in groups)


def _digits(number: str) -> str:
    return ", ".join(" ".join(part) for part in number.split("-"))
