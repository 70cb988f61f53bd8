"""What an HTML element says: its words, its lines, its list items, the targets of its links."""

from collections.abc import Iterator

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ivr.domain.faq.reading.source import squeeze
from ivr.domain.faq.structure.faq_document import Bullets, Item

SILENT = frozenset({"script", "style", "template", "svg", "math", "object", "iframe"})
LISTS = frozenset({"ul", "ol", "menu"})
_BLOCKS = frozenset(
    {"p", "div", "li", "dd", "dt", "tr", "td", "th", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_DEEPEST = 6
_BREAK = "\n"


def attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else " ".join(value or ())


def fragments(tag: Tag, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the text below *tag*, a line break for `<br>`; elements named in *without* are left out."""
    waiting: list[PageElement] = list(reversed(tag.contents))
    while waiting:
        node = waiting.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):
                yield node.replace(_BREAK, " ").replace("\r", " ")
        elif isinstance(node, Tag) and node.name == "br":
            yield _BREAK
        elif isinstance(node, Tag) and node.name not in SILENT and node.name not in without:
            if node.name in _BLOCKS:
                yield " "
            waiting.extend(reversed(node.contents))


def words_of(tag: Tag) -> str:
    return squeeze("".join(fragments(tag)))


def broken_lines_of(tag: Tag) -> list[str]:
    return [text for text in (squeeze(line) for line in "".join(fragments(tag)).split(_BREAK)) if text]


def height_of(tag: Tag) -> int:
    """How many line ends lie inside the element, as far as they are in its text and comments."""
    return sum(node.count(_BREAK) for node in tag.descendants if isinstance(node, NavigableString))


def bullets_of_list(tag: Tag) -> Bullets:
    return Bullets(items=_items(tag, 1), is_numbered=tag.name == "ol")


def _items(tag: Tag, depth: int) -> tuple[Item, ...]:
    found: list[Item] = []
    for child in tag.children:
        if isinstance(child, Tag) and child.name in LISTS:
            found.extend(_items(child, depth + 1) if depth < _DEEPEST else [Item(text=words_of(child))])
        elif isinstance(child, Tag) and child.name not in SILENT:
            found.append(_item(child, depth))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            found.append(Item(text=squeeze(child)))
    return tuple(item for item in found if item.text or item.items)


def _item(tag: Tag, depth: int) -> Item:
    if depth >= _DEEPEST:
        return Item(text=words_of(tag))
    below = [one for one in tag.find_all(LISTS) if _parent_list(one, tag)]
    items = tuple(item for one in below for item in _items(one, depth + 1))
    return Item(text=squeeze("".join(fragments(tag, LISTS))), items=items)


def _parent_list(inner: Tag, item: Tag) -> bool:
    """Whether no other list stands between the item and its list."""
    parent = inner.parent
    while parent is not None and parent is not item:
        if parent.name in LISTS:
            return False
        parent = parent.parent
    return True


def rows_of_table(tag: Tag) -> Bullets:
    rows = (
        ", ".join(text for text in (words_of(cell) for cell in row.find_all(("td", "th"))) if text)
        for row in tag.find_all("tr")
    )
    return Bullets(items=tuple(Item(text=row) for row in rows if row))


def targets_of(tag: Tag) -> Iterator[tuple[str, str]]:
    """Yield (words, target) of each link at or below *tag* that leads elsewhere without saying where."""
    for link in [tag, *tag.find_all("a")]:
        target = attribute(link, "href") if link.name == "a" else ""
        words = words_of(link)
        shown = target.removeprefix("mailto:").removeprefix("tel:")
        if target and not target.startswith(("#", "javascript:")) and shown not in words:
            yield words, target


def is_contents(tag: Tag) -> bool:
    """Whether each entry of a list is only a link to a place of the same page."""
    links = tag.find_all("a")
    linked = squeeze(" ".join(words_of(link) for link in links))
    return (
        bool(links)
        and linked == words_of(tag)
        and all(attribute(link, "href").startswith("#") for link in links)
    )
