import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialogue.place import (
    CODE_STAGES,
    STAGES,
    Place,
    PlaceText,
    Stage,
    moved,
    read_place,
    write_place,
)
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-{1,2}[a-z0-9]{1,4}){0,2}", fullmatch=True)
COUNTS = st.integers(0, 3)
COUNTED = st.sampled_from(sorted(STAGES)).flatmap(
    lambda stage: st.tuples(st.just(stage), st.integers(0, 99 if stage in CODE_STAGES else 3))
)
PLACES = st.builds(
    lambda counted, **fields: Place(stage=counted[0], silences=counted[1], **fields),
    COUNTED,
    version=st.from_regex(r"[0-9a-f]{12}", fullmatch=True).map(MenuVersion),
    node=NAMES.map(NodeId),
    language=st.sampled_from(["en", "de", "fil"]).map(Language),
    turn=st.integers(0, 99),
    mismatches=COUNTS,
    back=st.lists(NAMES.map(NodeId), max_size=3).map(tuple),
    line=st.none() | NAMES.map(LineId),
    person=st.none() | st.integers(0, 9),
    has_case=st.booleans(),
)
PLACE = Place(
    version=MenuVersion("0123456789ab"), stage="turn", node=NodeId("main"), language=Language("en"), turn=7
)
WRITTEN = "0123456789ab.en.00.main.-.-.-.0.07"


@given(place=PLACES)
def test_every_place_is_read_as_it_was_written(place: Place) -> None:
    assert read_place(place.stage, write_place(place)) == place


def test_a_place_is_written_in_words_that_a_log_can_show() -> None:
    assert write_place(PLACE) == WRITTEN


@given(place=PLACES, at=st.integers(0, 80))
def test_a_place_that_is_cut_short_is_none(place: Place, at: int) -> None:
    text = write_place(place)

    assert read_place(place.stage, text[: at % len(text)]) is None


@given(text=st.text(max_size=60), stage=st.sampled_from(sorted(STAGES)))
def test_what_is_read_is_written_the_same_way_again(text: str, stage: Stage) -> None:
    place = read_place(stage, text)

    assert place is None or write_place(place) == PlaceText(text)


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.upper(),
        WRITTEN + "\n",
        WRITTEN.replace("main", "../etc"),
        WRITTEN.replace("main", "%00"),
        WRITTEN.replace("main", "m" * 10_000) + "x",
        WRITTEN.replace("main.-", "main.a~b~c~d"),
        WRITTEN.replace(".00.", ".40."),
        WRITTEN.replace(".07", ".7"),
        WRITTEN.replace(".07", ".\N{ARABIC-INDIC DIGIT ONE}7"),
        "",
    ],
)
def test_anything_else_is_no_place(text: str) -> None:
    assert read_place("turn", text) is None


@pytest.mark.parametrize("counts", [".40.", ".100.", ".990.", ".000."])
def test_only_where_a_code_is_waited_for_are_more_than_three_silences_counted(counts: str) -> None:
    text = WRITTEN.replace(".00.", counts)
    read = {stage for stage in STAGES if read_place(stage, text) is not None}

    assert read == (set() if counts == ".000." else CODE_STAGES)


def test_a_stage_that_is_none_is_no_place() -> None:
    assert read_place("console", WRITTEN) is None


def test_moving_on_starts_the_counts_again_and_remembers_three_nodes() -> None:
    place = PLACE
    for name in ("a", "b", "c", "d"):
        place = moved(place, NodeId(name))

    assert place.back == ("a", "b", "c")
    assert (place.node, place.turn, place.silences, place.mismatches) == ("d", 7, 0, 0)
