"""Any menu, any caller: what holds wherever keys, silences and people lead."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.dialogue.actions import Dial, HangUp
from ivr.domain.dialogue.events import KeyHeard, MessageSpoken, Outcome, RecordingId
from ivr.domain.dialogue.place import LAST_TURN, STAGES, Place
from ivr.domain.dialogue.turn import Turn
from ivr.domain.dialogue.turns.ask_node import MOST_TURNS
from ivr.domain.menus.building.loader import load
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import Ask, MenuTree
from tests.domain.dialogue.call import (
    LINES,
    NIGHT,
    NOON,
    TREE,
    Doing,
    arrive,
    is_over,
    leads_on,
    spoken,
    take,
)
from tests.domain.menus.folder import menu, small

NAMES = ["n0", "n1", "n2", "n3"]
TARGETS = st.sampled_from(
    [*(f"go: {name}" for name in ("main", *NAMES)), "put_through: desk", "put_through: deck"]
)
KINDS = (
    "answers:\n  {name}: {{say: Read., line: crew, options: [{{for: it, {target}}}]}}\n",
    "questions:\n  {name}: {{ask: So?, yes: {{{target}}}, no: {{go: end}}}}\n",
    "transfers:\n  {name}: {{line: crew, why: w}}\n",
    "goodbyes:\n  {name}: {{say: Bye.}}\n",
)
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(["bridged", "declined", "busy", "no_answer", "failed"])
KEYS = st.none() | st.sampled_from([*"0123456789*#", "A"])
DOINGS = st.lists(
    st.builds(
        Doing,
        key=KEYS,
        outcome=OUTCOMES,
        message=st.builds(
            MessageSpoken, recording=st.none() | st.just(RecordingId("RE1")), seconds=st.integers(0, 4)
        ),
    ),
    min_size=LAST_TURN,
    max_size=LAST_TURN,
)
TIMES = st.sampled_from([NOON, NIGHT])
UNHEARD = MessageSpoken(recording=None, seconds=0)
SILENT = st.builds(Doing, key=st.none(), outcome=OUTCOMES, message=st.just(UNHEARD))


@st.composite
def menus(draw: st.DrawFn) -> MenuTree:
    """Draw a main menu and four nodes of any kind, leading anywhere."""
    options = [f"{{for: it, {target}}}" for target in draw(st.lists(TARGETS, max_size=5))]
    files = small(
        main=menu("\n".join([*options, "{for: the end, go: end}"]), "answers:\n  end: {say: The end.}\n"),
        lines=LINES,
    )
    for name in NAMES:
        node = draw(st.sampled_from(KINDS)).format(name=name, target=draw(TARGETS))
        files[f"menus/{name}.yaml"] = node.encode()
    tree = load(files).tree
    assert tree is not None
    return tree


def left_alone(turn: Turn) -> bool:
    """Whether the call ended on a caller who wanted to go on."""
    chose_to_leave = turn.judged == "goodbye"
    nobody_there = turn.place.silences == 3
    return is_over(turn) and not (chose_to_leave or nobody_there or turn.place.turn > MOST_TURNS)


@settings(max_examples=60)
@given(tree=menus(), doings=DOINGS, at=TIMES)
def test_a_call_is_never_left_in_silence_never_endless_and_never_cut_off(
    tree: MenuTree, doings: list[Doing], at: datetime
) -> None:
    turn = arrive(tree)

    for doing in doings:
        assert leads_on(turn)
        assert not left_alone(turn)
        assert len(turn.place.back) <= 3
        if is_over(turn):
            break
        turn = take(tree, turn.place, doing.at(turn.place), at)

    assert is_over(turn)
    assert turn.place.turn <= LAST_TURN


PLACES = st.builds(
    Place,
    version=st.just(TREE.version),
    stage=st.sampled_from(sorted(STAGES - {"whisper", "accept"})),
    node=st.sampled_from(sorted(TREE.nodes)),
    language=st.just(TREE.languages[0]),
    turn=st.integers(1, 60),
    silences=st.integers(0, 3),
    mismatches=st.integers(0, 3),
    back=st.lists(st.sampled_from(sorted(TREE.nodes)), max_size=3).map(tuple),
    line=st.none() | st.sampled_from(sorted(TREE.lines)) | st.just(LineId("gone")),
    person=st.none() | st.integers(0, 9),
)


@given(place=PLACES, silent=SILENT, at=TIMES)
def test_from_any_place_silence_ends_the_call_within_twelve_turns(
    place: Place, silent: Doing, at: datetime
) -> None:
    turn = take(TREE, place, silent.at(place), at)

    for _ in range(11):
        if not is_over(turn):
            turn = take(TREE, turn.place, silent.at(turn.place), at)

    assert isinstance(turn.actions[-1], HangUp)


@given(place=PLACES, key=st.sampled_from([*"0123456789*#", "99"]), at=TIMES)
def test_a_key_from_any_place_is_answered_and_a_choosing_caller_is_heard_out(
    place: Place, key: str, at: datetime
) -> None:
    turn = take(TREE, place, KeyHeard(key=key), at)

    assert leads_on(turn)
    assert turn.judged != "too_many_turns" or place.turn > MOST_TURNS


@given(place=PLACES)
def test_key_0_rings_the_line_of_the_node_wherever_the_caller_came_from(place: Place) -> None:
    here = replace(place, stage="turn", turn=5)
    node = TREE.nodes[here.node]

    dial = take(TREE, here, KeyHeard(key="0")).actions[-1]

    assert isinstance(dial, Dial)
    assert dial.line == (node.line if isinstance(node, Ask) or node.id == "crew" else TREE.person_line)  # type: ignore[union-attr]  # crew is a transfer


@given(place=PLACES)
def test_key_pound_repeats_the_node_in_the_same_words(place: Place) -> None:
    here = replace(place, stage="turn", turn=5)

    once = take(TREE, here, KeyHeard(key="#"))
    again = take(TREE, replace(here, silences=0, mismatches=0), KeyHeard(key="#"))

    assert spoken(once) == spoken(again)
    assert (once.place.silences, once.place.mismatches) == (0, 0)
    assert once.place.back == here.back
