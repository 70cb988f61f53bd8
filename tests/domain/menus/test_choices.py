"""Which key each option gets, what is said of it, and where it leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.tree import Choice, GoTo, NodeId, PutThrough
from tests.domain.menus.folder import SENTENCES, TWO_LANGUAGES, asked, built, menu, offers, only, small, told

THREE = "{for: a, go: main}\n{for: b, go: main}\n{for: c, put_through: deck}"
QUESTION = (
    "questions:\n  paid:\n    ask: Paid?\n"
    "    yes: {go: main, say: 'Good for {company}.', words: [Yes  please]}\n"
    "    no: {put_through: desk, label: a debt}\n"
)


def test_options_without_a_key_are_numbered_as_they_stand() -> None:
    tree = built(main=menu(THREE))

    assert offers(tree, "main") == ["For a, press 1.", "For b, press 2.", "For c, press 3."]


def test_a_given_key_is_kept_and_the_others_go_round_it() -> None:
    tree = built(main=menu(THREE.replace("{for: a,", "{for: a, key: 2,")))

    assert offers(tree, "main") == ["For b, press 1.", "For a, press 2.", "For c, press 3."]


@given(keys=st.lists(st.none() | st.integers(1, 9), min_size=1, max_size=9))
def test_every_option_has_a_key_of_its_own_or_the_clash_is_told(keys: list[int | None]) -> None:
    options = [f"{{for: o, go: main{'' if key is None else f', key: {key}'}}}" for key in keys]
    given_keys = [key for key in keys if key is not None]
    rest = "answers:\n  far: {say: Far., options: [{for: home, go: main}]}\n"

    loaded = load(small(main=menu("\n".join(["{for: far, go: far}", *options][:9]), rest)))

    kept = given_keys if len(keys) < 9 else [key for key in keys[:8] if key is not None]
    if len(set(kept)) < len(kept):
        assert {finding.rule for finding in loaded.errors} == {"clashing-key"}
        return
    assert loaded.tree is not None
    pressed = [choice.key for choice in asked(loaded.tree, "main").choices]
    assert pressed == sorted(set(pressed))
    assert set(map(str, kept)) <= set(pressed)


def test_a_key_given_twice_names_both_options_and_the_way_out() -> None:
    loaded = load(
        small(main=menu("{for: a, go: x, key: 3}\n{for: b, go: x, key: 3}", "answers:\n  x: {say: X.}\n"))
    )

    assert told(loaded) == [("clashing-key", "error", "menus/main.yaml:7:30")]
    assert only(loaded).what == 'key 3 is given twice ("a" and "b")'
    assert only(loaded).remedy == "renumber one, or drop `key:` and let us choose"


@pytest.mark.parametrize(
    ("keys", "what", "spot"),
    [
        ((1, 2, 4), "key 3 is left out before key 4", "menus/main.yaml:8:30"),
        ((4, 1, 2), "key 3 is left out before key 4", "menus/main.yaml:6:30"),
        ((2, 3, 7), "key 1 is left out before key 2", "menus/main.yaml:6:30"),
        ((None, 5, None), "key 3 is left out before key 5", "menus/main.yaml:7:30"),
    ],
)
def test_a_key_that_is_left_out_is_advised_against(
    keys: tuple[int | None, ...], what: str, spot: str
) -> None:
    options = "\n".join(f"{{for: o, go: x{'' if key is None else f', key: {key}'}}}" for key in keys)

    loaded = load(small(main=menu(options, "answers:\n  x: {say: X., line: desk}\n")))

    assert told(loaded) == [("key-gap", "advice", spot)]
    assert only(loaded).what == what


def test_keys_out_of_order_leave_no_gap_and_an_answer_counts_on_from_its_line() -> None:
    rest = "answers:\n  x: {say: X., line: desk, options: [{for: home, go: main, key: KEY}]}\n"
    options = "{for: a, go: x, key: 3}\n{for: b, go: x}\n{for: c, go: x, key: 1}"

    whole = load(small(main=menu(options, rest.replace("KEY", "2"))))
    gap = load(small(main=menu(options, rest.replace("KEY", "3"))))

    assert whole.findings == ()
    assert told(gap) == [("key-gap", "advice", "menus/main.yaml:10:65")]


def test_an_answer_offers_its_own_line_first_and_keeps_that_key() -> None:
    rest = "answers:\n  x:\n    say: X.\n    line: deck\n    options: [{for: home, go: main}]\n"
    tree = built(main=menu("{for: x, go: x}", rest))

    clash = load(small(main=menu("{for: x, go: x}", rest.replace("go: main", "go: main, key: 1"))))

    assert offers(tree, "x") == ["To talk to the deck, press 1.", "For home, press 2."]
    assert asked(tree, "x").choices[0].target == PutThrough(line=asked(tree, "x").line)
    assert only(clash).what == 'key 1 is given twice (the line\'s own and "home")'


@pytest.mark.parametrize(("count", "rules"), [(7, set()), (8, {"many-options"}), (10, {"too-many-options"})])
def test_more_options_than_a_caller_keeps_in_mind_are_advised_against_and_more_than_keys_refused(
    count: int, rules: set[str]
) -> None:
    options = "\n".join(["{for: a, go: a}"] * count)

    loaded = load(small(main=menu(options, "answers:\n  a: {say: A., line: desk}\n")))

    assert {finding.rule for finding in loaded.findings} == rules
    assert (loaded.tree is None) == (count > 9)


def test_a_question_is_answered_by_one_two_and_three() -> None:
    tree = built(main=menu("{for: pay, go: paid}", QUESTION + "    not_sure: {go: paid}\n"))

    yes, no, not_sure = asked(tree, "paid").choices

    assert offers(tree, "paid") == [
        "If yes, press 1.",
        "For a debt, press 2.",
        "If you are not sure, press 3.",
    ]
    assert yes.explains is not None
    assert yes.explains.words_in(tree.languages[0]) == "Good for Ferry."
    assert yes.words == {"yes please"}
    assert (yes.target, not_sure.target) == (GoTo(node=NodeId("main")), GoTo(node=NodeId("paid")))
    assert isinstance(no.target, PutThrough)


def test_a_question_without_a_third_way_has_two_keys() -> None:
    assert len(offers(built(main=menu("{for: pay, go: paid}", QUESTION)), "paid")) == 2


def test_a_switch_of_language_is_offered_in_that_language_alone() -> None:
    german = SENTENCES.replace("For {label}, press {key}.", "Für {label} drücken Sie {key}.")
    options = "{for: {en: German, de: Deutsch}, go: main, language: de}\n{for: tickets, go: t}"
    tree = built(
        company=TWO_LANGUAGES, german=german, main=menu(options, "answers:\n  t: {say: T., line: desk}\n")
    )
    english, german_tag = tree.languages

    switch, tickets = asked(tree, "main").choices

    assert switch.language == german_tag
    assert switch.phrase.words_in(english) == "Für Deutsch drücken Sie 1."
    assert tickets.phrase.words_in(german_tag) == "For tickets, press 2."


def test_a_switch_whose_label_is_not_translated_is_offered_in_the_first_language() -> None:
    tree = built(
        company=TWO_LANGUAGES,
        main=menu("{for: German, go: t, language: de}", "answers:\n  t: {say: T., line: desk}\n"),
    )

    (switch,) = (choice for choice in asked(tree, "main").choices if isinstance(choice, Choice))

    assert switch.phrase.words_in(tree.languages[1]) == "For German, press 1."
