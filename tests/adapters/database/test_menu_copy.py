"""The copy of the menu beside the spool: whole, or not there."""

from pathlib import Path

import pytest

from ivr.adapters.database.menus.menu_copy import NAME, keep_copy, read_copy

FILES = {"menus/main.yaml": b"start: main\n", "prompts/en/line.yaml": b"\x00\xff"}


def test_the_last_copy_is_given_back_as_it_was(tmp_path: Path) -> None:
    before = read_copy(tmp_path)
    keep_copy(tmp_path, {"menus/main.yaml": b"first"})
    keep_copy(tmp_path, FILES)

    assert (before, read_copy(tmp_path)) == (None, FILES)
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_what_is_no_copy_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)

    assert read_copy(tmp_path) is None


def test_a_copy_that_was_torn_is_none(tmp_path: Path) -> None:
    keep_copy(tmp_path, FILES)
    whole = (tmp_path / NAME).read_bytes()

    seen = []
    for length in range(len(whole)):
        (tmp_path / NAME).write_bytes(whole[:length])
        seen.append(read_copy(tmp_path))

    assert set(map(str, seen)) == {"None"}
