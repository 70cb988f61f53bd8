"""No variable moves the clock of production, and no process goes on with another key, whichever it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.bootstrap.startup import load_folders
from tests.process.production import PRODUCTION
from tests.process.served import IVR, ROOT, free_port

pytestmark = pytest.mark.chaos

CLOCK = "2020-01-01T10:00:00+00:00"
SECRET = {"IVR_PRODUCT_SECRET": "b7c1f09e5d2a4836" * 4}
FACTORIES = ["ivr.bootstrap.line_process", "ivr.bootstrap.console_process", "ivr.bootstrap.events_process"]
COMMANDS = [
    ["serve", "--port", "PORT"],
    ["console", "--port", "PORT"],
    ["events", "--port", "PORT"],
    ["work", "--once"],
    ["purge"],
    ["audit", "verify"],
    ["audit", "anchor"],
    ["desk"],
    ["staff", "add", "ana", "--role", "supervisor"],
    ["accounts", "unlock", "204117", "--agent", "ana", "--second", "luis"],
    ["bounce"],
    ["forget", "204117", "--yes"],
    ["reconcile", "LIST"],
]
OURS, OTHER = "3f9c1e7ab25d80464be1a07f" * 2 + "9d", "c04be78a91f2653d77e0ba16" * 2 + "4f"


@pytest.fixture(scope="module")
def menus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the menus without what is the example's, as production takes them."""
    menus = Path(shutil.copytree(ROOT / "menus", tmp_path_factory.mktemp("company") / "menus"))
    company = menus / "company.yaml"
    lines = company.read_text(encoding="utf-8").splitlines(keepends=True)
    company.write_text("".join(line for line in lines if line.strip() != "example: true"), encoding="utf-8")
    loaded, _ = load_folders(menus, ROOT / "prompts")
    assert "example-value" not in {finding.rule for finding in loaded.findings}
    return menus


def ended(home: Path, command: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run to its end, or for as long as a start that is refused takes at most."""
    whole = {"PATH": os.environ["PATH"], "IVR_HOME": str(home), **environ}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=whole,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.terminate()
            out, err = process.communicate()
            return subprocess.CompletedProcess(command, 0, out, f"{err}\nit went on")
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def command_of(words: list[str], folder: Path) -> list[str]:
    listed = folder / "list.csv"
    listed.write_text("account,time,reference\n", encoding="ascii")
    meant = {"PORT": str(free_port()), "LIST": str(listed)}
    return [IVR, *(meant.get(word, word) for word in words)]


def factory_of(module: str) -> list[str]:
    return [sys.executable, "-c", f"from {module} import application\napplication()\nprint('it started')"]


@pytest.mark.parametrize("module", FACTORIES)
@pytest.mark.parametrize("name", ["IVR_SERVE_CLOCK", "IVR_CONSOLE_CLOCK", "FAKETIME"])
def test_no_variable_moves_the_clock_of_a_servers_process_in_production(
    tmp_path: Path, menus: Path, module: str, name: str
) -> None:
    production = PRODUCTION | SECRET | {"IVR_MENUS": str(menus)}

    started = ended(tmp_path, factory_of(module), production)
    refused = ended(tmp_path, factory_of(module), production | {name: CLOCK})

    assert (started.returncode, started.stdout) == (0, "it started\n"), started.stderr
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert f"{name} is set, and production goes by the real time" in refused.stderr


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_runs_in_production_with_a_variable_that_would_move_the_clock(
    tmp_path: Path, menus: Path, words: list[str]
) -> None:
    production = PRODUCTION | SECRET | {"IVR_MENUS": str(menus), "IVR_SERVE_CLOCK": CLOCK}

    refused = ended(tmp_path, command_of(words, tmp_path), production)

    assert refused.returncode == 2
    assert "IVR_SERVE_CLOCK is set, and production goes by the real time; do not set it" in refused.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the home of a line that was begun with our key."""
    home = tmp_path_factory.mktemp("home")
    assert ended(home, [IVR, "migrate"], {}).returncode == 0
    for first in (["accounts", "import", "menus/calls/accounts.csv", "--yes"], ["purge"]):
        done = ended(home, [IVR, *first], {"IVR_KEY": OURS})
        assert done.returncode == 0, done.stderr
    return home


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_changed_key_is_told_by_every_command_that_uses_it(
    home: Path, tmp_path: Path, words: list[str]
) -> None:
    refused = ended(home, command_of(words, tmp_path), SECRET | {"IVR_KEY": OTHER})

    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert "IVR_KEY is not the key that this database was begun with" in refused.stderr
    assert "set the first one again" in refused.stderr
    assert OTHER not in refused.stderr


@pytest.mark.parametrize("module", FACTORIES)
def test_a_changed_key_is_told_by_every_servers_process(home: Path, module: str) -> None:
    same = ended(home, factory_of(module), SECRET | {"IVR_KEY": OURS})
    other = ended(home, factory_of(module), SECRET | {"IVR_KEY": OTHER})

    assert (same.returncode, same.stdout) == (0, "it started\n"), same.stderr
    assert other.returncode == 1
    assert "IVR_KEY is not the key that this database was begun with" in other.stderr


def test_a_key_that_was_made_for_development_and_went_is_told(tmp_path: Path) -> None:
    assert ended(tmp_path, [IVR, "migrate"], {}).returncode == 0
    assert ended(tmp_path, [IVR, "purge"], {}).returncode == 0
    kept = (tmp_path / "key").read_text(encoding="ascii")
    (tmp_path / "key").unlink()

    refused = ended(tmp_path, [IVR, "purge"], {})

    assert refused.returncode == 2
    assert f"{tmp_path}/key is not the key that this database was begun with" in refused.stderr
    (tmp_path / "key").write_text(kept, encoding="ascii")
    assert ended(tmp_path, [IVR, "purge"], {}).returncode == 0
