from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialogue.spoken_choice import heard_choice, plain_phrase
from ivr.domain.menus.tree import Choice, GoTo, Key, NodeId
from ivr.domain.prompts.speech import Language
from tests.domain.prompts.texts import text_of

NOBODY: frozenset[str] = frozenset()


def choice(key: Key, *words: str) -> Choice:
    return Choice(
        key=key,
        phrase=text_of("For it, press a key.", language=Language("en")),
        target=GoTo(node=NodeId("it")),
        words=frozenset(words),
    )


TICKETS, CABINS = choice("1", "tickets", "sign-in", "i can’t board"), choice("2", "cabins", "rooms", "")  # noqa: RUF001 -- the apostrophe that texts hold


def test_a_phrase_names_a_choice_whatever_its_capitals_and_marks() -> None:
    for said in ("Tickets.", "  TICKETS ", "sign in", "Sign-in!", "I can't board", "I can’t board"):  # noqa: RUF001 -- as above
        assert heard_choice(said, (TICKETS, CABINS), NOBODY) == TICKETS


def test_part_of_a_phrase_names_nothing() -> None:
    assert heard_choice("tickets please", (TICKETS, CABINS), NOBODY) is None


def test_a_phrase_that_two_choices_share_names_neither() -> None:
    assert heard_choice("rooms", (CABINS, choice("3", "rooms")), NOBODY) is None


def test_a_person_is_asked_for_by_the_menu_s_own_words_first() -> None:
    assert heard_choice("Rooms!", (CABINS,), frozenset({"rooms"})) == "person"


def test_nothing_said_names_nothing_even_where_nothing_is_written() -> None:
    assert heard_choice("?!", (CABINS,), frozenset({""})) is None


@given(text=st.text(max_size=40))
def test_a_plain_phrase_stays_as_it_is(text: str) -> None:
    plain = plain_phrase(text)

    assert plain == " ".join(plain.split())
    assert plain_phrase(plain) == plain
