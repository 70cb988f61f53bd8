from ivr.domain.faq.reading.source import has_words, squeeze
from ivr.domain.faq.structure.faq_document import LineRange

_BREAK = "\n"


class WordList:
    """The words of an HTML paragraph as they come in, with their lines and whether the first line is bold."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._first = 0
        self._last = 0
        self._is_bold = True

    def add(self, text: str, first: int, last: int, *, is_bold: bool) -> None:
        self._parts.append(text.replace(_BREAK, " "))
        if not squeeze(text):
            return
        self._first = self._first or first
        self._last = last
        if has_words(text) and not is_bold and _BREAK not in self._parts:
            self._is_bold = False

    def break_line(self) -> None:
        if squeeze("".join(self._parts)):
            self._parts.append(_BREAK)

    def take(self) -> tuple[list[str], LineRange, bool]:
        """(lines without blank ones, their place, first line is bold); what was taken is gone."""
        texts = [text for text in (squeeze(line) for line in "".join(self._parts).split(_BREAK)) if text]
        taken = (texts, LineRange(first=self._first, last=self._last), self._is_bold)
        self._parts, self._first, self._last, self._is_bold = [], 0, 0, True
        return taken
