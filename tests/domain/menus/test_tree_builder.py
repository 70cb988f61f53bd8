"""What a folder becomes: nodes, whom key 0 reaches from them, and what an agent is told."""

import pytest

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.loader import load, version_of
from ivr.domain.menus.building.parse_files import parse
from ivr.domain.menus.building.tree_builder import build
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import Goodbye, NodeId, Pacing, Transfer
from tests.domain.menus.folder import PACING, SMALL, TWO_LANGUAGES, asked, built, menu, small

KINDS = (
    "answers:\n  x: {say: X.}\n  y: {say: Y., line: deck, why: asks for y}\n"
    "transfers:\n  ring: {line: deck, why: wants it}\n  tell: {say: A moment., line: deck, why: wants it}\n"
    "goodbyes:\n  bye: {say: Goodbye.}\n"
)
ALL = "\n".join(f"{{for: the {name}, go: {name}}}" for name in ("x", "y", "ring", "tell", "bye"))


def test_every_kind_of_node_is_there_under_its_name() -> None:
    tree = built(main=menu(ALL, KINDS))

    assert tree.home.id == "main"
    assert set(tree.nodes) == {"main", "x", "y", "ring", "tell", "bye"}
    ring, tell, bye = (tree.nodes[NodeId(name)] for name in ("ring", "tell", "bye"))
    assert ring == Transfer(id=NodeId("ring"), says=None, line=LineId("deck"), why="wants it")
    assert isinstance(tell, Transfer)
    assert tell.says is not None
    assert isinstance(bye, Goodbye)
    assert bye.says.words_in(tree.languages[0]) == "Goodbye."


def test_key_0_reaches_the_node_s_line_or_its_file_s_or_the_general_one() -> None:
    general = built(main=menu(ALL, KINDS))
    of_file = built(main="line: deck\n" + menu(ALL, KINDS))

    assert (asked(general, "x").line, asked(general, "y").line) == ("desk", "deck")
    assert (asked(of_file, "x").line, general.person_line) == ("deck", "desk")


def test_an_agent_is_told_what_the_first_option_calls_a_node_unless_it_says_why() -> None:
    tree = built(main=menu(ALL, KINDS))

    assert (asked(tree, "x").why, asked(tree, "y").why) == ("the x", "asks for y")
    assert asked(tree, "main").why == "main"


def test_slots_take_what_the_company_says_and_cling_to_their_punctuation() -> None:
    text = "say: '{company}''s {product}-lovers, welcome to {company}. ({product})'"
    tree = built(main=SMALL["menus/main.yaml"].replace("say: Choose.", text))

    said = tree.home.says.words_in(tree.languages[0])

    assert said.startswith("Ferry's Boats-lovers, welcome to Ferry.")


def test_a_shell_s_name_is_never_expanded() -> None:
    tree = built(main=SMALL["menus/main.yaml"].replace("say: Choose.", "say: '${AUTH_TOKEN} {nobody'"))

    assert tree.home.says.words_in(tree.languages[0]) == "${AUTH_TOKEN} {nobody"


def test_a_slot_that_nobody_wrote_vanishes_from_a_longer_text() -> None:
    tree = built(main=SMALL["menus/main.yaml"].replace("say: Choose.", "say: 'Choose. {return_address}'"))

    assert tree.home.says.words_in(tree.languages[0]) == "Choose."


def test_pieces_keep_their_order_and_kind() -> None:
    said = "say: [Write to, {slow: 9 Quay Road}, {digits: '94404'}, {pause_ms: 300}, '{company}', 'today']"
    tree = built(main=SMALL["menus/main.yaml"].replace("say: Choose.", said))

    kinds = [type(part).__name__ for part in tree.home.says.by_language[tree.languages[0]]]

    assert kinds == ["Words", "Slow", "Digits", "Silence", "Words"]
    assert tree.home.says.words_in(tree.languages[0]) == "Write to 9 Quay Road 9 4 4 0 4 Ferry today"


def test_the_pacing_is_the_file_s_and_else_the_usual() -> None:
    written = "choose_s: 9\nsilent_caller: person\nlistens: true\nperson_words: [Agent]\n"

    assert built(pacing=written).pacing == Pacing(
        choose_s=9,
        option_pause_ms=600,
        between_s=2,
        message_s=110,
        silent_caller="person",
        listens=True,
        person_words=frozenset({"agent"}),
    )
    assert built(pacing=SMALL[PACING]).pacing.silent_caller == "goodbye"


def test_the_second_language_is_spoken_where_written_and_the_first_elsewhere() -> None:
    main = SMALL["menus/main.yaml"].replace("say: Choose.", "say: {de: Bitte wählen., en: Choose.}")
    tree = built(company=TWO_LANGUAGES, main=main)
    english, german = tree.languages

    assert (tree.home.says.words_in(english), tree.home.says.words_in(german)) == ("Choose.", "Bitte wählen.")
    assert tree.greeting.said_in(german).language == english
    assert list(tree.home.says.by_language) == [english, german]


def test_a_company_without_a_voicemail_notice_has_none_to_read() -> None:
    company = "".join(
        line for line in SMALL["menus/company.yaml"].splitlines(keepends=True) if "notices" not in line
    )

    assert built(company=company).message_notice is None
    assert built().message_notice is not None


@pytest.mark.parametrize("lost", ["menus/company.yaml", "prompts/en/line.yaml", "menus/main.yaml"])
def test_nothing_is_built_of_a_part_of_a_folder(lost: str) -> None:
    files = {name: data for name, data in small().items() if name != lost}
    parsed = parse(files)

    assert build(parsed, version_of(files), Complaints(parsed)) is None
    assert load(files).errors
