"""Words of a document as a scalar of a menu file."""

import json
import re

from ivr.domain.faq.reading.source import squeeze
from ivr.domain.yaml_source.characters import UNSPEAKABLE_ESCAPED

_MARKUP = re.compile(r"<(?=/?[A-Za-z])")
_LAST_OF_BASE = 0xFFFF


def quoted(text: str) -> str:
    """Write a double-quoted YAML scalar; what does not show is escaped, what no voice can say left out."""
    written = json.dumps(UNSPEAKABLE_ESCAPED.sub(" ", text), ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in written)


def menu_text(text: str) -> str:
    """Write words for the line to say: braces doubled, so that they name no slot; no mark-up."""
    text = _MARKUP.sub("less than ", text)
    return quoted(text if "${" in text else text.replace("{", "{{").replace("}", "}}"))


def changes_words(text: str) -> bool:
    return _MARKUP.search(text) is not None or UNSPEAKABLE_ESCAPED.search(text.replace("\n", " ")) is not None


def comment_text(text: str) -> str:
    return "".join(letter for letter in squeeze(text) if letter.isprintable())


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code <= _LAST_OF_BASE else f"\\U{code:08x}"
