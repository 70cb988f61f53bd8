"""The keys of a node: which number each gets, how it is offered, where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ivr.domain.menus.building.node_index import IndexedNode
from ivr.domain.menus.building.node_scope import Site
from ivr.domain.menus.line import LineId
from ivr.domain.menus.schema.menu_file import AnswerIn, BranchIn, MenuIn, OptionIn, QuestionIn
from ivr.domain.menus.schema.text import RawText
from ivr.domain.menus.tree import KEYS, Choice, GoTo, Key, NodeId, PutThrough, Target
from ivr.domain.prompts.catalog import PromptId
from ivr.domain.prompts.speech import Language, Text

MOST_OPTIONS = 9
ADVISED_OPTIONS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    site: Site
    written: IndexedNode

    def of_menu(self, menu: MenuIn) -> tuple[Choice, ...]:
        if not menu.options:
            self._error("no-options", "options", "this menu offers nothing", "add at least one option")
        return self._numbered(menu.options, first_key=1)

    def of_answer(self, answer: AnswerIn, *, first_key: int) -> tuple[Choice, ...]:
        """First the answer's own line, then its options; numbered from *first_key*."""
        choices: list[Choice] = []
        if answer.line is not None and answer.line in self.site.lines:
            choices.append(self.site.own_choice(self.site.lines[LineId(answer.line)], KEYS[first_key - 1]))
        return (*choices, *self._numbered(answer.options, first_key=first_key + len(choices)))

    def of_question(self, question: QuestionIn) -> tuple[Choice, ...]:
        branches: list[tuple[str, PromptId, BranchIn | None]] = [
            ("yes", "if_yes", question.yes),
            ("no", "if_no", question.no),
            ("not_sure", "if_not_sure", question.not_sure),
        ]
        says = {} if question.about is None else {"yes": True, "no": False}
        return tuple(
            replace(self._branch(name, prompt, branch, KEYS[number]), says_primary=says.get(name))
            for number, (name, prompt, branch) in enumerate(branches)
            if branch is not None
        )

    def _branch(self, name: str, prompt: PromptId, branch: BranchIn, key: Key) -> Choice:
        if branch.label is None:
            phrase = self.site.prompts.text(prompt, key=key)
        else:
            label = self.site.said(self.written, branch.label, name, "label")
            phrase = self.site.prompts.text("option", label=label, key=key)
        return Choice(
            key=key,
            phrase=phrase,
            target=self._target(branch, (name,)),
            explains=self._explained(branch.say, (name, "say")),
            words=_phrases(branch.words),
        )

    def _numbered(self, options: Sequence[OptionIn], *, first_key: int) -> tuple[Choice, ...]:
        if not self._fits(len(options) + first_key - 1):
            return ()
        taken = self._given_keys(options, first_key)
        free = [key for key in KEYS[first_key - 1 :] if key not in taken.values()]
        choices = []
        for position, option in enumerate(options):
            key = taken[position] if position in taken else free.pop(0)
            choices.append(self._option(option, position, key))
        choices.sort(key=lambda choice: choice.key)
        if len(taken) == sum(option.key is not None for option in options):
            self._advise_gap([choice.key for choice in choices], taken, first_key)
        return tuple(choices)

    def _advise_gap(self, keys: Sequence[Key], taken: Mapping[int, Key], first_key: int) -> None:
        """Advise against the first key that is left out: callers expect them one after the other."""
        for key, expected in zip(keys, KEYS[first_key - 1 :], strict=False):
            if key != expected:
                # What we number ourselves goes to the lowest free key, so that only a given one leaves a gap.
                position = next(position for position, given in taken.items() if given == key)
                spot = self.site.index.spot(self.written, "options", position, "key")
                what = f"key {expected} is left out before key {key}"
                remedy = "renumber the keys without a gap, or drop `key:` and let us choose"
                self.site.complaints.add("key-gap", "advice", spot, what, remedy)
                return

    def _given_keys(self, options: Sequence[OptionIn], first_key: int) -> dict[int, Key]:
        taken: dict[int, Key] = {}
        for position, option in enumerate(options):
            if option.key is None:
                continue
            key = KEYS[option.key - 1]
            other = next((place for place, used in taken.items() if used == key), None)
            if other is not None or option.key < first_key:
                holder = "the line's own" if other is None else f'"{self._name(options[other])}"'
                self._error(
                    "clashing-key",
                    ("options", position, "key"),
                    f'key {key} is given twice ({holder} and "{self._name(option)}")',
                    "renumber one, or drop `key:` and let us choose",
                )
                continue
            taken[position] = key
        return taken

    def _option(self, option: OptionIn, position: int, key: Key) -> Choice:
        path = ("options", position)
        label = self.site.said(self.written, option.label, *path, "for")
        if option.language is not None and option.language not in self.site.company.languages:
            spot = self.site.index.spot(self.written, *path, "language")
            known = self.site.company.languages
            self.site.complaints.unknown("language", option.language, known, spot)
        return Choice(
            key=key,
            phrase=self._offer(label, key, option.language),
            target=self._target(option, path),
            explains=self._explained(option.say, (*path, "say")),
            words=_phrases(option.words),
            language=None if option.language is None else Language(option.language),
        )

    def _offer(self, label: Text, key: Key, language: str | None) -> Text:
        """Offer a change of language in that language alone: who needs it understands no other."""
        phrase = self.site.prompts.text("option", label=label, key=key)
        wanted = Language(language or "")
        if wanted not in phrase.by_language:
            return phrase
        return Text(by_language={wanted: phrase.by_language[wanted]})

    def _target(self, leads: OptionIn | BranchIn, path: tuple[str | int, ...]) -> Target:
        if leads.put_through is not None:
            self.site.check_line(self.written, leads.put_through, *path, "put_through")
            return PutThrough(line=LineId(leads.put_through))
        name = str(leads.go)
        if not self.site.index.exists(name):
            self._unknown_target(name, (*path, "go"))
        return GoTo(node=NodeId(name))

    def _unknown_target(self, name: str, path: tuple[str | int, ...]) -> None:
        if name in self.site.line_names:
            self._error("unknown-target", path, f'"{name}" is a line', f"write `put_through: {name}`")
            return
        spot = self.site.index.spot(self.written, *path)
        self.site.complaints.unknown("target", name, self.site.index.nodes, spot)

    def _explained(self, raw: RawText | None, path: tuple[str | int, ...]) -> Text | None:
        return None if raw is None else self.site.said(self.written, raw, *path)

    def _fits(self, count: int) -> bool:
        if count > MOST_OPTIONS:
            what = f"{self.written.name} has {count} options, and a telephone nine keys for them"
            self._error("too-many-options", "options", what, "group some under a menu of their own")
            return False
        if count > ADVISED_OPTIONS:
            what = f"{self.written.name} has {count} options, more than a caller keeps in mind"
            spot = self.site.index.spot(self.written, "options")
            self.site.complaints.add("many-options", "advice", spot, what, "group some, or drop the rarest")
        return True

    def _name(self, option: OptionIn) -> str:
        return self.site.text(option.label).words_in(self.site.first)

    def _error(self, rule: str, path: str | tuple[str | int, ...], what: str, remedy: str) -> None:
        steps = (path,) if isinstance(path, str) else path
        self.site.complaints.error(rule, self.site.index.spot(self.written, *steps), what, remedy)


def _phrases(words: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(phrase.casefold().split()) for phrase in words)
