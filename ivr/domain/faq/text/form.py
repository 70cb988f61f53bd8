import re
from typing import Literal

Form = Literal["plain", "markdown", "html"]

_ENDINGS: dict[str, Form] = {
    "md": "markdown",
    "markdown": "markdown",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
}
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(r"<(?:h[1-6]|p|div|details|dl|section|article|script)\b[^<>]{0,200}>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} +\S.*|(?:\*\*|__)\S.*(?:\*\*|__) *)$", re.MULTILINE)
_FEWEST = 2
_HEAD_CHARACTERS = 2000


def form_of(file: str, text: str) -> Form:
    """Tell the form that the content shows, or else the one that the file's ending names."""
    ending = file.rpartition(".")[2].lower()
    is_tagged = len(_TAG.findall(text)) >= _FEWEST
    is_page = text.lstrip().startswith("<") and _PAGE.search(text, 0, _HEAD_CHARACTERS) is not None
    if is_page or (is_tagged and _ENDINGS.get(ending) != "markdown"):
        return "html"
    if _ENDINGS.get(ending) == "markdown" or len(_MARKDOWN.findall(text)) >= _FEWEST:
        return "markdown"
    return "plain"
