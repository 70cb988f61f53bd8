import re

_LINE_END = re.compile(r"\r\n|\r|\n")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_FOLDED_AWAY = re.compile(r"[\W_]+")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00ad": None})


def lines_of(text: str) -> list[str]:
    """Split where editors count a line; `str.splitlines` also splits at form feeds and shifts the count."""
    return _LINE_END.split(text)


def squeeze(text: str) -> str:
    """Even white space, no-break spaces and control characters to one blank; words stay as they are."""
    return _GAP.sub(" ", _INVISIBLE.sub("", text)).strip()


def fold(text: str) -> str:
    """Bring two wordings that count as the same to one form: letters and digits, case and quotes aside."""
    return _FOLDED_AWAY.sub(" ", squeeze(text).translate(_QUOTES).casefold()).strip()


def has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
