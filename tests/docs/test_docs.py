"""The documents say what is there: commands, settings, rules, rooms."""

import re
import subprocess
import sys
from pathlib import Path

import yaml
from pydantic import BaseModel

import ivr.domain.menus.schema.menu_file
import ivr.simulator.conversation
from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.bootstrap.rehearsal import line_for_tests
from ivr.domain.menus.building.loader import load
from ivr.domain.menus.schema.menu_file import CompanyFile, LinesFile, PacingFile
from ivr.simulator.conversation import read_conversation
from ivr.simulator.play import play
from tests.docs.documents import DOCS, blocks, example

OPERATORS = DOCS["operators.md"]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in Path("ivr").rglob("*.py"))


def test_the_demo_prints_what_its_page_shows_and_the_readme_begins_with() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "ivr", "demo"], capture_output=True, text=True, check=True, encoding="utf-8"
    )

    assert blocks(DOCS["demo.md"], "text")[0].strip() == played.stdout.strip()
    assert blocks(DOCS["README.md"], "text")[0].rstrip() in played.stdout


def test_the_readme_is_a_screen_and_a_half_with_a_picture() -> None:
    assert len(DOCS["README.md"].splitlines()) <= 120
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", DOCS["README.md"])
    assert pictures
    assert all(Path(picture).is_file() for picture in pictures)


def test_every_variable_that_is_read_is_told_to_hosts_and_no_other() -> None:
    read = set(re.findall(r'"((?:IVR|TWILIO)_[A-Z_]+[A-Z])"', CODE)) - {"IVR_SERVE_CLOCK", "IVR_LINE"}
    told = set(re.findall(r"((?:IVR|TWILIO)_[A-Z_]+[A-Z])", DOCS["hosting.md"]))
    lines = {"IVR_LINE_CUSTOMER_SERVICE", "IVR_LINE_SUPPORT", "IVR_LINE_TAM"}

    assert {name for name in read if not name.startswith("IVR_LINE")} <= told
    assert told - lines <= read | {f"{name}_FILE" for name in read}


def _rules() -> set[str]:
    """Find the ids that the code writes out, in each of the ways in which it does."""
    rules = {f"unknown-{kind}" for kind in re.findall(r'\.unknown\(\s*"([a-z]+)"', CODE)}
    rules |= set(re.findall(r'rule(?:: str)?\s*=\s*"([a-z-]+)"', CODE))
    rules |= set(re.findall(r'"(?:error|warning|advice)",\s*"([a-z]+(?:-[a-z]+)+)"', CODE))
    given = r'\b(?:error|add|split|_error|_finding|_too_big|_find)\([^()"]*"([a-z]+(?:-[a-z]+)*)"[,)]'
    rules |= set(re.findall(given, CODE))
    rules |= set(re.findall(r'PydanticCustomError\(\s*"([a-z]+(?:-[a-z]+)+)"', CODE))
    return rules - {"error", "warning", "advice"}


def test_every_rule_of_a_finding_is_told_to_operators() -> None:
    rules = _rules()

    assert {"alias", "dead-end", "file-too-big", "missing-setting", "unknown-slot", "faq-twice"} <= rules
    assert rules - set(re.findall(r"`([a-z-]+)`", OPERATORS)) == set()


def test_every_key_of_a_file_is_told_to_operators() -> None:
    models = {
        model
        for module in (ivr.domain.menus.schema.menu_file, ivr.simulator.conversation)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
    }
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}

    assert len(keys) > 50
    assert keys - set(re.findall(r"[a-z_]+", OPERATORS)) == set()


def test_the_example_of_a_conversation_passes() -> None:
    shown = example("operators.md", "call")

    document, conversation, findings = read_conversation("example.yaml", shown)

    assert findings == ()
    assert conversation is not None
    line = line_for_tests(menus="menus", prompts="prompts", at=conversation.at)
    assert play(document, conversation, line).fault is None


def test_the_example_of_each_kind_of_node_is_a_menu_that_serves() -> None:
    files = read_folders(Path("menus"), Path("prompts"))

    loaded = load({**files, "menus/example.yaml": example("operators.md", "menus")})

    assert loaded.errors == ()
    assert loaded.tree is not None
    assert {f"example-{kind}" for kind in ("menu", "question", "answer", "transfer", "goodbye")} <= set(
        loaded.tree.nodes
    )


def test_the_examples_of_company_lines_and_pacing_serve_together() -> None:
    files = read_folders(Path("menus"), Path("prompts"))
    shown = {
        f"menus/{name}.yaml": example("operators.md", key)
        for name, key in (("company", "languages"), ("lines", "lines"), ("pacing", "choose_s"))
    }

    loaded = load({**files, **shown})

    assert loaded.errors == ()
    assert loaded.tree is not None
    assert loaded.findings == ()


def test_the_examples_of_company_lines_and_pacing_have_every_key_that_may_stand_there() -> None:
    for model, key in ((CompanyFile, "languages"), (LinesFile, "lines"), (PacingFile, "choose_s")):
        shown = yaml.safe_load(example("operators.md", key))

        assert set(shown) == {field.alias or name for name, field in model.model_fields.items()}


def test_every_package_has_its_line_and_every_line_its_package() -> None:
    told = re.findall(r"^\| `(ivr/[a-z_/]+)` \|", DOCS["architecture.md"], re.MULTILINE)
    there = {
        path.parent.as_posix()
        for path in Path("ivr").rglob("*.py")
        if path.parent != Path("ivr") and path.parent.name != "versions"
    }

    assert sorted(told) == sorted(there)


def test_no_machine_path_is_in_the_project() -> None:
    tracked = subprocess.run(
        ["/usr/bin/env", "git", "ls-files"], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    texts = {name: Path(name).read_bytes() for name in tracked if name and Path(name).is_file()}

    assert [name for name, data in texts.items() if b"/wo" + b"rk/" in data or b"/ro" + b"ot/" in data] == []


def test_every_decision_says_what_else_was_weighed_and_what_would_change_it() -> None:
    entries = [text for text in re.split(r"\n\n+", DOCS["decisions.md"]) if text.startswith("**")]

    parts = ("\n*Weighed:* ", "\n*Why:* ", "\n*Would change it:* ")
    assert len(entries) == DOCS["decisions.md"].count("\n**")
    assert [entry for entry in entries if [entry.count(part) for part in parts] != [1, 1, 1]] == []
    assert [entry for entry in entries if len(entry.splitlines()) > 12] == []
