"""The first run for real: each test makes a true venv; pip and uv are stand-ins, as there is no network."""

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tools.environment import Machine, NotReady, prepare
from tools.package_index import PackageIndex
from tools.pip_wheel import Wheel
from tools.stamp import LOCKS, Stamp

# Says what it was asked, but only if it runs inside the environment; fails when the lock says so.
PIP_MAIN = """
import os, sys
assert sys.prefix != sys.base_prefix
lock = open(sys.argv[-1]).read()
with open(os.path.join(sys.prefix, "asked"), "a") as asked:
    print(*sys.argv[1:-1], "user=" + os.environ["PIP_USER"], lock, file=asked)
sys.exit(lock == "impossible")
"""
ASKED = "install --no-deps --quiet --quiet --require-hashes --only-binary :all: --requirement user=0"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    # Blanks in a path are where generated scripts break first.
    root = tmp_path / "my answer line"
    (root / "ivr").mkdir(parents=True)
    (root / "ivr" / "cli.py").write_text("def main():\n    print('answering')\n    return 3\n")
    (root / "pyproject.toml").write_text('[project]\nname = "line"\nscripts = {ivr = "ivr.cli:main"}\n')
    for purpose, lock in LOCKS.items():
        (root / lock).write_text(f"lock-{purpose}")
    return root


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """Return Debian's own Python as it comes: no uv, no ensurepip, no pip; and an index on the disk."""
    page = tmp_path / "simple" / "pip"
    page.mkdir(parents=True)
    name = "pip-1.0-py3-none-any.whl"
    with zipfile.ZipFile(page / name, "w") as wheel:
        wheel.writestr("pip/__main__.py", PIP_MAIN)
    (page / "index.html").write_text(f'<a href="{name}">{name}</a>')
    return Machine(
        variables=dict(os.environ),
        index=PackageIndex(url=(tmp_path / "simple").as_uri()),
        uv=None,
        has_ensurepip=False,
        pip=Wheel(name=name, sha256=hashlib.sha256((page / name).read_bytes()).hexdigest()),
    )


def set_up(tree: Path, purpose: str, machine: Machine) -> None:
    prepare(tree, Stamp.wanted(tree, purpose=purpose), machine)


def asked(tree: Path) -> list[str]:
    return (tree / ".venv" / "asked").read_text().splitlines()


def script(path: Path, *lines: str) -> str:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return str(path)


def test_without_ensurepip_a_fetched_pip_installs_the_lock(tree: Path, bare: Machine) -> None:
    set_up(tree, "run", bare)

    assert asked(tree) == [f"{ASKED} lock-run"]
    assert Stamp.wanted(tree, purpose="run").covers(tree)
    assert not (tree / ".venv" / "bin" / "pip").exists()


def test_the_project_is_a_command_of_the_environment(tree: Path, bare: Machine) -> None:
    set_up(tree, "run", bare)

    command = str(tree / ".venv" / "bin" / "ivr")
    ended = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "answering\n", "")


def test_the_test_tools_are_added_without_starting_afresh(tree: Path, bare: Machine) -> None:
    set_up(tree, "run", bare)

    set_up(tree, "check", replace(bare, index=PackageIndex(url="file:///nowhere")))

    assert asked(tree) == [f"{ASKED} lock-run", f"{ASKED} lock-check"]
    assert Stamp.wanted(tree, purpose="check").covers(tree)


def test_a_changed_lock_makes_the_environment_afresh(tree: Path, bare: Machine) -> None:
    set_up(tree, "run", bare)
    (tree / LOCKS["run"]).write_text("lock-newer")

    set_up(tree, "run", bare)

    assert asked(tree) == [f"{ASKED} lock-newer"]


def test_a_failed_install_is_told_and_done_afresh(tree: Path, bare: Machine) -> None:
    (tree / LOCKS["run"]).write_text("impossible")

    with pytest.raises(NotReady, match=r"requirements\.lock.*check the network and pip's configuration"):
        set_up(tree, "run", bare)

    assert Stamp.found(tree).lines == ()
    (tree / LOCKS["run"]).write_text("lock-run")
    set_up(tree, "run", bare)
    assert asked(tree) == [f"{ASKED} lock-run"]


def test_a_pip_of_another_hash_is_never_run(tree: Path, bare: Machine) -> None:
    other = replace(bare.pip, sha256="00" * 32)

    with pytest.raises(NotReady, match="sha256 differs"):
        set_up(tree, "run", replace(bare, pip=other))

    assert not (tree / ".venv" / "asked").exists()
    assert Stamp.found(tree).lines == ()


def test_a_place_that_is_not_ours_is_told_with_the_remedy(tree: Path, bare: Machine) -> None:
    (tree / "mine").mkdir()
    (tree / ".venv").symlink_to(tree / "mine")

    with pytest.raises(NotReady, match=r"symbolic link.*yours to write"):
        set_up(tree, "run", bare)

    assert (tree / "mine").is_dir()


def test_uv_is_taken_where_it_is_found_and_told_what_pip_is_told(tree: Path, bare: Machine) -> None:
    uv = script(
        tree / "uv",
        f'test "$1" = venv && exec "{sys.executable}" -m venv --without-pip "$5"',
        'echo "$@" "$UV_DEFAULT_INDEX" "$SSL_CERT_FILE" > .venv/asked',
    )
    index = PackageIndex(url="https://index.example/simple", cafile="/etc/ca.pem")
    variables = {"PATH": "/usr/bin:/bin"}

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tree)
        set_up(tree, "run", replace(bare, uv=uv, index=index, variables=variables))

    python = tree / ".venv" / "bin" / "python"
    lock = tree / LOCKS["run"]
    options = f"--quiet --require-hashes --only-binary :all: --requirement {lock}"
    assert asked(tree) == [
        f"pip install --python {python} {options} https://index.example/simple /etc/ca.pem",
    ]


def test_what_uv_cannot_do_is_left_to_pip(tree: Path, bare: Machine) -> None:
    uv = script(tree / "uv", "exit 2")

    set_up(tree, "run", replace(bare, uv=uv))

    assert asked(tree) == [f"{ASKED} lock-run"]


def test_this_machine_is_described_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = Machine.here().uv

    uv = script(tmp_path / "uv", "exit 0")

    assert (before, Machine.here().uv) == (None, uv)


def test_an_ensurepip_that_is_missing_after_all_is_no_obstacle(tree: Path, bare: Machine) -> None:
    # Debian ships venv without it; where it is there, its own pip installs this empty lock.
    (tree / LOCKS["run"]).write_text("")

    set_up(tree, "run", replace(bare, has_ensurepip=True))

    assert Stamp.wanted(tree, purpose="run").covers(tree)
    assert (tree / ".venv" / "bin" / "pip").exists() != (tree / ".venv" / "asked").exists()
