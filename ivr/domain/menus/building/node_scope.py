"""Everything that one node's lines may name while the tree is built."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.node_index import Index, IndexedNode
from ivr.domain.menus.line import Line, LineId
from ivr.domain.menus.schema.company_file import SLOT_NAMES, Company
from ivr.domain.menus.schema.text import RawText, filled
from ivr.domain.menus.tree import Choice, Key, PutThrough
from ivr.domain.prompts.catalog import Catalogue
from ivr.domain.prompts.speech import Language, Text

_SLOTS = frozenset(SLOT_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """labels: what the first option that leads to a node calls it.

    own_choices: by line and key, the choice that so many answers end with, made once for all of them.
    """

    index: Index
    company: Company
    lines: Mapping[LineId, Line]
    person: LineId
    prompts: Catalogue
    labels: Mapping[str, RawText]
    complaints: Complaints
    own_choices: dict[tuple[LineId, Key], Choice] = field(default_factory=dict)

    @property
    def first(self) -> Language:
        return self.company.languages[0]

    @property
    def line_names(self) -> Collection[str]:
        """Every line that is written, be it with faults that keep it from being used."""
        lines = self.index.parsed.lines
        return () if lines is None else lines.lines

    def label(self, name: str) -> str:
        """What the node is about, in the agents' language."""
        raw = self.labels.get(name)
        if raw is None:
            return name.replace("-", " ")
        return self.text(raw).words_in(self.first)

    def text(self, raw: RawText) -> Text:
        return filled(raw, self.company.slots, self.first)

    def said(self, written: IndexedNode, raw: RawText, *path: str | int) -> Text:
        """Fill the text's slots; unknown slots, and languages that the company has not, are faults."""
        slots = raw.slots()
        for slot in sorted(slots - _SLOTS):
            self.complaints.unknown("slot", slot, SLOT_NAMES, self.index.spot(written, *path))
        written_in = {language or self.first for language in raw.by_language}
        for language in sorted(written_in.difference(self.company.languages)):
            self.complaints.unknown(
                "language", language, self.company.languages, self.index.spot(written, *path)
            )
        for language in self.company.languages:
            if language not in written_in:
                self._missing(written, language, path)
        text = self.text(raw)
        if slots <= _SLOTS and not all(text.by_language.values()):
            empty = ", ".join(sorted(slots))
            what, remedy = f"nothing is left to say while {empty} is unwritten", "write it in company.yaml"
            self.complaints.error("left-open", self.index.spot(written, *path), what, remedy)
        return text

    def own_choice(self, line: Line, key: Key) -> Choice:
        """Offer on *key* to be put through to the *line* of an answer."""
        if (line.id, key) not in self.own_choices:
            phrase = self.prompts.text("put_through", line=line.name, key=key)
            self.own_choices[line.id, key] = Choice(key=key, phrase=phrase, target=PutThrough(line=line.id))
        return self.own_choices[line.id, key]

    def check_line(self, written: IndexedNode, line: str, *path: str | int) -> None:
        if line not in self.line_names:
            self.complaints.unknown("line", line, self.line_names, self.index.spot(written, *path))

    def _missing(self, written: IndexedNode, language: Language, path: tuple[str | int, ...]) -> None:
        spot = self.index.spot(written, *path)
        if language == self.first:
            what, remedy = (
                f"this is not written in {language}",
                "write it; the first language is spoken to all",
            )
            self.complaints.error("missing-language", spot, what, remedy)
            return
        what = f"this is not written in {language}"
        remedy = f"add `{language}:`; until then it is said in {self.first}"
        self.complaints.add("missing-translation", "warning", spot, what, remedy)
