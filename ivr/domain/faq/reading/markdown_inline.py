"""The words of a Markdown paragraph, and the targets of its links."""

from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from ivr.domain.faq.reading.source import has_words, squeeze

_BREAK = "\n"


def texts_of_inline(node: SyntaxTreeNode) -> list[str]:
    """Return the lines as the paragraph breaks them, blanks evened, empty ones left out."""
    words = "".join(_fragments(node))
    return [text for text in (squeeze(line) for line in words.split(_BREAK)) if text]


def first_is_bold(node: SyntaxTreeNode) -> bool:
    """Whether all words up to the first line break are bold; a mark such as "?" may follow outside."""
    is_bold = False
    for child in (child for inline in node.children for child in inline.children):
        if child.type in ("softbreak", "hardbreak"):
            break
        if child.type == "strong":
            is_bold = True
        elif has_words("".join(_fragments(child))):
            return False
    return is_bold


def targets_of(node: SyntaxTreeNode) -> Iterator[tuple[str, str]]:
    """(words, target) of each link that leads elsewhere and whose target the words do not show already."""
    for link in node.walk():
        if link.type != "link":
            continue
        target = str(link.attrs.get("href", ""))
        words = squeeze("".join(_fragments(link)))
        shown = target.removeprefix("mailto:").removeprefix("tel:")
        if target and not target.startswith("#") and shown not in words:
            yield words, target


def _fragments(node: SyntaxTreeNode) -> Iterator[str]:
    if node.type in ("softbreak", "hardbreak"):
        yield _BREAK
    elif node.type == "html_inline":
        yield _BREAK if node.content.lower().startswith("<br") else ""
    elif node.type in ("text", "code_inline", "text_special", "image"):
        yield node.content.replace(_BREAK, " ")
    else:
        for child in node.children:
            yield from _fragments(child)
