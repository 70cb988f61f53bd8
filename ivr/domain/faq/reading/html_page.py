"""An HTML FAQ as pieces: headings, `<details>`, `<dl>`, schema.org microdata, bold questions."""

from collections.abc import Iterator

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag

from ivr.domain.faq.reading import html_elements as tags
from ivr.domain.faq.reading.html import soup_of
from ivr.domain.faq.reading.paragraphs import passage_pieces, refined
from ivr.domain.faq.reading.source import fold, has_words, squeeze
from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import Address, Block, Bullets, LineRange, Paragraph, texts_of
from ivr.domain.faq.structure.wording import asks
from ivr.domain.faq.text.boilerplate import is_furniture
from ivr.domain.faq.text.line_markers import without_number
from ivr.domain.faq.text.words import WordList

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FURNITURE = frozenset(
    {"nav", "footer", "aside", "form", "select", "button", "noscript", "title", "textarea", "label"}
)
_ASKED = ("summary", "dt")
_STRUCTURE = (*_HEADINGS, "summary", "dt", "details", "button", "div", "p", "table")
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
    )
) | frozenset(
    ("kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr")
)
_BOLD = ("b", "strong")


def page_pieces(html: str) -> tuple[Piece, ...]:
    """Promise: every visible word is in a piece; scripts and styles hold no words for a caller.

    A page that no parser accepts is one stray.
    """
    text = html.replace("\r\n", "\n").replace("\r", "\n")
    try:
        soup = soup_of(text)
    except (ParserRejectedMarkup, RecursionError):
        last = text.count("\n") + 1
        return (Stray(text=squeeze(text), why="broken HTML", lines=LineRange(first=1, last=last)),)
    return refined(list(_Walk().pieces(soup)))


class _Walk:
    """Goes through the page in its order, without recursion: pages nest as deep as they like."""

    def __init__(self) -> None:
        self._line = 1
        self._words = WordList()
        self._bold: list[Tag] = []

    def pieces(self, soup: BeautifulSoup) -> Iterator[Piece]:
        waiting: list[tuple[PageElement, bool]] = [(soup, False)]
        while waiting:
            node, is_left = waiting.pop()
            if isinstance(node, NavigableString):
                yield from self._text(node)
            elif isinstance(node, Tag) and is_left:
                yield from self._leave(node)
            elif isinstance(node, Tag):  # pragma: no branch -- a page holds texts and tags, nothing else
                self._line = max(self._line, node.sourceline or 0)
                whole = self._whole(node)
                if whole is not None:
                    yield from self._flushed()
                    yield from whole
                    self._line += tags.height_of(node)
                else:
                    yield from self._enter(node)
                    waiting.append((node, True))
                    waiting.extend((child, False) for child in reversed(node.contents))
        yield from self._flushed()

    def _text(self, node: NavigableString) -> Iterator[Piece]:
        if isinstance(node, Comment):
            yield from self._stray(squeeze(node), "comment", self._here(node))
        elif not isinstance(node, PreformattedString):
            lead = len(node) - len(node.lstrip())
            first = self._line + node.count("\n", 0, lead)
            last = self._line + node.rstrip().count("\n")
            self._words.add(node, first, max(first, last), is_bold=bool(self._bold))
        self._line += node.count("\n")

    def _enter(self, node: Tag) -> Iterator[Piece]:
        if node.name == "br":
            self._words.break_line()
        elif node.name in _BOLD:
            self._bold.append(node)
        elif node.name not in _INLINE:
            yield from self._flushed()
        if node.name == "a":
            yield from _targets(node, self._line)
        if node.name == "img" and tags.attribute(node, "alt"):
            self._words.add(tags.attribute(node, "alt"), self._line, self._line, is_bold=bool(self._bold))

    def _leave(self, node: Tag) -> Iterator[Piece]:
        if node.name in _BOLD:
            self._bold.pop()
        elif node.name not in _INLINE:
            yield from self._flushed()

    def _flushed(self) -> Iterator[Piece]:
        texts, lines, is_bold = self._words.take()
        text = " ".join(texts)
        if not has_words(text):
            yield from self._stray(text, "no words", lines)
        elif is_furniture(text):
            yield from self._stray(text, "page furniture", lines)
        else:
            yield from passage_pieces(texts, lines, is_bold=is_bold)

    def _here(self, node: PageElement) -> LineRange:
        height = tags.height_of(node) if isinstance(node, Tag) else str(node).count("\n")
        return LineRange(first=self._line, last=self._line + height)

    def _stray(self, text: str, why: str, lines: LineRange) -> Iterator[Piece]:
        if text:
            yield Stray(text=text, why=why, lines=lines)

    def _whole(self, node: Tag) -> list[Piece] | None:
        """Return the pieces of an element that is read as a whole; None where its children are walked."""
        if node.name in tags.SILENT:
            return []
        if node.name in tags.LISTS or node.name in ("table", "address"):
            return self._gathered(node)
        if node.name in _FURNITURE or tags.attribute(node, "role") == "navigation":
            return self._furniture(node)
        return self._named(node)

    def _furniture(self, node: Tag) -> list[Piece]:
        lines = self._here(node)
        words = tags.words_of(node)
        if node.name in ("button", "label") and asks(words):
            return [QuestionBlock(text=without_number(words), lines=lines)]
        return list(self._stray(words, "page furniture", lines))

    def _named(self, node: Tag) -> list[Piece] | None:
        text = _question_of(node)
        if text:
            lines = self._here(node)
            return [QuestionBlock(text=without_number(text), lines=lines), *_targets_below(node, lines.first)]
        if node.name in _HEADINGS:
            return self._heading(node, self._here(node))
        return None

    def _heading(self, node: Tag, lines: LineRange) -> list[Piece]:
        text = without_number(tags.words_of(node))
        if not has_words(text):
            return list(self._stray(text, "no words", lines))
        heading = Heading(text=text, level=int(node.name[1]), is_sure=True, lines=lines)
        return [heading, *_targets_below(node, lines.first)]

    def _gathered(self, node: Tag) -> list[Piece] | None:
        if node.name != "address" and node.find(_STRUCTURE) is not None:
            return None
        lines = self._here(node)
        if node.name == "address":
            texts = tags.broken_lines_of(node)
            block: Block = Address(lines=tuple(texts)) if len(texts) > 1 else Paragraph(text=" ".join(texts))
            return [AnswerBlock(block=block, lines=lines)] if has_words("".join(texts)) else []
        if node.name in tags.LISTS and tags.is_contents(node):
            return list(self._stray(tags.words_of(node), "table of contents", lines))
        bullets: Bullets = tags.rows_of_table(node) if node.name == "table" else tags.bullets_of_list(node)
        if fold(" ".join(texts_of(bullets))) != fold(tags.words_of(node)):
            return None
        said: list[Piece] = [AnswerBlock(block=bullets, lines=lines)] if bullets.items else []
        return [*said, *_targets_below(node, lines.first)]


def _question_of(node: Tag) -> str:
    """Return what the element asks by its name or its microdata; empty where it is no question."""
    if node.name in _ASKED:
        return tags.words_of(node)
    if tags.attribute(node, "itemprop") != "name":
        return ""
    scope = node.find_parent(itemscope=True)
    if scope is None or not tags.attribute(scope, "itemtype").rstrip("/").endswith("schema.org/Question"):
        return ""
    return tags.words_of(node) or squeeze(tags.attribute(node, "content"))


def _targets(link: Tag, line: int) -> Iterator[Stray]:
    for words, target in tags.targets_of(link):
        yield Stray(text=target, why=f'target of the link "{words}"', lines=LineRange(first=line, last=line))


def _targets_below(node: Tag, line: int) -> Iterator[Stray]:
    for link in node.find_all("a"):
        yield from _targets(link, link.sourceline or line)
