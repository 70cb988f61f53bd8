import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import ROOT

TESTS = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no server is installed")

def test_names_a_server(server): pass

@pytest.mark.skipif(True, reason="there is no nginx")
def test_names_nginx(): pass

@pytest.mark.xfail(strict=True)
def test_is_known_to_fail(): assert False

def test_passes(): pass
"""


def run(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_some.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", "-rfs"]
    environment = {name: value for name, value in os.environ.items() if name != "NO_SKIPS"}
    return subprocess.run(
        [*command, "--rootdir", str(folder), str(folder)],
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_build_fails_where_a_test_would_be_skipped_and_says_why(tmp_path: Path) -> None:
    ended = run(tmp_path, NO_SKIPS="1")

    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 passed, 1 xfailed, 2 errors" in ended.stdout
    for reason in ("no server is installed", "there is no nginx"):
        assert f"nothing may be skipped where NO_SKIPS is set: Skipped: {reason}" in ended.stdout


def test_elsewhere_it_is_skipped_with_its_reason(tmp_path: Path) -> None:
    ended = run(tmp_path)

    assert ended.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in ended.stdout
