"""Every command that a document shows is run as it stands there, but for `make`.

`make demo` and `make check` are run by .ci/run; of every other target we ask make whether it knows it.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.documents import DOCS, ROOT, blocks, typed
from tests.process.served import serving

TYPED = sorted(set[str]().union(*map(typed, DOCS.values())))
SERVING = [line for line in TYPED if line.startswith("ivr serve")]
MAKING = [line for line in TYPED if line.startswith("make ")]
RUNNING = [line for line in TYPED if line not in {*SERVING, *MAKING}]

LEAVES = {
    "ivr schema": "menus/section.schema.json",
    "ivr migrate": ".ivr/ivr.db",
    "ivr fallback --out fallback.xml": "fallback.xml",
    "ivr import FAQ.txt --out my-menus": "my-menus/main.yaml",
    "ivr call --save menus/calls/mine.yaml": "menus/calls/mine.yaml",
}
# Of a document's commands these need that another was run before.
FIRST = {"ivr voicemail": "ivr migrate"}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """Give a folder like the one a company works in: menus without their schemas, prompts, and its FAQ."""
    shutil.copytree(ROOT / "menus", tmp_path / "menus", ignore=shutil.ignore_patterns("*.schema.json"))
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    (faq,) = (ROOT / "menus" / "faq").glob("*.txt")
    shutil.copy(faq, tmp_path / "FAQ.txt")
    return tmp_path


def _run(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run it there; a caller, where one is wanted, presses 2 and hangs up."""
    _, *arguments = shlex.split(line)
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        input="2\nh\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_documents_show_what_is_known_to_leave_a_file() -> None:
    assert {*LEAVES, *FIRST} <= set(RUNNING)


@pytest.mark.parametrize("line", RUNNING)
def test_a_command_does_what_its_document_says(line: str, company: Path) -> None:
    left = company / LEAVES.get(line, "menus/main.yaml")
    was_there = left.exists()
    if line in FIRST:
        assert _run(FIRST[line], company).returncode == 0

    done = _run(line, company)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (was_there, left.is_file()) == (line not in LEAVES, True)


def test_the_documented_order_takes_a_faq_to_a_call(company: Path) -> None:
    _run("ivr import FAQ.txt --out my-menus", company)

    checked, called = _run("ivr check my-menus", company), _run("ivr call my-menus --keys '1 h'", company)

    assert (checked.returncode, called.returncode) == (0, 0), checked.stdout + called.stdout
    assert "caller  presses 1" in called.stdout


@pytest.mark.parametrize("line", SERVING)
def test_a_line_is_served_as_its_document_says(line: str, tmp_path: Path) -> None:
    _, _, *options = shlex.split(line)
    if "--port" in options:
        # Another may have the documented one here.
        at = options.index("--port")
        del options[at : at + 2]

    with serving(tmp_path / "home", *options) as served:
        ready, _ = served.get("/readyz")

    assert ready == 200
    assert served.process.returncode == 0


@pytest.mark.parametrize("line", MAKING)
def test_make_knows_a_target_that_is_named(line: str) -> None:
    make = shutil.which("make")
    assert make is not None
    environ = {"PATH": os.environ["PATH"]}

    asked = subprocess.run(
        [make, "--dry-run", *line.split()[1:]],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stderr


def test_the_readme_begins_with_the_two_commands_that_a_build_runs() -> None:
    first = blocks(DOCS["README.md"], "")[0]

    assert [line.partition("#")[0].strip() for line in first.splitlines()] == ["make demo", "make check"]
