from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.stamp import LOCKS, PLACE, Stamp


def tree_at(root: Path) -> Path:
    (root / ".venv").mkdir(parents=True, exist_ok=True)
    for lock in LOCKS.values():
        (root / lock).write_text(f"what stands in {lock}\n", encoding="utf-8")
    return root


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tree_at(tmp_path / "line")


@pytest.mark.parametrize("purpose", ["run", "check"])
def test_what_was_written_is_found_done(tree: Path, purpose: str) -> None:
    Stamp.wanted(tree, purpose=purpose).write(tree)

    assert Stamp.wanted(tree, purpose=purpose).covers(tree)


def test_an_empty_environment_is_neither_done_nor_a_beginning(tree: Path) -> None:
    wanted = Stamp.wanted(tree, purpose="run")

    assert (wanted.covers(tree), wanted.extends(tree)) == (False, False)


def test_the_test_tools_include_what_the_service_needs(tree: Path) -> None:
    Stamp.wanted(tree, purpose="check").write(tree)

    assert Stamp.wanted(tree, purpose="run").covers(tree)


def test_the_test_tools_are_added_to_what_the_service_needs(tree: Path) -> None:
    Stamp.wanted(tree, purpose="run").write(tree)

    wanted = Stamp.wanted(tree, purpose="check")

    assert (wanted.covers(tree), wanted.extends(tree)) == (False, True)


@pytest.mark.parametrize(("purpose", "lock"), [("run", "run"), ("check", "run"), ("check", "check")])
def test_a_changed_lock_starts_afresh(tree: Path, purpose: str, lock: str) -> None:
    Stamp.wanted(tree, purpose=purpose).write(tree)

    (tree / LOCKS[lock]).write_text("something newer\n", encoding="utf-8")

    wanted = Stamp.wanted(tree, purpose=purpose)
    assert (wanted.covers(tree), wanted.extends(tree)) == (False, False)


def test_a_tree_that_has_moved_starts_afresh(tree: Path) -> None:
    Stamp.wanted(tree, purpose="run").write(tree)

    moved = tree.rename(tree.with_name("elsewhere"))

    wanted = Stamp.wanted(moved, purpose="run")
    assert (wanted.covers(moved), wanted.extends(moved)) == (False, False)


def test_a_cleared_stamp_starts_afresh(tree: Path) -> None:
    wanted = Stamp.wanted(tree, purpose="run")
    wanted.write(tree)

    Stamp.clear(tree)

    assert (wanted.covers(tree), wanted.extends(tree)) == (False, False)


@given(note=st.binary(max_size=200))
def test_no_other_note_counts_as_done(tmp_path_factory: pytest.TempPathFactory, note: bytes) -> None:
    tree = tree_at(tmp_path_factory.getbasetemp() / "stamped")

    (tree / PLACE).write_bytes(note)

    assert not Stamp.wanted(tree, purpose="run").covers(tree)
