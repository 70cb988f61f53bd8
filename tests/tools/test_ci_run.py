import shutil
import subprocess
from pathlib import Path

import pytest

from tools.bootstrap import ROOT


def run_ci(root: Path, readme: str) -> subprocess.CompletedProcess[str]:
    (root / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", root / ".ci")
    (root / "README.md").write_text(readme, encoding="utf-8")
    command = [str(root / ".ci" / "run")]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def test_the_commands_of_the_first_block_run_in_their_order(tmp_path: Path) -> None:
    readme = "# Line\n```sh\necho one > a     # says one\n\ncat a\n```\nThen:\n```\necho never\n```\n"

    ended = run_ci(tmp_path, readme)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line.rstrip() for line in ended.stdout.splitlines()] == ["$ echo one > a", "$ cat a", "one"]


def test_the_first_command_that_fails_ends_it(tmp_path: Path) -> None:
    ended = run_ci(tmp_path, "```\nfalse | cat\necho never\n```")

    assert ended.returncode != 0
    assert "never" not in ended.stdout


@pytest.mark.parametrize("readme", ["", "no block\n", "```\n# only words\n```\n"])
def test_a_readme_without_commands_is_refused(tmp_path: Path, readme: str) -> None:
    ended = run_ci(tmp_path, readme)

    assert ended.returncode != 0
    assert "README.md has no command" in ended.stderr
