"""A Markdown FAQ as pieces."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ivr.domain.faq.reading.html_page import page_pieces
from ivr.domain.faq.reading.markdown_inline import first_is_bold, targets_of, texts_of_inline
from ivr.domain.faq.reading.paragraphs import passage_pieces, refined
from ivr.domain.faq.reading.source import has_words, lines_of, squeeze
from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import Block, Bullets, Item, LineRange, Paragraph, texts_of
from ivr.domain.faq.structure.heading_levels import shifted
from ivr.domain.faq.structure.wording import asks, tells
from ivr.domain.faq.text.line_markers import without_number

_FRONT_MATTER = "---"
_MOST_FRONT_LINES = 60
_LISTS = ("bullet_list", "ordered_list")


def markdown_pieces(text: str) -> tuple[Piece, ...]:
    """Promise: each line with words is in the lines of a piece; targets of links are listed as strays."""
    source = lines_of(text)
    front = _front_matter(source)
    body = "\n".join([""] * front + source[front:])
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(body))
    reader = _Reader(source)
    pieces = [piece for node in tree.children for piece in reader.pieces(node)]
    covered = {line for piece in pieces for line in range(piece.lines.first, piece.lines.last + 1)}
    strays = _uncovered(source, covered, front)
    return refined(sorted((*pieces, *strays), key=lambda piece: piece.lines.first))


def _front_matter(source: Sequence[str]) -> int:
    """How many lines of settings some site makers expect above the text."""
    if source[0].strip() != _FRONT_MATTER:
        return 0
    ends = (
        at for at, line in enumerate(source[1:_MOST_FRONT_LINES], start=1) if line.strip() == _FRONT_MATTER
    )
    end = next(ends, 0)
    return end + 1 if end and all(":" in line or not line.strip() for line in source[1:end]) else 0


def _uncovered(source: Sequence[str], covered: set[int], front: int) -> Iterator[Stray]:
    for number, line in enumerate(source, start=1):
        words = squeeze(line)
        if words and number not in covered:
            why = (
                "front matter"
                if number <= front
                else "Markdown without text"
                if has_words(words)
                else "no words"
            )
            yield Stray(text=words, why=why, lines=LineRange(first=number, last=number))


class _Reader:
    def __init__(self, source: Sequence[str]) -> None:
        self._source = source

    def pieces(self, node: SyntaxTreeNode) -> Iterator[Piece]:
        if node.type == "heading":
            yield from self._heading(node)
        elif node.type == "paragraph":
            yield from self._paragraph(node)
        elif node.type in _LISTS:
            yield from self._list(node)
        elif node.type in ("fence", "code_block"):
            yield from self._said(Paragraph(text=squeeze(node.content)), node)
        elif node.type == "html_block":
            yield from shifted(page_pieces(node.content), self._lines(node).first - 1)
        elif node.type == "table":
            yield from self._said(Bullets(items=tuple(_rows(node))), node)
            yield from self._targets(node)
        else:
            for child in node.children:
                yield from self.pieces(child)

    def _lines(self, node: SyntaxTreeNode) -> LineRange:
        first, end = node.map or (0, 1)
        last = min(end, len(self._source))
        while last > first + 1 and not squeeze(self._source[last - 1]):
            last -= 1
        return LineRange(first=first + 1, last=max(last, first + 1))

    def _said(self, block: Block, node: SyntaxTreeNode) -> Iterator[Piece]:
        if isinstance(block, Bullets) or (isinstance(block, Paragraph) and has_words(block.text)):
            yield AnswerBlock(block=block, lines=self._lines(node))

    def _targets(self, node: SyntaxTreeNode) -> Iterator[Stray]:
        for text, target in targets_of(node):
            yield Stray(text=target, why=f'target of the link "{text}"', lines=self._lines(node))

    def _heading(self, node: SyntaxTreeNode) -> Iterator[Piece]:
        text = " ".join(texts_of_inline(node))
        if has_words(text):
            level = int(node.tag[1:])
            yield Heading(text=without_number(text), level=level, is_sure=True, lines=self._lines(node))
        yield from self._targets(node)

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[Piece]:
        texts = texts_of_inline(node)
        if has_words(" ".join(texts)):
            yield from passage_pieces(texts, self._lines(node), is_bold=first_is_bold(node))
        yield from self._targets(node)

    def _list(self, node: SyntaxTreeNode) -> Iterator[Piece]:
        if all(_is_entry(item) for item in node.children):
            for item in node.children:
                yield Stray(text=" ".join(_texts(item)), why="table of contents", lines=self._lines(item))
        elif all(_is_question(item) for item in node.children):
            for item in node.children:
                yield from self._question(item)
        else:
            items = tuple(_item(item) for item in node.children)
            yield from self._said(Bullets(items=items, is_numbered=node.type == "ordered_list"), node)
            yield from self._targets(node)
            yield from self._strays(node)

    def _strays(self, node: SyntaxTreeNode) -> Iterator[Piece]:
        for block in node.walk():
            if block.type == "html_block":
                pieces = shifted(page_pieces(block.content), self._lines(block).first - 1)
                yield from (piece for piece in pieces if isinstance(piece, Stray))

    def _question(self, item: SyntaxTreeNode) -> Iterator[Piece]:
        texts = texts_of_inline(item.children[0])
        lines = self._lines(item.children[0])
        yield QuestionBlock(text=texts[0], lines=lines)
        yield from passage_pieces(texts[1:], lines, is_bold=False)
        yield from self._targets(item.children[0])
        for child in item.children[1:]:
            yield from self.pieces(child)


def _texts(node: SyntaxTreeNode) -> list[str]:
    """Return the texts of a node and of all below it, lists aside."""
    if node.type in ("paragraph", "heading"):
        return texts_of_inline(node)
    if node.type in ("fence", "code_block"):
        return [squeeze(node.content)]
    if node.type == "html_block":
        return [squeeze(words) for words in _page_texts(node.content)]
    return [text for child in node.children if child.type not in _LISTS for text in _texts(child)]


def _page_texts(html: str) -> Iterator[str]:
    for piece in page_pieces(html):
        if isinstance(piece, AnswerBlock):
            yield from texts_of(piece.block)
        elif not isinstance(piece, Stray):
            yield piece.text


def _item(node: SyntaxTreeNode) -> Item:
    below = [item for child in node.children if child.type in _LISTS for item in child.children]
    return Item(text=squeeze(" ".join(_texts(node))), items=tuple(_item(item) for item in below))


def _is_entry(item: SyntaxTreeNode) -> bool:
    """Whether a list item is nothing but a link to a place in the same document."""
    links = [node for node in item.walk() if node.type == "link"]
    words = squeeze("".join(_texts(item)))
    linked = squeeze("".join(text for link in links for text in texts_of_inline(link)))
    return (
        bool(links)
        and words == linked
        and all(str(link.attrs.get("href", "")).startswith("#") for link in links)
    )


def _is_question(item: SyntaxTreeNode) -> bool:
    if not item.children or item.children[0].type != "paragraph":
        return False
    texts = texts_of_inline(item.children[0])
    has_answer = len(texts) > 1 or len(item.children) > 1
    return (
        bool(texts)
        and has_answer
        and (asks(texts[0]) or (tells(texts[0]) and first_is_bold(item.children[0])))
    )


def _rows(table: SyntaxTreeNode) -> Iterator[Item]:
    for row in table.walk():
        if row.type == "tr":
            cells = [" ".join(texts_of_inline(cell)) for cell in row.children]
            yield Item(text=", ".join(cell for cell in cells if cell))
