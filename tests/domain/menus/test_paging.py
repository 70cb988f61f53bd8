"""A long answer is read in pages, and nothing of it is lost."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.paging import LONGEST_PAGE_S, page_name, pages_of
from ivr.domain.menus.tree import GoTo, NodeId
from ivr.domain.prompts.durations import seconds_to_say
from ivr.domain.prompts.speech import Digits, Language, Part, Silence, Slow, Text, Words
from tests.domain.menus.folder import TWO_LANGUAGES, asked, built, menu, offers, small, told

ENGLISH, GERMAN = Language("en"), Language("de")
SENTENCES = st.lists(
    st.sampled_from(["Hello there.", "We sail at nine!", "Why? " + "so " * 30 + "far."]), min_size=1
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(lambda said: Words(text=" ".join(said)), SENTENCES),
    st.builds(Slow, text=st.just("9 Quay Road")),
    st.builds(Digits, text=st.just("94404")),
    st.builds(Silence, ms=st.integers(1, 5000)),
)
LONG = "Boats sail at nine. " * 40


@given(st.lists(PARTS, min_size=1, max_size=12))
def test_the_pages_together_say_what_the_answer_says(parts: list[Part]) -> None:
    text = Text(by_language={ENGLISH: tuple(parts)})

    pages = pages_of(text)

    assert " ".join(filter(None, (page.words_in(ENGLISH) for page in pages))) == text.words_in(ENGLISH)
    longest_sentence_s = 15.0
    assert all(
        seconds_to_say(page.by_language[ENGLISH]) <= LONGEST_PAGE_S + longest_sentence_s for page in pages
    )


def test_an_answer_that_fits_stays_one() -> None:
    text = Text(by_language={ENGLISH: (Words(text="Short. Very."),)})

    assert pages_of(text) == (text,)


def test_a_sentence_without_an_end_is_not_cut() -> None:
    text = Text(by_language={ENGLISH: (Words(text="so " * 300),)})

    (page,) = pages_of(text)

    assert page.words_in(ENGLISH) == text.words_in(ENGLISH)


def test_no_page_but_one_longest_sentence_takes_longer_than_a_page_may() -> None:
    pages = pages_of(Text(by_language={ENGLISH: (Words(text=LONG),)}))

    assert len(pages) > 1
    assert all(seconds_to_say(page.by_language[ENGLISH]) <= LONGEST_PAGE_S for page in pages)


def test_a_language_that_is_shorter_has_nothing_more_to_say() -> None:
    pages = pages_of(Text(by_language={ENGLISH: (Words(text=LONG),), GERMAN: (Words(text="Um neun."),)}))

    assert pages[0].words_in(GERMAN) == "Um neun."
    assert [page.words_in(GERMAN) for page in pages[1:]] == [""] * (len(pages) - 1)


def test_each_page_but_the_last_goes_on_by_key_1_and_each_offers_the_line() -> None:
    tree = built(main=menu("{for: boats, go: boats}", f"answers:\n  boats: {{say: {LONG}, line: desk}}\n"))
    pages = sorted(name for name in tree.nodes if name.startswith("boats"))

    assert pages == [page_name("boats", number) for number in range(1, len(pages) + 1)]
    for name, following in pairwise(pages):
        assert offers(tree, name) == ["To hear the rest, press 1.", "To talk to the desk, press 2."]
        assert asked(tree, name).choices[0].target == GoTo(node=NodeId(following))
    assert offers(tree, pages[-1]) == ["To talk to the desk, press 1."]


def test_a_fault_in_the_options_of_a_long_answer_is_told_once() -> None:
    rest = f"answers:\n  boats:\n    say: {LONG}\n    options: [{{for: x, go: nowhere}}]\n"

    loaded = load(small(main=menu("{for: boats, go: boats}", rest)))

    assert told(loaded) == [("unknown-target", "error", "menus/main.yaml:10:28")]


def test_a_page_is_found_where_its_answer_was_written() -> None:
    rest = f"answers:\n  boats: {{say: {LONG}, why: {'so ' * 20}}}\n"

    loaded = load(small(company=TWO_LANGUAGES, main=menu("{for: boats, go: boats}", rest)))

    assert loaded.tree is not None
    assert ("long-whisper", "warning", "menus/main.yaml:8:3") in told(loaded)
