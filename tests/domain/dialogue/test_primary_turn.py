"""Saying, by key, whether the caller is the primary administrator: asked on every way to a recovery."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialogue.actions import Collect, Dial, Gather, Say
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.effects import PrimaryAnswered
from ivr.domain.dialogue.events import Event, KeyHeard, NothingHeard, SpeechHeard, Unreadable
from ivr.domain.dialogue.place import Place, read_place, write_place
from ivr.domain.dialogue.step import start_of, step
from ivr.domain.dialogue.turn import AskCase, AskLine, Taken, Turn
from ivr.domain.menus.line import LineId, line_now
from ivr.domain.menus.tree import MenuTree, NodeId
from ivr.domain.prompts.speech import plain_words
from ivr.domain.recovery.verification_commands import CLOSED, CaseView, Deed, GoOn, Look, SayPrimary
from tests.domain.dialogue.call import LINES, NOON
from tests.domain.menus.folder import built, menu

MENU = menu(
    "{for: a change, go: owner}\n{for: a reset, go: reset}\n{for: the rest, go: paid}",
    "questions:\n"
    "  owner: {ask: Owner?, about: primary_administrator, yes: {go: change, words: [i am]}, no: {go: sorry},"
    " not_sure: {go: owner}}\n"
    "  paid: {ask: Paid?, yes: {go: change}, no: {go: sorry}}\n"
    "answers:\n  sorry: {say: Ask the owner., line: desk}\n"
    "transfers:\n"
    "  change: {say: Long., line: desk, why: wants a change, recovery: change, requires: L2}\n"
    "  reset: {line: desk, why: wants a reset, recovery: reset, requires: L2}\n",
)
TREE = built(main=MENU, lines=LINES, verification="pci: off\n")
MARKED = built(
    main=MENU.replace("yes: {go: change}, no", "yes: {go: sorry}, no").replace(
        "      - {for: a reset, go: reset}\n", ""
    ),
    lines=LINES,
    verification="pci: off\n",
)
HEARING = built(main=MENU, lines=LINES, verification="pci: off\n", pacing="listens: true\n")
QUESTION = "Are you the primary administrator of your Boats subscription?"
YES = PrimaryAnswered(is_primary=True, way="key")
NO = PrimaryAnswered(is_primary=False, way="key")
TO_CODE = CaseView(next="phone", match="407", says_primary=True)


def at(node: str, stage: str = "turn", **fields: object) -> Place:
    place = replace(start_of(TREE), node=NodeId(node), stage=stage, turn=5)  # type: ignore[arg-type]  # a stage
    return replace(place, **fields)  # type: ignore[arg-type]  # by name


def brought(**fields: object) -> Place:
    """Give the place of a caller whom the second of the desk's people sent."""
    return at("reset", "primary", line=LineId("desk"), person=1, **fields)


def taken(place: Place, event: Event, case: CaseView | None = None, tree: MenuTree = TREE) -> Taken:
    known = Known(line=line_now(tree.lines[LineId("desk")], NOON), case=case)
    return step(tree, place, event, known)


def take(place: Place, event: Event, case: CaseView | None = None, tree: MenuTree = TREE) -> Turn:
    turn = taken(place, event, case, tree)
    assert isinstance(turn, Turn)
    assert read_place(turn.place.stage, write_place(turn.place)) == turn.place
    return turn


def asked_for(place: Place, key: str) -> Deed:
    asks = taken(place, KeyHeard(key=key))
    assert isinstance(asks, AskCase)
    return asks.deed


def said(turn: Turn) -> str:
    actions = (one for one in turn.actions if isinstance(one, Say | Gather | Collect))
    return " ".join(plain_words(words.parts) for one in actions for words in one.utterances)


def walks(tree: MenuTree, turn: Turn, keys: int) -> Iterator[tuple[tuple[PrimaryAnswered, ...], Turn]]:
    """Press every key, so many in a row; give each turn with all that was answered until then."""
    waiting: list[tuple[int, tuple[PrimaryAnswered, ...], Turn]] = [(keys, (), turn)]
    while waiting:
        left, answers, here = waiting.pop()
        yield answers, here
        if left and isinstance(here.actions[-1], Gather):
            for key in "123456789*#":
                following = take(here.place, KeyHeard(key=key), tree=tree)
                own = tuple(one for one in following.effects if isinstance(one, PrimaryAnswered))
                waiting.append((left - 1, answers + own, following))


@pytest.mark.parametrize("tree", [TREE, MARKED])
def test_no_walk_by_any_keys_comes_to_the_account_but_behind_a_yes(tree: MenuTree) -> None:
    start = Turn(
        judged="arrived",
        place=replace(start_of(tree), turn=1),
        actions=take(at("main"), KeyHeard(key="#")).actions,
    )
    found = [answers for answers, turn in walks(tree, start, 4) if turn.place.stage == "identify"]

    assert found
    assert all(answers[-1:] == (YES,) for answers in found)


def test_whoever_was_asked_on_the_way_is_not_asked_again() -> None:
    turn = take(at("owner"), KeyHeard(key="1"), tree=MARKED)

    assert (turn.place.stage, turn.judged, turn.effects) == ("identify", "says_primary", (YES,))
    assert QUESTION not in said(turn)


@pytest.mark.parametrize(("node", "key"), [("main", "2"), ("paid", "1")])
def test_a_way_without_that_question_is_asked_by_the_line_itself(node: str, key: str) -> None:
    turn = take(at(node), KeyHeard(key=key))

    assert (turn.place.stage, turn.effects) == ("primary", ())
    assert QUESTION in said(turn)
    assert isinstance(turn.actions[-1], Gather)


def test_a_yes_there_asks_for_the_account_and_a_no_is_told_whom_to_ask() -> None:
    yes, no = (take(at("reset", "primary"), KeyHeard(key=key)) for key in "12")

    assert (yes.place.stage, yes.judged, yes.effects) == ("identify", "says_primary", (YES,))
    assert (no.place.node, no.judged, no.effects) == (TREE.home.id, "says_not_primary", (NO,))
    assert said(no).startswith("Only the primary administrator of your subscription")


@pytest.mark.parametrize(
    ("tree", "event", "kept"),
    [
        (TREE, KeyHeard(key="1"), (YES,)),
        (TREE, KeyHeard(key="2"), (NO,)),
        (TREE, KeyHeard(key="3"), ()),
        (HEARING, SpeechHeard(text="I am", confidence=0.9), (PrimaryAnswered(is_primary=True, way="word"),)),
    ],
)
def test_what_the_menus_own_question_is_answered_is_kept(
    tree: MenuTree, event: Event, kept: tuple[PrimaryAnswered, ...]
) -> None:
    turn = take(replace(at("owner"), version=tree.version), event, tree=tree)

    assert tuple(one for one in turn.effects if isinstance(one, PrimaryAnswered)) == kept


def test_a_question_about_anything_else_keeps_nothing() -> None:
    assert [take(at("paid"), KeyHeard(key=key)).effects for key in "12"] == [(), ()]


def test_a_caller_with_a_case_has_the_answer_kept_with_the_case() -> None:
    here = at("owner", has_case=True)

    assert asked_for(here, "1") == SayPrimary(is_primary=True, then=GoOn())
    assert asked_for(here, "2") == SayPrimary(is_primary=False, then=Look())
    no = take(here, KeyHeard(key="2"), CLOSED)
    assert (no.place.node, no.judged, no.effects) == ("sorry", "says_not_primary", (NO,))


def test_who_is_told_of_the_line_only_is_asked_about_the_case_next_and_never_twice() -> None:
    here = at("owner", has_case=True)
    first = step(TREE, here, KeyHeard(key="1"))

    assert isinstance(first, AskLine)
    assert isinstance(take(here, KeyHeard(key="1"), TO_CODE), Turn)


def test_a_case_whose_caller_has_said_no_is_asked_about_before_anything_else() -> None:
    turn = take(at("main", has_case=True), KeyHeard(key="2"), CaseView(next="primary", match="407"))

    assert (turn.place.stage, turn.place.has_case) == ("primary", True)
    assert asked_for(turn.place, "1") == SayPrimary(is_primary=True, then=GoOn())
    assert asked_for(turn.place, "2") == SayPrimary(is_primary=False, then=Look())
    assert take(turn.place, KeyHeard(key="1"), TO_CODE).place.stage == "phone"


def test_whom_an_agent_sent_comes_back_to_that_agent_by_a_no() -> None:
    turn = take(brought(), KeyHeard(key="2"))

    dial = turn.actions[-1]
    assert isinstance(dial, Dial)
    assert (turn.place.stage, turn.place.person, dial.whisper.stage) == ("dial_again", 1, "whisper_again")
    assert turn.effects[0] == NO
    assert said(turn).startswith("Only the primary administrator of your subscription")


@pytest.mark.parametrize("event", [NothingHeard(), KeyHeard(key="7"), KeyHeard(key="12"), KeyHeard(key="*")])
def test_the_third_silence_or_wrong_key_brings_back_to_the_agent_and_answers_nothing(event: Event) -> None:
    place = brought()
    for _ in range(2):
        turn = take(place, event)
        assert (turn.place.stage, turn.effects) == ("primary", ())
        assert QUESTION in said(turn)
        place = turn.place
    last = take(place, event)

    assert last.place.stage == "dial_again"
    assert not [one for one in last.effects if isinstance(one, PrimaryAnswered)]


def test_key_star_leads_home_whom_nobody_sent() -> None:
    turn = take(at("reset", "primary"), KeyHeard(key="*"))

    assert (turn.place.stage, turn.place.node, turn.effects) == ("turn", TREE.home.id, ())


@given(
    silences=st.integers(0, 2),
    mismatches=st.integers(0, 2),
    event=st.sampled_from([Unreadable(), KeyHeard(key="#")]),
    is_sent=st.booleans(),
)
def test_what_cannot_be_read_and_key_pound_ask_again_and_count_nothing(
    silences: int, mismatches: int, event: Event, *, is_sent: bool
) -> None:
    place = brought() if is_sent else at("reset", "primary")
    here = replace(place, silences=silences, mismatches=mismatches)

    turn = take(here, event)

    assert QUESTION in said(turn)
    counted = 0 if isinstance(event, Unreadable) else 1
    assert turn.place == replace(here, turn=here.turn + counted)
