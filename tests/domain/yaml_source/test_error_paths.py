from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.error_paths import written_path
from ivr.domain.yaml_source.reader import read
from ivr.domain.yaml_source.yaml_document import Path, Value

MENU: Value = {"main": {"say": "a", "options": [{"go": "b"}]}}


def test_names_of_union_members_are_left_out() -> None:
    assert written_path(MENU, ("main", "MenuNode", "options", 0, "go", "str")) == ("main", "options", 0, "go")


def test_a_member_named_like_a_field_does_not_hide_the_fields() -> None:
    assert written_path(MENU, ("main", "say", "options", 0)) == ("main", "options", 0)


@given(st.lists(st.sampled_from(["main", "say", "options", 0, 1, -1, "go", "x"]), max_size=8).map(tuple))
def test_what_is_returned_was_written(loc: Path) -> None:
    document = read("menu.yaml", b"main: {say: a, options: [{go: b}]}")

    assert written_path(document.value, loc) in document.spots
