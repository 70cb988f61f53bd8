"""Every threat and target of the document has its row, and every test that a row names is there."""

import re
from pathlib import Path

from bench.uniform import MOST_MS
from tests.docs.documents import DOCS, ROOT

SECURITY = DOCS["security.md"]
_ROW = re.compile(r"^\| ([TG][0-9]+) \|.*$", re.MULTILINE)


def _tests() -> set[str]:
    files: list[Path] = sorted((ROOT / "tests").rglob("test_*.py"))
    return {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}


def test_each_threat_and_each_target_has_one_row() -> None:
    rows = [found[1] for found in _ROW.finditer(SECURITY)]

    targets = ["G3", "G4", "G5", "G6", "G7", "G8", "G13", "G15", "G16", "G17", "G18", "G20"]
    assert rows == [*(f"T{number}" for number in range(1, 41)), *targets]


def test_each_row_names_a_test_that_is_there_or_says_what_is_not_built() -> None:
    tests = _tests()

    for row in _ROW.finditer(SECURITY):
        named = set(re.findall(r"`(test_\w+)`", row[0]))
        assert named or "not built: issue/console" in row[0], row[1]
        assert named <= tests, row[1]


def test_the_difference_that_is_promised_is_the_one_that_the_bench_measures_against() -> None:
    (row,) = (found[0] for found in _ROW.finditer(SECURITY) if found[1] == "G5")

    assert re.findall(r"the median difference is at most (\d+) ms", row) == [f"{MOST_MS:.0f}"]
