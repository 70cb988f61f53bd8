"""Braces that another tool would replace, and this line reads aloud as they stand."""

import re
from collections.abc import Iterator

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.parse_files import MENUS
from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.yaml_document import Path, Value

_EXPANSION = re.compile(r"\$\{[^}]*\}?")
# Words that only operators join: a sentence in doubled braces is how an import writes one in single braces.
_TEMPLATE = re.compile(r"\{\{\s*\w+(?:\s*[.*+%|]\s*\w+)*\s*(?:[(\[][^{}]*[)\]])?\s*\}\}")
_NEVER_SAID = frozenset({"question", "source", "faq"})


def check_literals(complaints: Complaints) -> None:
    """Warn of each text whose writer may take the line for a shell or a template."""
    for file, document in complaints.parsed.documents.items():
        if not file.startswith(MENUS) or not ("${" in document.text or "{{" in document.text):
            continue
        for path, text in _texts((), document.value):
            if found := _EXPANSION.search(text):
                what = f"{excerpt(found[0])} is read aloud as it stands, and so are other braces beside it"
                remedy = "write the words to be said; nothing of the environment is ever read aloud"
                complaints.add("literal-dollar", "warning", document.spot(path), what, remedy)
            elif found := _TEMPLATE.search(text):
                what = f"{excerpt(found[0])} is read aloud as it stands, in single braces"
                remedy = "write the words to be said, or a slot in single braces, such as {company}"
                complaints.add("literal-braces", "warning", document.spot(path), what, remedy)


def _texts(path: Path, value: Value) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                if key not in _NEVER_SAID:
                    yield from _texts((*path, key), inner)
        case list():
            for position, inner in enumerate(value):
                yield from _texts((*path, position), inner)
        case _:
            return
