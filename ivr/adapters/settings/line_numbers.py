"""Which telephones each line has: IVR_LINE_<ID> for one line, or a file for all of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.adapters.settings.demo_settings import is_fiction
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.phone import E164, NumberRefused, destination
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.reader import read
from ivr.domain.yaml_source.yaml_document import YamlDocument

PREFIX = "IVR_LINE_"
FILE = "IVR_DESTINATIONS"
_SHOUTED_ID = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_NO_TEXT = NumberRefused(reason="it is no text that begins with a plus")
_REMEDY = "write a person's number such as +14155550123"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a line may ring. own: our numbers, which would bring the call back to us."""

    countries: frozenset[str]
    own: frozenset[E164]
    fiction: bool

    def number(self, text: str, before: list[E164]) -> E164 | NumberRefused:
        number = destination(text, countries=self.countries)
        if isinstance(number, NumberRefused):
            return number
        if number in self.own:
            return NumberRefused(reason="it is our own number, so the call would come back to this line")
        if number in before:
            return NumberRefused(reason="it is in this line already")
        if not self.fiction and is_fiction(number):
            return NumberRefused(reason="it is a number for fiction, which nobody answers")
        return number


def read_lines(variables: Variables, allowed: Allowed) -> dict[str, tuple[E164, ...]]:
    """Give the numbers of every line that is set, by ids as menus write them ("customer-service")."""
    lines: dict[str, tuple[E164, ...]] = {}
    for name in sorted(name for name in variables.environ if name.startswith(PREFIX)):
        shouted = name.removeprefix(PREFIX)
        if not _SHOUTED_ID.fullmatch(shouted):
            variables.fault(
                name, "names no line", "write IVR_LINE_ and the line's id, as in IVR_LINE_SUPPORT"
            )
            continue
        lines[shouted.lower().replace("_", "-")] = _from_variable(variables, name, allowed)
    for line, numbers in _from_file(variables, allowed, frozenset(lines)).items():
        lines.setdefault(line, numbers)
    return lines


def _from_variable(variables: Variables, name: str, allowed: Allowed) -> tuple[E164, ...]:
    numbers: list[E164] = []
    for position, text in variables.entries(name) or ():
        number = allowed.number(text, numbers)
        if isinstance(number, NumberRefused):
            variables.entry_fault(name, position, number.reason, _REMEDY)
        else:
            numbers.append(number)
    return tuple(numbers)


def _from_file(
    variables: Variables, allowed: Allowed, taken: frozenset[str]
) -> Mapping[str, tuple[E164, ...]]:
    path = variables.text(FILE)
    data = None if path is None else variables.file(FILE, path)
    if path is None or data is None:
        return {}
    document = read(path, data)
    variables.findings.extend(document.findings)
    if not isinstance(document.value, dict):
        return {}  # the reader has said so
    return {line: _line(variables, document, allowed, line, taken) for line in document.value}


def _line(
    variables: Variables, document: YamlDocument, allowed: Allowed, line: str, taken: frozenset[str]
) -> tuple[E164, ...]:
    if not _ID.fullmatch(line):
        _find(
            variables,
            document,
            (line,),
            "this is no id of a line",
            "write small letters, as in customer-service",
        )
    elif line in taken:
        name = PREFIX + line.upper().replace("-", "_")
        _find(variables, document, (line,), f"{name} gives this line too", "keep it in one of the two places")
    entries = document.value[line] if isinstance(document.value, dict) else None
    if not isinstance(entries, list) or not entries:
        _find(variables, document, (line,), "this is no list of numbers", 'write ["+14155550123"]')
        return ()
    numbers: list[E164] = []
    for position, text in enumerate(entries):
        number = allowed.number(text, numbers) if isinstance(text, str) else _NO_TEXT
        if isinstance(number, NumberRefused):
            _find(variables, document, (line, position), number.reason, f"{_REMEDY}, in quotes")
        else:
            numbers.append(number)
    return tuple(numbers)


def _find(
    variables: Variables, document: YamlDocument, path: tuple[str | int, ...], what: str, remedy: str
) -> None:
    spot = document.key_spot(path)
    variables.findings.append(
        Finding(rule="bad-destination", severity="error", spot=spot, what=what, remedy=remedy)
    )
