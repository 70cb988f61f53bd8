"""Every command that a document shows is run as it stands there, but for `make`.

`make demo` and `make check` are run by .ci/run; of every other target we ask make whether it knows it.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.documents import DOCS, ROOT, blocks, typed
from tests.process.served import serving

TYPED = sorted(set[str]().union(*map(typed, DOCS.values())))
SERVING = [line for line in TYPED if line.startswith("ivr serve")]
MAKING = [line for line in TYPED if line.startswith("make ")]
LASTING = [line for line in TYPED if line == "ivr work"]
# Served on ports of their own by tests/console/test_console_command.py and tests/cli/test_events.py.
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
FIRST = {
    "ivr voicemail": ("ivr migrate",),
    "ivr accounts import ACCOUNTS.csv": ("ivr migrate",),
    "ivr accounts import menus/calls/accounts.csv": ("ivr migrate",),
    "ivr accounts list": _ACCOUNTS,
    "ivr accounts invite 204117": _ACCOUNTS,
    "ivr accounts issue-pin 204117 --delivered-by letter": _ACCOUNTS,
    "ivr accounts unlock 204117 --agent ana --second luis": _ACCOUNTS,
    "ivr accounts readiness": _ACCOUNTS,
    "ivr audit export --out audit.jsonl": ("ivr migrate",),
    "ivr audit verify": ("ivr migrate",),
    "ivr bounce < message": ("ivr migrate",),
    "ivr desk": ("ivr migrate",),
    "ivr forget 204117": _ACCOUNTS,
    "ivr purge": ("ivr migrate",),
    "ivr staff add ana --role supervisor": ("ivr migrate",),
    "ivr staff mail ana ana@example.com": ("ivr migrate", "ivr staff add ana --role supervisor"),
    "ivr staff add sam --role tam --phone +14155550190 --mail sam@example.com": ("ivr migrate",),
}
# There is no such case, and no such mail, in a new company: the answer is that.
_CASE = "912345678"
NOTHING = {
    **{line: "no case has this number" for line in RUNNING if _CASE in line},
    "ivr accounts invite 204117": "add them to `factors`",
    "ivr accounts issue-pin 204117 --delivered-by letter": "write `pci: on`",
    "ivr bounce < message": "this is no notice of a mail that failed",
}
_YES = {
    "ivr accounts import ACCOUNTS.csv",
    "ivr accounts import menus/calls/accounts.csv",
    "ivr forget 204117",
}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """Give a folder like the one a company works in: menus without their schemas, prompts, and its FAQ."""
    shutil.copytree(ROOT / "menus", tmp_path / "menus", ignore=shutil.ignore_patterns("*.schema.json"))
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    (faq,) = (ROOT / "menus" / "faq").glob("*.txt")
    shutil.copy(faq, tmp_path / "FAQ.txt")
    shutil.copy(ROOT / "menus" / "calls" / "accounts.csv", tmp_path / "ACCOUNTS.csv")
    (tmp_path / "message").write_text("Subject: hello\n\nNo bounce at all.\n", encoding="ascii")
    return tmp_path


def _run(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run it there; a caller, where one is wanted, presses 2 and hangs up."""
    typed_line, _, redirected = line.partition(" < ")
    _, *arguments = shlex.split(typed_line)
    given = (folder / redirected).read_text(encoding="ascii") if redirected else "2\nh\n"
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        input="y\n" if line in _YES else given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_documents_show_what_is_known_to_leave_a_file() -> None:
    assert {*LEAVES, *FIRST} <= set(RUNNING)


@pytest.mark.parametrize("line", RUNNING)
def test_a_command_does_what_its_document_says(line: str, company: Path) -> None:
    left = company / LEAVES.get(line, "menus/main.yaml")
    was_there = left.exists()
    before = ("ivr migrate",) if _CASE in line else FIRST.get(line, ())
    for earlier in before:
        assert _run(earlier, company).returncode == 0

    done = _run(line, company)

    told = done.stdout + done.stderr
    assert (done.returncode, NOTHING.get(line, "") in told) == (int(line in NOTHING), True), told
    assert (was_there, left.is_file()) == (line not in LEAVES, True)


def test_the_documented_order_takes_a_faq_to_a_call(company: Path) -> None:
    _run("ivr import FAQ.txt --out my-menus", company)

    checked, called = _run("ivr check my-menus", company), _run("ivr call my-menus --keys '1 h'", company)

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
def test_what_runs_on_ends_when_it_is_told_to(line: str, company: Path) -> None:
    assert _run("ivr migrate", company).returncode == 0
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
