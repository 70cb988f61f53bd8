from array import array
from collections.abc import Callable
from sys import intern
from typing import NoReturn, cast

from yaml import (
    AliasEvent,
    CBaseLoader,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ivr.domain.yaml_source import rejections
from ivr.domain.yaml_source.characters import UNSPEAKABLE_ESCAPED, spot_of, unspeakable
from ivr.domain.yaml_source.comments import COMMENT, Span, like_keys, text_cut
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.scalars import is_odd_number, meaning
from ivr.domain.yaml_source.yaml_document import Value, YamlMark, spot_at

MOST_DEPTH = 20
MOST_NODES = 500_000  # in all files of a bundle
MOST_FINDINGS = 100


class Halted(Exception):  # noqa: N818 -- it ends a walk, its reason is already among the findings
    """Reading on would cost more than it tells."""


class Walk:
    """One pass over the C parser's events: values, where all keys and values begin, and findings.

    Composing nodes first and constructing from them, as the YAML loaders do, would recurse as deep as the
    file asks, follow aliases and tags, and cost nearly twice as much.
    """

    __slots__ = (
        "_file",
        "_hash_seen",
        "_nodes_left",
        "_text",
        "begins",
        "event",
        "findings",
        "lost_keys",
        "spans",
    )

    def __init__(self, file: str, text: str, nodes_left: int) -> None:
        self._file = file
        self._text = text
        self._nodes_left = nodes_left
        # The parser's next event; raises yaml.YAMLError where the text is no YAML.
        self.event = cast("Callable[[], Event]", CBaseLoader(text).get_event)
        self._hash_seen = "#" in text
        self.lost_keys = like_keys(text) if self._hash_seen else []
        self.findings: list[Finding] = []
        self.begins = array("I")
        self.spans: list[Span] = []

    def top_spot(self) -> Spot:
        """Where the top value begins, once it was read."""
        return spot_of(self._file, self._text, self.begins[0])

    def end_of_document(self) -> int:
        """Return the index of the character behind the top value."""
        return _end(self.event()).index

    def value(self, event: Event, depth: int) -> Value:
        """Build what begins with *event*; *depth* is how many collections are open around it."""
        self.begins.append(_start(event).index)
        if len(self.begins) > self._nodes_left:
            self.halt(rejections.too_many_nodes(self._at(event), MOST_NODES))
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, AliasEvent):
            self.say(rejections.alias(self._at(event), event.anchor or ""))
            return None
        if depth == MOST_DEPTH:
            self.halt(rejections.too_deep(self._at(event), MOST_DEPTH))
        if isinstance(event, MappingStartEvent):
            self._refuse_extras(event, event.tag)
            return self._mapping(depth + 1)
        opened = cast("SequenceStartEvent", event)
        self._refuse_extras(opened, opened.tag)
        return self._sequence(depth + 1)

    def _sequence(self, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := self.event(), SequenceEndEvent):
            items.append(self.value(event, depth))
        return items

    def _mapping(self, depth: int) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        key_places: dict[str, int] = {}
        while not isinstance(event := self.event(), MappingEndEvent):
            before = len(self.begins)
            key = self._key(event, depth)
            if key is not None and key in fields:
                self._say_twice(key, self.begins[key_places[key]], event)
                key = None
            value = self.value(self.event(), depth)
            if key is None:
                del self.begins[before:]
            else:
                fields[key] = value
                key_places[key] = before
        return fields

    def _key(self, event: Event, depth: int) -> str | None:
        """Return the key as text; None where it must not become a field."""
        if not isinstance(event, ScalarEvent):
            self.say(rejections.key_shape(self._at(event)))
            self.value(event, depth)
            return None
        self.begins.append(_start(event).index)
        text = intern(event.value)  # the same few fields are written over and over
        if event.tag is not None or event.anchor is not None:
            self._refuse_extras(event, event.tag)
        if event.style:
            self._see_quoted(event)
        elif text == "<<":
            self.say(rejections.merge_key(self._at(event)))
            return None
        elif not text:
            self.say(rejections.empty_key(self._at(event)))
            return None
        return text

    def _scalar(self, event: ScalarEvent) -> str | int | bool | None:
        text = event.value
        if event.tag is not None or event.anchor is not None:
            self._refuse_extras(event, event.tag)
        if event.style:
            self._see_quoted(event)
            return text
        value = meaning(text)
        if self._hash_seen and (value is text or not text):
            self._see_comment(event)
        if value is text and is_odd_number(text):
            self.say(rejections.odd_number(self._at(event), text))
        return value

    def _see_quoted(self, event: ScalarEvent) -> None:
        if self.lost_keys:
            self.spans.append((_start(event).index, _end(event).index))
        if event.style == '"' and (found := UNSPEAKABLE_ESCAPED.search(event.value)):
            self.say(unspeakable(self._at(event), found.group()))

    def _see_comment(self, event: ScalarEvent) -> None:
        comment = COMMENT.match(self._text, _end(event).index)
        if comment and (cut := text_cut(self._at(event), event.value, comment.group(1))):
            self.say(cut)

    def _refuse_extras(self, event: NodeEvent, tag: str | None) -> None:
        if event.anchor is not None:
            self.say(rejections.anchor(self._at(event), event.anchor))
        if tag is not None:
            self.say(rejections.tag(self._at(event), tag))

    def _say_twice(self, key: str, first_begin: int, event: Event) -> None:
        first, again = spot_of(self._file, self._text, first_begin), self._at(event)
        self.say(rejections.given_twice(first, key, again.line))
        self.say(rejections.given_twice(again, key, first.line))

    def say(self, finding: Finding) -> None:
        self.findings.append(finding)
        if len(self.findings) >= MOST_FINDINGS:
            self.halt(rejections.too_many_findings(finding.spot, MOST_FINDINGS))

    def _at(self, event: Event) -> Spot:
        return spot_at(self._file, _start(event))

    def halt(self, finding: Finding) -> NoReturn:
        self.findings.append(finding)
        raise Halted


def _start(event: Event) -> YamlMark:
    return cast("YamlMark", event.start_mark)


def _end(event: Event) -> YamlMark:
    return cast("YamlMark", event.end_mark)
