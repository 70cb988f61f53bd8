import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.bootstrap import ROOT

MAKEFILE = """
e2e fuzz chaos:
	@echo $@ of $(or $(FULL),all), $${FULL-nothing} asked before, skips: $$NO_SKIPS
"""
BLOCK = "```sh\necho checked, ${FULL-nothing} asked\n```\n"


def run_ci(root: Path, readme: str, makefile: str = MAKEFILE, **variables: str) -> list[str] | str:
    """Run it over a README and a Makefile; give what it printed, or where it failed what it complained of."""
    (root / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", root / ".ci")
    (root / "README.md").write_text(readme, encoding="utf-8")
    (root / "Makefile").write_text(makefile, encoding="utf-8")
    programs = root / "programs"
    programs.mkdir()
    (programs / "apt-get").write_text("#!/bin/sh\n")
    (programs / "apt-get").chmod(0o755)
    # These tests may themselves run under make, or under the very script.
    ours = ("MAKE", "FULL", "NO_SKIPS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    ended = subprocess.run(
        [str(root / ".ci" / "run")],
        cwd="/",
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        return ended.stdout + ended.stderr
    assert ended.stderr == ""
    lines = [line.rstrip() for line in ended.stdout.splitlines()]
    return [line for line in lines if "apt-get" not in line]


def test_the_commands_of_the_first_block_run_in_their_order_and_the_other_suites_after_them(
    tmp_path: Path,
) -> None:
    readme = "# Line\n```sh\necho one > a     # says one\n\ncat a\n```\nThen:\n```\necho never\n```\n"

    said = run_ci(tmp_path, readme)

    assert said[: said.index("-- how long it took")] == [
        "$ echo one > a",
        "$ cat a",
        "one",
        "$ make e2e",
        "e2e of all, nothing asked before, skips: 1",
        "$ make fuzz FULL=0.1",
        "fuzz of 0.1, 0.1 asked before, skips: 1",
        "$ make chaos FULL=0.1",
        "chaos of 0.1, 0.1 asked before, skips: 1",
    ]


def test_it_ends_with_what_was_not_run(tmp_path: Path) -> None:
    said = run_ci(tmp_path, "```\necho 'SKIPPED [2] tests/x.py:3: no moon'\n```\n")

    assert said[said.index("-- what was not run") + 1 :] == [
        "make bench: it measures, and decides nothing",
        "make fuzz, make chaos: 0.1 of the full numbers; FULL=1 .ci/run has them all",
        "SKIPPED [2] tests/x.py:3: no moon",
    ]


def test_who_asks_for_all_of_it_gets_all_and_the_suite_its_own_numbers(tmp_path: Path) -> None:
    said = run_ci(tmp_path, BLOCK, FULL="1")

    assert "checked, nothing asked" in said
    assert "$ make chaos FULL=1" in said
    assert said[said.index("-- what was not run") + 1 :] == [
        "make bench: it measures, and decides nothing",
        "skipped tests: none",
    ]


@pytest.mark.parametrize("goal", ["e2e", "fuzz", "chaos"])
def test_each_suite_that_fails_ends_it(tmp_path: Path, goal: str) -> None:
    others = " ".join({"e2e", "fuzz", "chaos"} - {goal})
    makefile = f"{others}:\n\t@echo fine\n{goal}:\n\t@false\n"

    said = run_ci(tmp_path, BLOCK, makefile)

    assert isinstance(said, str)
    assert f"stopped at: make {goal}" in said
    assert "-- what was not run" not in said


def test_the_first_command_that_fails_ends_it(tmp_path: Path) -> None:
    said = run_ci(tmp_path, "```\nfalse | cat\necho never\n```")

    assert isinstance(said, str)
    assert "stopped at: false | cat" in said
    assert "never" not in said


@pytest.mark.parametrize("readme", ["", "no block\n", "```\n# only words\n```\n"])
def test_a_readme_without_commands_is_refused(tmp_path: Path, readme: str) -> None:
    said = run_ci(tmp_path, readme)

    assert "README.md has no command" in said
