import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import ROOT

GOALS = ["help", "demo", "serve", "check", "bench", "fuzz", "chaos", "mutants", "e2e", "lock", "clean"]
STEPS = ["ruff", "mypy", "lint-imports", "python", "ivr"]


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # These tests may themselves run under make, whose flags are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "FULL"))}
    settings = [f"{name}={value}" for name, value in variables.items()]
    command = ["make", "--no-print-directory", "-C", str(ROOT), *settings, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def tools_in(folder: Path, *, failing: str) -> Path:
    for name in STEPS:
        (folder / name).write_text(f"#!/bin/sh\nexit {int(name == failing)}\n")
        (folder / name).chmod(0o755)
    return folder


def test_make_alone_lists_every_goal() -> None:
    ended = make()

    assert ended.returncode == 0
    assert [line.split()[1] for line in ended.stdout.splitlines()] == GOALS


def test_check_names_its_steps(tmp_path: Path) -> None:
    ended = make("check", PYTHON="true", BIN=str(tools_in(tmp_path, failing="none")))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "-- ruff check",
        "-- ruff format",
        "-- mypy",
        "-- import contracts",
        "-- pytest",
        "-- menus",
        "-- conversations",
        "everything passes",
    ]


def test_check_stops_at_the_first_failure_and_names_it(tmp_path: Path) -> None:
    ended = make("check", PYTHON="true", BIN=str(tools_in(tmp_path, failing="mypy")))

    assert ended.returncode != 0
    assert ended.stdout.splitlines()[-1] == "-- mypy"
    assert ended.stderr.splitlines()[0] == "stopped at: mypy"


def test_nothing_runs_when_the_first_run_fails(tmp_path: Path) -> None:
    ended = make("demo", PYTHON="false", BIN=str(tools_in(tmp_path, failing="none")))

    assert ended.returncode != 0
    assert ended.stdout == ""


DRILLS = {
    "tests/adapters/database/test_case_store.py": ("ROUNDS", "RACES"),
    "tests/adapters/database/test_processes.py": ("KILLS",),
    "tests/entrypoints/worker/test_kills.py": ("KILLS",),
}


def set_by_make(goal: str, folder: Path, *settings: str) -> dict[str, str]:
    """Say what make adds to the environment of the tests, and which tests it names."""
    tools_in(folder, failing="none")
    (folder / "python").write_text('#!/bin/sh\necho "FULL=$FULL"\necho "$*"\n')
    ended = make(goal, *settings, PYTHON="true", BIN=str(folder))
    assert ended.returncode == 0, ended.stderr
    full, arguments = ended.stdout.splitlines()
    return {"FULL": full.removeprefix("FULL="), "arguments": arguments}


def sizes_of(file: str, full: str) -> list[int]:
    """Read the sizes as the test's own file has them under that environment."""
    module = file.removesuffix(".py").replace("/", ".")
    reading = f"import {module} as drill; print(*[getattr(drill, name) for name in {DRILLS[file]}])"
    command = [sys.executable, "-c", reading]
    environment = {**os.environ, "FULL": full}
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return [int(size) for size in ended.stdout.split()]


def test_make_chaos_kills_and_races_a_thousand_times(tmp_path: Path) -> None:
    found = set_by_make("chaos", tmp_path)

    for file in DRILLS:
        assert file in found["arguments"]
        assert set(sizes_of(file, found["FULL"])) == {1000}


def test_make_chaos_runs_each_file_that_the_suite_leaves_to_it(tmp_path: Path) -> None:
    left = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "tests" / "process").glob("test_*.py")
        if "pytest.mark.chaos" in file.read_text(encoding="utf-8")
    ]

    assert left
    assert set(left) <= set(set_by_make("chaos", tmp_path)["arguments"].split())


def test_a_share_of_chaos_and_of_fuzz_can_be_asked_for(tmp_path: Path) -> None:
    assert set_by_make("chaos", tmp_path, "FULL=0.1")["FULL"] == "0.1"
    assert set_by_make("fuzz", tmp_path, "FULL=0.1")["FULL"] == "0.1"
    assert sizes_of("tests/adapters/database/test_processes.py", "0.1") == [100]
    assert sizes_of("tests/adapters/database/test_processes.py", "") == [20]


@pytest.mark.parametrize("goal", ["fuzz", "chaos"])
def test_make_runs_the_whole_unless_it_is_told_otherwise(tmp_path: Path, goal: str) -> None:
    assert set_by_make(goal, tmp_path)["FULL"] == "1"


def test_only_one_name_says_how_much_the_tests_do() -> None:
    files = (ROOT / "tests").rglob("*.py")
    read = {
        name
        for file in files
        for name in re.findall(r"""os\.environ(?:\.get\(|\[)"(\w+)\"""", file.read_text(encoding="utf-8"))
    }

    # CI: the same examples each time, NO_SKIPS: all of them. PATH: for the programs that tests run.
    # IVR_SHOTS: where pictures go. PIP_USER: what a stand-in for pip was given.
    assert read - {"CI", "NO_SKIPS", "PATH", "IVR_SHOTS", "PIP_USER"} == {"FULL"}
