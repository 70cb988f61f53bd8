"""The whole check over a package of three lines, in a process of its own, since it forks."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import ROOT

MODULE = "def is_leap(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"
GOOD = "assert [y for y in range(1890, 2010) if is_leap(y)] == [*range(1892, 1900, 4), *range(1904, 2010, 4)]"
POOR = "assert is_leap(2004)"
RULE = (
    '[[rule]]\nname = "a century"\nfile = "small/leap.py"\nold = "{old}"\nnew = "{new}"\ntests = ["tests"]\n'
)
CENTURY = RULE.format(old="year % 100 != 0", new="True")
SAME = RULE.format(old="return year", new="return year")


def checked(
    folder: Path, *arguments: str, says: str, rules: str = CENTURY, equal: str = "mutant = []\n"
) -> str:
    """Run the check over the package, whose one test asserts *says*; give what it prints, and its status."""
    kept = folder / "tests/mutants"
    for made in (kept, folder / "small"):
        made.mkdir(parents=True)
    (folder / "small/leap.py").write_text(MODULE)
    (folder / "tests/test_leap.py").write_text(
        f"from small.leap import is_leap\n\n\ndef test_leap():\n    {says}\n"
    )
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (kept / "rules.toml").write_text(rules)
    (kept / "equal.toml").write_text(equal)
    (kept / "rooms.toml").write_text('[small]\nfiles = ["small/*.py"]\ntests = ["tests"]\ngoal = 95\n')
    command = [sys.executable, "-m", "tools.mutants", *arguments]
    environment = {"PYTHONPATH": f"{folder}:{ROOT}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}{done.returncode}"


def test_a_test_that_holds_every_rule_passes_and_nothing_is_left_changed(tmp_path: Path) -> None:
    said = checked(tmp_path, says=GOOD)

    assert said.splitlines() == [
        "rules: 1 of 1 noticed, 100.0 % (goal 100 %; 1 in all)",
        "small: 18 of 18 noticed, 100.0 % (goal 95 %; 18 in all)",
        "0",
    ]
    assert (tmp_path / "small/leap.py").read_text() == MODULE


def test_what_a_poor_test_lets_pass_is_named_and_fails(tmp_path: Path) -> None:
    said = checked(tmp_path, "rules", says=POOR)

    assert said.splitlines() == [
        "survived: small/leap.py: a century",
        "rules: 0 of 1 noticed, 0.0 % (goal 100 %; 1 in all)",
        "1",
    ]


def test_code_that_is_not_changed_is_not_noticed(tmp_path: Path) -> None:
    assert "survived: small/leap.py: a century" in checked(tmp_path, "rules", says=GOOD, rules=SAME)


@pytest.mark.parametrize(
    ("rules", "equal", "fault"),
    [
        (
            RULE.format(old="year % 99", new=""),
            "mutant = []\n",
            "rules.toml: a century: its old text stands 0 times in small/leap.py, and must once",
        ),
        (
            RULE.format(old="year %", new=""),
            "mutant = []\n",
            "rules.toml: a century: its old text stands 3 times in small/leap.py, and must once",
        ),
        (
            CENTURY.replace('["tests"]', '["tests/gone.py"]'),
            "mutant = []\n",
            "rules.toml: a century: there is no tests/gone.py",
        ),
        (
            CENTURY,
            '[[mutant]]\nfile = "small/leap.py"\nwhere = "is_leap"\ntext = "pass"\nwhat = "x"\nwhy = "y"\n',
            "equal.toml: small/leap.py | is_leap | pass | x: there is no such mutant",
        ),
    ],
)
def test_an_entry_that_fits_the_code_no_more_is_named(
    tmp_path: Path, rules: str, equal: str, fault: str
) -> None:
    said = checked(tmp_path, "--stale", says=GOOD, rules=rules, equal=equal)

    assert said.splitlines() == [fault, "1"]


def test_the_entries_that_are_kept_fit_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", "--stale"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("", 0)
