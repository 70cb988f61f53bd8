import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import ROOT, age_fault, main
from tools.stamp import Stamp


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 9), (3, 10, 14)])
def test_an_old_python_is_told_what_to_do_in_one_line(
    version: tuple[int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["run"], version)

    said = capsys.readouterr().err
    assert status == 1
    assert said.count("\n") == 1
    assert ".".join(map(str, version)) in said
    assert "PYTHON=python3.11" in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_a_python_of_our_age_or_younger_will_do(version: tuple[int, ...]) -> None:
    assert age_fault(version) is None


def test_the_gate_parses_on_a_python_that_it_refuses() -> None:
    source = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 6))

    assert [name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names] == ["sys"]


@pytest.mark.parametrize("arguments", [[], ["demo"], ["run", "check"]])
def test_a_wrong_call_is_told_the_right_ones(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(arguments, (3, 11, 7))

    assert status == 2
    assert "bootstrap.py run" in capsys.readouterr().err


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements.lock", "requirements-check.lock"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / ".venv").mkdir()
    Stamp.wanted(tmp_path, purpose="run").write(tmp_path)
    before = sorted((tmp_path / ".venv").rglob("*"))

    command = [sys.executable, str(tmp_path / "tools" / "bootstrap.py"), "run"]
    # Without PATH or HOME, uv and an index could not be found: doing anything at all would fail or be seen.
    ended = subprocess.run(command, env={}, capture_output=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert sorted((tmp_path / ".venv").rglob("*")) == before
