import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.reader import read

TEXT = b"""\
main:
  say: Hello
  options:
    - key: 1
      go: orders
    - {key: 2, go: "returns"}
"""
MENU = read("menu.yaml", TEXT)


def at(line: int, column: int) -> Spot:
    return Spot(file="menu.yaml", line=line, column=column)


def test_each_value_keeps_its_place() -> None:
    assert dict(MENU.spots) == {
        (): at(1, 1),
        ("main",): at(2, 3),
        ("main", "say"): at(2, 8),
        ("main", "options"): at(4, 5),
        ("main", "options", 0): at(4, 7),
        ("main", "options", 0, "key"): at(4, 12),
        ("main", "options", 0, "go"): at(5, 11),
        ("main", "options", 1): at(6, 7),
        ("main", "options", 1, "key"): at(6, 13),
        ("main", "options", 1, "go"): at(6, 20),
    }
    assert len(MENU.spots) == 10


def test_what_was_not_written_stands_at_the_nearest_parent() -> None:
    assert MENU.spot(("main", "options", 1, "label", "text")) == at(6, 7)
    assert MENU.spot(("other",)) == at(1, 1)


def test_a_key_has_its_own_place() -> None:
    assert MENU.key_spot(("main", "options")) == at(3, 3)
    assert MENU.key_spot(("main", "options", 1, "go")) == at(6, 16)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        pytest.param("Mo 9", 6, id="plain"),
        pytest.param('"Mo 9"', 7, id="in double quotes"),
        pytest.param("'Mo 9'", 7, id="in single quotes"),
        pytest.param('"Mo\\x209"', 4, id="with an escape: where the text begins"),
        pytest.param("|-\n    Mo 9", 4, id="below: where the text begins"),
    ],
)
def test_a_character_within_a_text_has_a_place(written: str, column: int) -> None:
    document = read("menu.yaml", f"a: {written}\n".encode())

    assert document.value == {"a": "Mo 9"}
    assert document.spot_within(("a",), "Mo 9", 3) == at(1, column)


def test_a_character_of_what_was_not_written_stands_at_the_nearest_parent() -> None:
    assert MENU.spot_within(("main", "label"), "Hello", 2) == at(2, 3)


def test_a_list_item_has_no_key_and_stands_at_its_value() -> None:
    assert MENU.key_spot(("main", "options", 0)) == at(4, 7)


def test_an_unreadable_file_is_placed_at_its_beginning() -> None:
    assert read("menu.yaml", b"").spot(("main",)) == at(1, 1)


@given(st.lists(st.one_of(st.text(), st.integers())).map(tuple))
def test_every_path_has_some_place(path: tuple[str | int, ...]) -> None:
    assert MENU.spot(path) in set(MENU.spots.values())
