"""A closed line whose people on call may be woken: by whom, and what is said when nobody answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialogue.actions import Dial
from ivr.domain.dialogue.context import Known
from ivr.domain.dialogue.events import DialEnded, EntryTyped, Event, KeyHeard, Outcome
from ivr.domain.dialogue.place import Place, Stage
from ivr.domain.dialogue.step import start_of, step
from ivr.domain.dialogue.turn import AskCase, Turn
from ivr.domain.menus.line import LineId, line_now
from ivr.domain.menus.tree import MenuTree, NodeId
from ivr.domain.phone import E164
from ivr.domain.recovery.verification_commands import CLOSED, CaseView, CheckEntry, Hold, Look, Next
from ivr.domain.redaction import Secret
from tests.domain.dialogue.call import LINES, NIGHT, NOON
from tests.domain.dialogue.test_verify_turn import MAIN, said
from tests.domain.menus.folder import built

DESK = "ring_s: 15}"
DESK_ID = LineId("desk")


def waking(callers: str) -> MenuTree:
    after = f"ring_s: 15, on_call: [eva, ana], after_hours: {{who: on_call, for: {callers}}}}}"
    return built(main=MAIN, lines=LINES.replace(DESK, after), verification="pci: off\n")


ASLEEP = built(main=MAIN, lines=LINES, verification="pci: off\n")
VERIFIED_ONLY, EVERYONE = waking("verified_recovery"), waking("everyone")
RESET = CaseView(next="verified", number="912345678", level=2, path="reset", match="407")
CONFIRMED = replace(RESET, path="change", is_confirmed=True)
HELD = replace(RESET, next="held")
UNANSWERED = DialEnded(outcome="no_answer", talk_s=0)


def at(stage: Stage, tree: MenuTree, *, person: int | None = None, has_case: bool = True) -> Place:
    rung = None if person is None else DESK_ID
    here = replace(start_of(tree), stage=stage, node=NodeId("change"), turn=5)
    return replace(here, line=rung, person=person, has_case=has_case)


def taken(tree: MenuTree, place: Place, event: Event, case: CaseView | None) -> Turn | AskCase:
    turn = step(tree, place, event, Known(line=line_now(tree.lines[DESK_ID], NIGHT), case=case))
    assert isinstance(turn, Turn | AskCase)
    return turn


def rung(turn: Turn | AskCase) -> tuple[int, ...]:
    """Whom the turn rings; nobody where it rings nobody."""
    last = turn.actions[-1] if isinstance(turn, Turn) else None
    return last.people if isinstance(last, Dial) else ()


CODE = EntryTyped(entry=Secret("123456"), caller=None)


@pytest.mark.parametrize(
    ("tree", "is_reached"), [(ASLEEP, False), (VERIFIED_ONLY, True), (EVERYONE, True)], ids=str
)
def test_a_code_that_verifies_holds_the_case_only_where_nobody_is_on_call(
    tree: MenuTree,
    is_reached: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    asked = taken(tree, at("mailbox", tree), CODE, None)

    assert isinstance(asked, AskCase)
    assert isinstance(asked.deed, CheckEntry)
    assert asked.deed.is_open == is_reached


@pytest.mark.parametrize("case", [RESET, CONFIRMED], ids=["reset", "confirmed"])
def test_a_verified_caller_wakes_the_first_on_call(case: CaseView) -> None:
    assert rung(taken(VERIFIED_ONLY, at("mailbox", VERIFIED_ONLY), CODE, case)) == (2,)


@pytest.mark.parametrize(("person", "first"), [(0, 2), (1, 0)])
def test_whoever_on_call_sent_the_caller_to_the_keypad_is_woken_first(person: int, first: int) -> None:
    place = at("mailbox", VERIFIED_ONLY, person=person)

    turn = taken(VERIFIED_ONLY, place, CODE, RESET)

    assert isinstance(turn, Turn)
    assert (turn.place.stage, rung(turn)) == ("dial_again", (first,))


@pytest.mark.parametrize("tree", [VERIFIED_ONLY, EVERYONE], ids=["verified", "everyone"])
def test_a_closed_line_wakes_its_people_on_call_and_not_the_caller_s_own_manager(tree: MenuTree) -> None:
    night = replace(line_now(tree.lines[DESK_ID], NIGHT), own=E164("+14155550111"))

    turn = step(tree, at("mailbox", tree), CODE, Known(line=night, case=RESET))

    assert isinstance(turn, Turn)
    assert rung(turn) == (2,)


def test_a_change_that_is_not_confirmed_yet_wakes_nobody() -> None:
    turn = taken(VERIFIED_ONLY, at("mailbox", VERIFIED_ONLY), CODE, replace(RESET, path="change"))

    assert isinstance(turn, Turn)
    assert (turn.place.stage, rung(turn)) == ("warning", ())


@given(
    tree=st.sampled_from((ASLEEP, VERIFIED_ONLY)),
    stage=st.sampled_from(("turn", "identify", "pin", "phone", "mailbox", "warning", "dial", "dial_again")),
    person=st.integers(0, 9),
    following=st.sampled_from(("pin", "phone", "mailbox", "held", "failed", "closed")),
    event=st.sampled_from((CODE, KeyHeard(key="0"), KeyHeard(key="1"), UNANSWERED)),
)
def test_who_is_not_verified_wakes_nobody_at_any_place(
    tree: MenuTree, stage: Stage, person: int, following: Next, event: Event
) -> None:
    place = at(stage, tree, person=person if stage in ("dial", "dial_again") else None)

    assert rung(taken(tree, place, event, CaseView(next=following))) == ()


@pytest.mark.parametrize(("tree", "woken"), [(ASLEEP, ()), (VERIFIED_ONLY, ()), (EVERYONE, (2,))], ids=str)
def test_key_0_wakes_only_where_everyone_may(tree: MenuTree, woken: tuple[int, ...]) -> None:
    assert rung(taken(tree, at("turn", tree, has_case=False), KeyHeard(key="0"), None)) == woken


def test_the_case_is_looked_at_before_the_next_on_call_is_rung_and_held_after_the_last() -> None:
    first = taken(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=0), UNANSWERED, None)
    last = taken(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=1), UNANSWERED, None)

    assert (first, last) == (AskCase(deed=Look()), AskCase(deed=Hold()))
    assert rung(taken(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=0), UNANSWERED, RESET)) == (0,)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        pytest.param(HELD, "it is kept until the line opens", id="held"),
        pytest.param(CONFIRMED, "Nothing has been changed.", id="confirmed"),
        pytest.param(CLOSED, "leave a message", id="no case to keep"),
    ],
)
def test_when_nobody_on_call_answers_only_what_is_kept_is_called_kept(case: CaseView, words: str) -> None:
    turn = taken(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=1), UNANSWERED, case)

    assert isinstance(turn, Turn)
    assert words in said(turn)
    assert ("kept until" in said(turn), turn.judged == "held") == (case is HELD, case is HELD)
    assert turn.effects[0].outcome == "no_answer"  # type: ignore[union-attr]  # the first is the transfer's end


@pytest.mark.parametrize("outcome", ["bridged", "caller_left"])
def test_a_case_is_not_held_once_somebody_on_call_talked_or_the_caller_left(outcome: Outcome) -> None:
    ended = DialEnded(outcome=outcome, talk_s=7)

    assert isinstance(taken(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=1), ended, None), Turn)


def test_an_open_line_asks_no_case_between_two_people() -> None:
    line = line_now(VERIFIED_ONLY.lines[DESK_ID], NOON)

    turn = step(VERIFIED_ONLY, at("dial", VERIFIED_ONLY, person=0), UNANSWERED, Known(line=line))

    assert isinstance(turn, Turn)
