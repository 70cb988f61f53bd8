"""Every command that a document shows is run as it stands there, but for `make`.

`make demo` and `make check` are run by .ci/run; of every other target we ask make whether it knows it.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs.documents import DOCS, ROOT, blocks, typed
from tests.docs.forked import Commands, forking_commands
from tests.process.served import serving

TYPED = sorted(set[str]().union(*map(typed, DOCS.values())))
SERVING = [line for line in TYPED if line.startswith("ivr serve")]
MAKING = [line for line in TYPED if line.startswith("make ")]
LASTING = [line for line in TYPED if line == "ivr work"]
# Served on ports of their own: tests/entrypoints/console/test_console_command.py, tests/cli/test_events.py.
SERVED_THERE = {"ivr console", "ivr events"}
RUNNING = [line for line in TYPED if line not in {*SERVING, *MAKING, *LASTING, *SERVED_THERE}]

LEAVES = {
    "ivr schema": "menus/section.schema.json",
    "ivr migrate": ".ivr/ivr.db",
    "ivr fallback --out fallback.xml": "fallback.xml",
    "ivr import FAQ.txt --out my-menus": "my-menus/main.yaml",
    "ivr call --save menus/calls/mine.yaml": "menus/calls/mine.yaml",
}
# Of a document's commands these need that others were run before.
_ACCOUNTS = ("ivr migrate", "ivr accounts import ACCOUNTS.csv")
_ANA = "ivr staff add ana --role supervisor"
FIRST = {
    "ivr voicemail": ("ivr migrate",),
    "ivr accounts import ACCOUNTS.csv": ("ivr migrate",),
    "ivr accounts import menus/calls/accounts.csv": ("ivr migrate",),
    "ivr accounts list": _ACCOUNTS,
    "ivr accounts invite 204117": _ACCOUNTS,
    "ivr accounts issue-pin 204117 --delivered-by letter": _ACCOUNTS,
    "ivr accounts unlock 204117 --agent ana --second luis": (
        *_ACCOUNTS,
        _ANA,
        "ivr staff add luis --role supervisor",
    ),
    "ivr accounts readiness": _ACCOUNTS,
    "ivr audit anchor": ("ivr migrate",),
    "ivr audit export --out audit.jsonl": ("ivr migrate",),
    "ivr audit verify": ("ivr migrate",),
    "ivr bounce < message": ("ivr migrate",),
    "ivr desk": ("ivr migrate",),
    "ivr desk callers --agent ana": ("ivr migrate", _ANA),
    "ivr forget 204117": _ACCOUNTS,
    "ivr purge": ("ivr migrate",),
    "ivr staff add ana --role supervisor": ("ivr migrate",),
    "ivr staff list": ("ivr migrate",),
    "ivr staff mail ana ana@example.com": ("ivr migrate", _ANA),
    "ivr staff add sam --role tam --phone +14155550190 --mail sam@example.com": ("ivr migrate",),
}
# There is no such case, no such mail and no such caller in a new company: the answer is that.
_CASE = "912345678"
NOTHING = {
    **{line: "no case has this number" for line in RUNNING if _CASE in line},
    "ivr desk callers --agent ana": "a demo's settings, whose calls go nowhere",
    f"ivr desk keypad {_CASE} --agent ana": "a demo's settings, whose calls go nowhere",
    "ivr accounts invite 204117": "add them to `factors`",
    "ivr accounts issue-pin 204117 --delivered-by letter": "write `pci: on`",
    "ivr audit anchor": "the audit has no record yet",
    "ivr bounce < message": "this is no notice of a mail that failed",
}
_YES = {
    "ivr accounts import ACCOUNTS.csv",
    "ivr accounts import menus/calls/accounts.csv",
    "ivr forget 204117",
}


def _new_company(folder: Path) -> None:
    """Make a folder like the one a company works in: menus without their schemas, prompts, and its FAQ."""
    shutil.copytree(ROOT / "menus", folder / "menus", ignore=shutil.ignore_patterns("*.schema.json"))
    shutil.copytree(ROOT / "prompts", folder / "prompts")
    (faq,) = (ROOT / "menus" / "faq").glob("*.txt")
    shutil.copy(faq, folder / "FAQ.txt")
    shutil.copy(ROOT / "menus" / "calls" / "accounts.csv", folder / "ACCOUNTS.csv")
    (folder / "message").write_text("Subject: hello\n\nNo bounce at all.\n", encoding="ascii")


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with forking_commands(ROOT) as started:
        yield started


@pytest.fixture(scope="module")
def company_after(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Callable[..., Path]:
    """Give a company's folder of its own, in which the commands that are named were run before.

    What several documented commands need is run once, and its folder is copied.
    """

    @cache
    def left_by(lines: tuple[str, ...]) -> Path:
        folder = tmp_path_factory.mktemp("company")
        if lines:
            *earlier, last = lines
            shutil.copytree(left_by(tuple(earlier)), folder, dirs_exist_ok=True)
            assert _run(commands, last, folder).returncode == 0
        else:
            _new_company(folder)
        return folder

    def own(*lines: str) -> Path:
        folder = tmp_path_factory.mktemp("own")
        return Path(shutil.copytree(left_by(lines), folder, dirs_exist_ok=True))

    return own


def _run(commands: Commands, line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run it there; a caller, where one is wanted, presses 2 and hangs up."""
    typed_line, _, redirected = line.partition(" < ")
    _, *arguments = shlex.split(typed_line)
    given = (folder / redirected).read_text(encoding="ascii") if redirected else "2\nh\n"
    return commands.run(arguments, folder, typed="y\n" if line in _YES else given)


def test_the_documents_show_what_is_known_to_leave_a_file() -> None:
    assert {*LEAVES, *FIRST} <= set(RUNNING)


@pytest.mark.parametrize("line", RUNNING)
def test_a_command_does_what_its_document_says(
    line: str, commands: Commands, company_after: Callable[..., Path]
) -> None:
    before = ("ivr migrate", _ANA) if _CASE in line else FIRST.get(line, ())
    company = company_after(*before)
    left = company / LEAVES.get(line, "menus/main.yaml")
    was_there = left.exists()

    done = _run(commands, line, company)

    told = done.stdout + done.stderr
    assert (done.returncode, NOTHING.get(line, "") in told) == (int(line in NOTHING), True), told
    assert (was_there, left.is_file()) == (line not in LEAVES, True)


def test_the_documented_order_takes_a_faq_to_a_call(
    commands: Commands, company_after: Callable[..., Path]
) -> None:
    company = company_after("ivr import FAQ.txt --out my-menus")

    checked = _run(commands, "ivr check my-menus", company)
    called = _run(commands, "ivr call my-menus --keys '1 h'", company)

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


@pytest.mark.parametrize("line", LASTING)
def test_what_runs_on_ends_when_it_is_told_to(line: str, company_after: Callable[..., Path]) -> None:
    company = company_after("ivr migrate")
    _, *arguments = shlex.split(line)
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ivr", *arguments]
    with subprocess.Popen(
        command, cwd=company, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.terminate()

        assert running.wait(timeout=30) == 0, first


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
