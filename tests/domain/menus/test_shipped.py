"""The menu that is shipped answers the FAQ that is shipped."""

from pathlib import Path

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.menus.building.loader import load
from ivr.domain.menus.paths import fewest_keys
from ivr.domain.menus.schema.menu_file import AnswerIn, QuestionIn
from ivr.domain.menus.tree import NodeId

LOADED = load(read_folders(Path("menus"), Path("prompts")))
FAQ = Path("menus/faq/customer-service-faq.txt").read_text(encoding="utf-8").splitlines()


def test_each_of_the_ten_questions_is_a_line_of_the_document_and_two_keys_away() -> None:
    assert LOADED.tree is not None
    keys = fewest_keys(LOADED.tree)

    asked: dict[str, NodeId] = {}
    for section in LOADED.parsed.sections.values():
        nodes: dict[str, AnswerIn | QuestionIn] = {**section.answers, **section.questions}
        asked |= {node.question: NodeId(name) for name, node in nodes.items() if node.question is not None}

    assert len(asked) == 10
    assert set(asked) <= {line.replace("\N{NO-BREAK SPACE}", " ").strip() for line in FAQ}
    assert max(keys[node] for node in asked.values()) <= 2


def test_nothing_is_found_in_it_but_what_each_company_has_to_write() -> None:
    assert {finding.rule for finding in LOADED.findings} <= {"example-value", "left-open"}
