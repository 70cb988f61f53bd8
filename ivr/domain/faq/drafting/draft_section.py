"""One menu file: a menu of questions, its groups, and their answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ivr.domain.faq.drafting.draft_line import answer_text, routed
from ivr.domain.faq.drafting.draft_text import changes_words, comment_text, menu_text, quoted
from ivr.domain.faq.drafting.option_groups import Group, groups_of
from ivr.domain.faq.drafting.option_labels import labels_of
from ivr.domain.faq.drafting.routing import LineWords
from ivr.domain.faq.drafting.slug import slug_of
from ivr.domain.faq.drafting.spoken_draft import SlowText, SpokenPiece, spoken
from ivr.domain.faq.drafting.whisper_reason import short_why
from ivr.domain.faq.drift import fingerprint
from ivr.domain.faq.structure.faq_document import LineRange, Question

NO_WORDS = "This answer holds no words yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An option of a menu: what it is offered for, and the node that it leads to."""

    label: str
    node: str


@dataclass(slots=True, kw_only=True)
class SectionDraft:
    """Gathers the nodes of one file. taken: names of all nodes of the folder, added to."""

    document: str
    lines: Sequence[LineWords]
    general: str
    taken: set[str]
    menus: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def menu(self, name: str, says: str, ways: Sequence[Way], *, label: str) -> None:
        """Add a menu that is offered as *label*; more than nine ways become menus below it."""
        labels = [way.label for way in ways]
        self._menu(name, says, self._ways(groups_of(labels), ways) or ways, label=label)

    def questions(self, questions: Sequence[Question]) -> tuple[Way, ...]:
        """Add an answer for each question, and give the ways to them."""
        labels = labels_of([question.text for question in questions])
        ways: list[Way] = []
        for question, label in zip(questions, labels, strict=True):
            words = label if any(letter.isalnum() for letter in label) else f"question {len(ways) + 1}"
            node = slug_of(words, self.taken)
            self.taken.add(node)
            self.answers.extend(self._answer(node, question, label=words))
            ways.append(Way(label=words, node=node))
        return tuple(ways)

    def text(self, *, start: str | None = None) -> str:
        rows = ["# yaml-language-server: $schema=section.schema.json"]
        if start:
            rows.append(f"start: {start}")
        rows += [
            f"faq: {quoted(self.document)}",
            f"line: {self.general}   # whom key 0 reaches from here",
            "",
        ]
        rows += ["menus:", *self.menus]
        if self.answers:
            rows += ["answers:", *self.answers]
        return "\n".join(rows).rstrip() + "\n"

    def _ways(self, groups: Sequence[Group], ways: Sequence[Way]) -> list[Way]:
        found = []
        for group in groups:
            name = slug_of(group.heading, self.taken)
            self.taken.add(name)
            below = [ways[at] for at in group.members] or self._ways(group.groups, ways)
            self._menu(name, _sentence(group.heading), below, label=group.heading)
            found.append(Way(label=group.heading, node=name))
        return found

    def _menu(self, name: str, says: str, ways: Sequence[Way], *, label: str) -> None:
        self.menus += [f"  {name}:", f"    say: {menu_text(says)}"]
        self.menus += [*self._why(label, self.general), "    options:"]
        for way in ways:
            self.menus += [f"      - for: {menu_text(way.label)}", f"        go: {way.node}"]
        self.menus.append("")

    def _why(self, label: str, line: str) -> Iterator[str]:
        name = next((words.names[0] for words in self.lines if words.id == line), line)
        why = short_why(label, line=name)
        if why is not None:
            yield f"    why: {quoted(why)}   # what an agent hears before taking the call"

    def _answer(self, node: str, question: Question, *, label: str) -> Iterator[str]:
        route = routed(question, self.lines)
        because = f"{route.because}" if route.line else "no line is named in the answer; the general line"
        place = lines_text(question.lines)
        yield f"  {node}:"
        yield f"    question: {quoted(question.text)}"
        yield f'    source: {{lines: "{place}", fingerprint: "{fingerprint(question.answer)}"}}'
        yield "    say:"
        pieces = spoken(question.answer)
        if not pieces:
            self.notes.append(f'{place}: the answer holds nothing to say; it says "{NO_WORDS}" for now')
        if changes_words(answer_text(question)) or changes_words(question.text):
            self.notes.append(
                f'{place}: "<" is said as "less than", and characters that no voice can say are left out'
            )
        for piece in pieces or (NO_WORDS,):
            yield f"      - {_piece(piece)}"
        yield f"    # {comment_text(because)}"
        yield f"    line: {route.line or self.general}"
        yield from self._why(label, route.line or self.general)
        yield ""


def lines_text(lines: LineRange) -> str:
    return str(lines.first) if lines.first == lines.last else f"{lines.first}-{lines.last}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _piece(piece: SpokenPiece) -> str:
    if not isinstance(piece, SlowText):
        return menu_text(piece)
    # A slot has no place inside slow:, so that an address with braces is read at the usual pace.
    is_plain = "{" not in piece.text and "}" not in piece.text
    return f"slow: {menu_text(piece.text)}" if is_plain else menu_text(piece.text)
