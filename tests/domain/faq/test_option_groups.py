import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.drafting.option_groups import MOST_GROUPED, MOST_OPTIONS, Group, groups_of


def members_of(groups: tuple[Group, ...]) -> list[int]:
    return [member for group in groups for member in (*group.members, *members_of(group.groups))]


def widths_of(groups: tuple[Group, ...]) -> list[int]:
    return [
        len(groups),
        *(width for group in groups for width in (widths_of(group.groups) if group.groups else [])),
    ]


def test_nine_options_need_no_group() -> None:
    assert groups_of([f"label {at}" for at in range(9)]) == ()


def test_labels_that_share_a_word_stand_under_it_and_the_rest_in_order() -> None:
    labels = ["paying by card", "opening hours", "paying late", "parking", "pets", "paying abroad"]
    labels += ["towels", "breakfast", "keys", "a late exit"]

    assert groups_of(labels) == (
        Group(heading="paying", members=(0, 2, 5)),
        Group(heading="other questions, such as opening hours", members=(1, 3, 4, 6, 7, 8, 9)),
    )


def test_labels_that_share_nothing_are_numbered_with_the_first_of_each() -> None:
    labels = ["ants", "bees", "cats", "dogs", "eels", "frog", "goat", "hens", "ibex", "jays"]

    assert groups_of(labels) == (
        Group(heading="questions 1 to 5: ants", members=(0, 1, 2, 3, 4)),
        Group(heading="questions 6 to 10: frog", members=(5, 6, 7, 8, 9)),
    )


def test_f10_five_hundred_questions_are_laid_out_without_a_wide_menu() -> None:
    groups = groups_of([f"part {chr(97 + at % 26)}{at}" for at in range(500)])

    assert sorted(members_of(groups)) == list(range(500))
    assert max(widths_of(groups)) <= MOST_OPTIONS


WORDS = st.sampled_from(
    ["paying", "cards", "card", "bill", "hours", "parking", "your", "late", "x", "\u00fcber"]
)


@given(labels=st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=120))
def test_every_label_is_in_exactly_one_group_and_no_menu_is_too_wide(labels: list[str]) -> None:
    groups = groups_of(labels)

    if len(labels) > MOST_OPTIONS:
        assert sorted(members_of(groups)) == list(range(len(labels)))
        assert max(widths_of(groups)) <= MOST_OPTIONS
        assert all(len(leaf.members) <= MOST_GROUPED for leaf in leaves(groups))
    else:
        assert groups == ()


def leaves(groups: tuple[Group, ...]) -> list[Group]:
    return [leaf for group in groups for leaf in (leaves(group.groups) if group.groups else [group])]


@pytest.mark.parametrize("count", [10, 50, 200])
def test_the_same_labels_always_give_the_same_groups(count: int) -> None:
    labels = [f"{'pay' if at % 3 else 'open'}ing part {at}" for at in range(count)]

    assert groups_of(labels) == groups_of(list(labels))
