import ast
from pathlib import Path

import pytest

from tools.mutator import mutants_of

SOURCE = '''"""A leap year has a day more."""

LEAST: Final[int] = 4


def is_leap(year: int, *, of: Literal[1, 2] = 1) -> bool:
    """Tell."""
    if year < LEAST or not year:
        raise ValueError(f"{year - 1} is too early")
    log.warning("asked")
    remember(year)
    return year % 4 == 0 and (year % 100 != 0 or any(one in {"a", "b"} for one in NAMES if one))
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "leap.py"
    path.write_text(SOURCE)
    return path


def whats(module: Path, line: int) -> list[str]:
    return [one.what for one in mutants_of(module)[1] if one.line == line]


def test_a_constant_is_changed_and_its_type_is_not(module: Path) -> None:
    assert whats(module, 3) == ["4 made 5"]


def test_a_default_is_changed_and_what_it_may_be_is_not(module: Path) -> None:
    assert whats(module, 6) == ["1 made 2"]


def test_each_part_of_a_condition_is_taken_away_and_turned_round(module: Path) -> None:
    assert whats(module, 8) == [
        "Lt made GtE",
        "Lt made LtE",
        "Or made And",
        "if made False",
        "if made True",
        "not taken away",
        "not year taken away",
        "year < LEAST taken away",
    ]


def test_nothing_is_changed_in_a_message_or_in_what_only_a_log_shows(module: Path) -> None:
    assert (whats(module, 9), whats(module, 10)) == ([], [])


def test_a_call_that_is_made_for_what_it_does_is_taken_away(module: Path) -> None:
    assert whats(module, 11) == ["call taken away"]


def test_what_is_returned_is_changed_in_every_part(module: Path) -> None:
    found = whats(module, 12)

    assert {
        "any made all",
        "'a' taken out",
        "filter taken away",
        "Mod made FloorDiv",
        "In made NotIn",
    } <= set(found)
    assert found.count("0 made 1") == 2


def test_every_mutant_is_other_code_that_compiles_and_no_two_are_one(module: Path) -> None:
    count = len(mutants_of(module)[1])
    said = set()
    for index in range(count):
        tree, mutants = mutants_of(module)
        mutants[index].change()
        compile(tree, "leap.py", "exec")
        said.add(ast.unparse(tree))

    assert len(said) == count
    assert ast.unparse(ast.parse(SOURCE)) not in said


def test_a_fact_that_is_not_written_is_a_mutant(tmp_path: Path) -> None:
    path = tmp_path / "facts.py"
    path.write_text("def moved(case):\n    return replace(case, state='OVER', at=1)\n")

    assert whats(path, 2) == ["1 made 2", "at not written", "state not written"]


def test_a_mutant_is_named_by_its_function_and_words_and_by_no_line(module: Path) -> None:
    keys = [one.key for one in mutants_of(module)[1]]
    module.write_text(f"# One line more.\n{SOURCE}")

    assert [one.key for one in mutants_of(module)[1]] == keys
    assert keys[-1][1:3] == ("is_leap", SOURCE.splitlines()[-1].strip())
