"""A menu folder of any number of questions, whose size is measured: `python -m bench.menus FOLDER 10000`."""

import shutil
import sys
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from pathlib import Path

ANSWER = "answer-"
"""What the names of generated answers begin with, and no menu's."""

_KEPT = ("company.yaml", "lines.yaml", "pacing.yaml")
_OPTIONS = 7
_NODES_A_FILE = 400
_LINES = ("customer-service", "support", "tam")

Node = tuple[str, str]
"""The field of a section that it stands under, and its own lines."""


def write_folder(folder: Path, questions: int) -> None:
    """Write *folder*/menus and *folder*/prompts: as shipped, but with that many generated questions."""
    menus = folder / "menus"
    menus.mkdir(parents=True)
    for name in _KEPT:
        shutil.copy(Path("menus", name), menus)
    shutil.copytree("prompts", folder / "prompts")
    whole = range(1, questions + 1)
    nodes = chain.from_iterable(_below(part) for part in _parts(whole))
    (menus / "main.yaml").write_text(_section([_menu("main", "Please choose.", whole)], "start: main\n"))
    number = 0
    while some := list(islice(nodes, _NODES_A_FILE)):
        number += 1
        (menus / f"section-{number:03}.yaml").write_text(_section(some, ""))


def _parts(questions: range) -> list[range]:
    """Cut into the options of one menu: single questions, or else groups of nearly one size."""
    count = len(questions) if len(questions) <= _OPTIONS else min(_OPTIONS, -(-len(questions) // _OPTIONS))
    cuts = [len(questions) * part // count for part in range(count + 1)]
    return [questions[first:end] for first, end in pairwise(cuts)]


def _below(questions: range) -> Iterator[Node]:
    if len(questions) == 1:
        yield _answer(questions[0])
        return
    yield _menu(_name(questions), "Which model.", questions)
    for part in _parts(questions):
        yield from _below(part)


def _name(questions: range) -> str:
    if len(questions) == 1:
        return f"{ANSWER}{questions[0]}"
    return f"group-{questions[0]}-{questions[-1]}"


def _menu(name: str, say: str, questions: range) -> Node:
    options = "".join(
        f"      - for: {_label(part)}\n        go: {_name(part)}\n        words: [{_words(part)}]\n"
        for part in _parts(questions)
    )
    return "menus", f"  {name}:\n    say: {say}\n    options:\n{options}    why: asked for a person\n"


def _label(questions: range) -> str:
    if len(questions) == 1:
        return f"model {questions[0]}"
    return f"models {questions[0]} to {questions[-1]}"


def _words(questions: range) -> str:
    return ", ".join(f"model {number}" for number in (questions[0], questions[-1])[: len(questions)])


def _answer(number: int) -> Node:
    line = _LINES[number % len(_LINES)]
    return "answers", (
        f"  {_name(range(number, number + 1))}:\n"
        f"    question: How do I return an appliance of model {number}?\n"
        f'    source: {{lines: {number * 4}-{number * 4 + 2}, fingerprint: "{number:012x}"}}\n'
        "    say:\n"
        f"      - You can ship an appliance of model {number} that you no longer need to this address.\n"
        '      - "{return_address}"\n'
        f"    line: {line}\n"
        f"    why: returns an appliance\n\n"
    )


def _section(nodes: list[Node], head: str) -> str:
    fields = {
        field: "".join(text for where, text in nodes if where == field) for field in ("menus", "answers")
    }
    body = "".join(f"\n{field}:\n{text}" for field, text in fields.items() if text)
    return f"{head}line: customer-service\n{body}"


if __name__ == "__main__":
    write_folder(Path(sys.argv[1]), int(sys.argv[2]))
