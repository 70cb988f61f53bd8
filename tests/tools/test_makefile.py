import os
import subprocess
from pathlib import Path

from tools.bootstrap import ROOT

GOALS = ["help", "demo", "serve", "check", "bench", "fuzz", "chaos", "mutants", "e2e", "lock", "clean"]
STEPS = ["ruff", "mypy", "lint-imports", "python", "ivr"]


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # These tests may themselves run under make, whose flags are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
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
