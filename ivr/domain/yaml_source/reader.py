import re
from collections.abc import Mapping, Sequence
from typing import Literal

from yaml import StreamEndEvent, YAMLError

from ivr.domain.yaml_source import rejections
from ivr.domain.yaml_source.characters import decoded, spot_of
from ivr.domain.yaml_source.comments import key_lost, outside
from ivr.domain.yaml_source.excerpt import shape_of
from ivr.domain.yaml_source.finding import Finding, in_order
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.parser import MOST_NODES, Halted, Walk
from ivr.domain.yaml_source.syntax_errors import finding_of
from ivr.domain.yaml_source.yaml_document import Places, Value, YamlDocument

MOST_BYTES = 2**20
MOST_BUNDLE_BYTES = 32 * 2**20

Top = Literal["fields", "list"]
_TOPS: dict[Top, tuple[str, type]] = {"fields": ("fields (key: value)", dict), "list": ("a list", list)}

# Refused unread: the parser compares every %TAG line with all those before it.
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*+%")
_BETWEEN = re.compile(r"\s+|#[^\r\n]*")


def read(file: str, data: bytes, *, top: Top = "fields", nodes_left: int = MOST_NODES) -> YamlDocument:
    """Read one file. What an operator did wrong is in the document's findings; nothing is raised."""
    if len(data) > MOST_BYTES:
        return _unread(file, _too_big(file, "file-too-big", len(data), MOST_BYTES))
    text, unreadable = decoded(file, data)
    if unreadable:
        return _unread(file, *unreadable)
    return _parsed(file, text, top, nodes_left)


def read_all(files: Mapping[str, bytes], *, top: Top = "fields") -> tuple[YamlDocument, ...]:
    """Read the files of one bundle in their order, within what a bundle may hold."""
    documents = []
    bytes_left, nodes_left = MOST_BUNDLE_BYTES, MOST_NODES
    for file, data in files.items():
        bytes_left -= len(data)
        if bytes_left < 0:
            size = MOST_BUNDLE_BYTES - bytes_left
            document = _unread(file, _too_big(file, "bundle-too-big", size, MOST_BUNDLE_BYTES))
        else:
            document = read(file, data, top=top, nodes_left=nodes_left)
        nodes_left -= document.nodes
        documents.append(document)
    return tuple(documents)


def _parsed(file: str, text: str, top: Top, nodes_left: int) -> YamlDocument:
    walk = Walk(file, text, nodes_left)
    begin = Spot(file=file, line=1, column=1)
    value: Value = None
    begins: Sequence[int] = ()
    try:
        value = _whole(walk, text, begin)
        _hold_top(walk, top, value, begin)
        begins = walk.begins
    except Halted:
        value = None
    except YAMLError as error:
        walk.findings.append(finding_of(file, text, error))
    lost = outside(walk.spans, walk.lost_keys) if begins else ()
    walk.findings.extend(key_lost(file, text, index) for index in lost)
    return YamlDocument(
        file=file,
        text=text,
        value=value,
        spots=Places(file, text, value, begins),
        findings=tuple(in_order(walk.findings)),
        nodes=len(walk.begins),
    )


def _whole(walk: Walk, text: str, begin: Spot) -> Value:
    """Build the one document of the file, refusing what stands before or after it."""
    if _DIRECTIVE.match(text):
        walk.halt(rejections.directive(begin))
    walk.event()  # the stream's own start
    if isinstance(walk.event(), StreamEndEvent):
        walk.halt(rejections.empty_file(begin))
    value = walk.value(walk.event(), 0)
    after = walk.end_of_document()
    while comment := _BETWEEN.match(text, after):
        after = comment.end()
    if after < len(text):
        walk.halt(rejections.second_document(spot_of(begin.file, text, after)))
    return value


def _hold_top(walk: Walk, top: Top, value: Value, begin: Spot) -> None:
    due, kind = _TOPS[top]
    if value is None:
        walk.halt(rejections.empty_file(begin))
    if not isinstance(value, kind):
        walk.halt(rejections.wrong_top(walk.top_spot(), due=due, got=shape_of(value)))


def _unread(file: str, *findings: Finding) -> YamlDocument:
    return YamlDocument(
        file=file, text="", value=None, spots=Places(file, "", None, ()), findings=findings, nodes=0
    )


def _too_big(file: str, rule: str, held: int, most: int) -> Finding:
    return rejections.too_many_bytes(Spot(file=file, line=1, column=1), rule, held=held, most=most)
