"""No case is closed before it is recorded what became of what it allowed; and none stays open for ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.bootstrap.startup import load_folders
from ivr.domain.recovery.case import STATES, Case, CaseId, CaseNumber, State
from ivr.services.case_ports import CaseWork, StaleCase
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.case_queue import queue_of
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.notes_and_wrap_up import NotKept, Writing
from ivr.services.desk.product.ask_product import Ordered
from ivr.services.desk.product.change_permit import PERMIT_S, permit_number
from ivr.services.desk.product.manual_steps import Recording
from ivr.services.desk.product.product_events import NotBelieved, Telling
from ivr.services.product_ports import ByHand, Happening, Order, ProductEvent
from tests.domain.recovery.ready import AT, OPENED, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.services.desk.office import KEY, NUMBER, Office, names_of

AGENT: Final = "agent-1"
DISPOSITIONS: Final = tuple(load_folders(Path("menus"), Path("prompts"))[0].tree.dispositions)  # type: ignore[union-attr]  # the shipped menu has no fault
RUN_OUT: Final = AT + timedelta(seconds=PERMIT_S + 1)
READY: Final[dict[State, Case]] = {
    "OPENED": OPENED,
    "CLAIMED": replace(OPENED, state="CLAIMED", agent=AGENT, claimed_at=ago(100), spoke_at=ago(90)),
    "VERIFIED": TO_RESET,
    "HELD": replace(TO_RESET, state="HELD", held_at=ago(20)),
    "RESET_REQUESTED": replace(TO_RESET, state="RESET_REQUESTED", reset_requested_at=ago(50)),
    "RESET_DONE": TO_RELEASE,
    "RELEASED": TO_RELEASE,
    "CONFIRMED": TO_CHANGE,
    "CHANGED": TO_CHANGE,
    "CLOSED": TO_CHANGE,
    **{
        state: replace(OPENED, state=state, over_at=ago(5), over_why="done")
        for state in ("REFUSED", "LAPSED", "CANCELLED")
    },
}
"""A case of each state; the three that follow an act are brought there by the desk itself."""


def pen_of(office: Office) -> Writing:
    return Writing(desk=office.desk, dispositions=DISPOSITIONS)


def put(office: Office, state: State, number: CaseNumber = NUMBER, case: str = OPENED.id) -> None:
    """Bring a case to a state as agents do, with nothing recorded of what it allowed."""
    office.put(replace(READY[state], number=number, id=CaseId(case)))
    if state in ("CHANGED", "CLOSED"):
        office.desk.change(number, AGENT, at=AT)
    if state == "RELEASED":
        office.desk.release(number, AGENT, at=AT)
    if state == "CLOSED":
        record(office, number, is_done=True)
        pen_of(office).wrap_up(number, AGENT, disposition=DISPOSITIONS[0], at=AT)


def record(office: Office, number: CaseNumber = NUMBER, *, is_done: bool, minutes: float = 0) -> None:
    act: Ordered = "change" if office.case(number).released_at is None else "release"
    Recording(desk=office.desk).record(
        number,
        AGENT,
        act,
        is_done=is_done,
        done_at=AT,
        reference="T-1" if is_done else "",
        at=AT + timedelta(minutes=minutes),
    )


def tell(office: Office, number: CaseNumber, what: Happening, *, source: str = "evt-1") -> None:
    case = office.case(number)
    telling = Telling(
        cases=office.cases,
        directory=office.desk.directory,
        policy=office.desk.policy,
        key=KEY,
        fresh=office.desk.fresh,
    )
    told = ProductEvent(
        source=f"{source}-{number}",
        digest="d",
        what=what,
        case=number,
        account=case.account or "",
        at=AT,
        reference="R-1",
        by_person=True,
        subaccount_since=ago(9000),
        permit=permit_number(KEY, case=case.id),
    )
    telling.hear(told, at=AT)


def recorded(office: Office, case: Case) -> tuple[bool, tuple[ByHand, ...], bool]:
    """Read, past all code that judges, what is kept of a case's outcome."""

    def read(tx: CaseWork) -> tuple[bool, tuple[ByHand, ...], bool]:
        permit = tx.permits.permit(case.id)
        is_used = permit is not None and permit.used_at is not None
        by_product = any(tx.permits.told(f"evt-{n}-{case.number}") is not None for n in range(1, 9))
        return is_used, tx.permits.by_hand(case.id), by_product

    return office.cases.act(read)


def has_outcome(office: Office, case: Case) -> bool:
    is_used, by_hand, by_product = recorded(office, case)
    if case.changed_at is not None:
        return is_used or any(one.act == "change" for one in by_hand)
    if case.released_at is not None:
        return by_product or any(one.act == "release" for one in by_hand)
    return True


@pytest.mark.parametrize("disposition", DISPOSITIONS)
@pytest.mark.parametrize("state", STATES)
def test_no_disposition_closes_a_case_with_nothing_recorded_of_its_outcome(
    office: Office, state: State, disposition: str
) -> None:
    put(office, state)

    pen_of(office).wrap_up(NUMBER, AGENT, disposition=disposition, at=AT)

    case = office.case()
    assert case.state == state
    said = pen_of(office).wrapped_up(NUMBER)
    assert said is not None
    assert said.disposition == disposition
    assert has_outcome(office, case) or not case.is_over


@pytest.mark.parametrize("is_done", [True, False])
@pytest.mark.parametrize("state", ["CHANGED", "RELEASED"])
def test_a_disposition_closes_the_case_once_its_outcome_is_recorded(
    office: Office, state: State, *, is_done: bool
) -> None:
    put(office, state)
    record(office, is_done=is_done)

    pen_of(office).wrap_up(NUMBER, AGENT, disposition=DISPOSITIONS[0], at=AT)

    assert office.case().state == "CLOSED"


def test_the_desk_itself_closes_no_case_before_its_outcome_is_recorded(office: Office) -> None:
    put(office, "CHANGED")

    with pytest.raises(
        MoveBlocked, match="What became of the change in the product is not recorded"
    ) as refused:
        office.desk.close(NUMBER, AGENT, at=AT)
    locked = {one.move: one.lacks for one in office.desk.card(NUMBER, at=AT, agent=AGENT).moves}
    record(office, is_done=False)
    office.desk.close(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("outcome",)
    assert [lack.name for lack in locked["close"]] == ["outcome"]
    assert office.case().state == "CLOSED"


@pytest.mark.parametrize(("state", "owed"), [("CHANGED", "change"), ("RELEASED", "release")])
def test_until_then_the_queue_says_what_is_open_and_the_card_says_why_it_stays(
    office: Office, state: State, owed: str
) -> None:
    put(office, state)
    office.cases.act(lambda tx: tx.join(OPENED.id, OPENED.call, AT))

    def shown() -> list[str | None]:
        rows = queue_of(office.cases, office.desk.policy, first_lines=("support",), at=AT)
        return [row.owed for row in rows]

    before = shown(), office.desk.card(NUMBER, at=AT, agent=AGENT).owed
    record(office, is_done=True)

    assert before == ([owed], owed)
    assert (shown(), office.desk.card(NUMBER, at=AT, agent=AGENT).owed) == ([None], None)


def test_a_permit_that_ran_out_unused_is_recorded_as_such_and_the_case_can_end(office: Office) -> None:
    put(office, "CHANGED")
    pen_of(office).wrap_up(NUMBER, AGENT, disposition=DISPOSITIONS[0], at=RUN_OUT)
    told = office.desk.card(NUMBER, at=RUN_OUT, agent=AGENT).next.step
    record(office, is_done=False, minutes=PERMIT_S / 60 + 1)
    after = office.desk.card(NUMBER, at=RUN_OUT, agent=AGENT).next.step

    pen_of(office).wrap_up(NUMBER, AGENT, disposition=DISPOSITIONS[0], at=RUN_OUT)

    assert "else record that it was not done" in told
    assert "Say how it went" in after
    assert office.case().state == "CLOSED"


def test_what_the_product_was_asked_to_do_again_after_a_failure_is_open_again(office: Office) -> None:
    put(office, "CHANGED")
    record(office, is_done=False, minutes=1)
    order = Order(case=OPENED.id, act="change", reference="O-1", at=AT + timedelta(minutes=2), by=AGENT)
    office.cases.act(lambda tx: tx.permits.keep_order(order, at=AT + timedelta(minutes=2)))

    pen_of(office).wrap_up(NUMBER, AGENT, disposition=DISPOSITIONS[0], at=AT + timedelta(minutes=3))

    assert office.case().state == "CHANGED"


@pytest.mark.parametrize("state", ["CHANGED", "RELEASED"])
def test_a_colleague_ends_the_case_of_somebody_who_is_away(office: Office, state: State) -> None:
    put(office, state)
    act: Ordered = "change" if state == "CHANGED" else "release"

    Recording(desk=office.desk).record(
        NUMBER, "agent-2", act, is_done=True, done_at=AT, reference="T-1", at=AT
    )
    pen_of(office).wrap_up(NUMBER, "agent-2", disposition=DISPOSITIONS[0], at=AT)

    assert office.case().state == "CLOSED"


def test_a_change_that_was_allowed_stays_in_the_name_of_whoever_allowed_it(office: Office) -> None:
    put(office, "CHANGED")

    with pytest.raises(MoveBlocked, match="Record what became of it: any agent of the line may"):
        office.desk.claim(NUMBER, "agent-2", at=AT, taken_from=AGENT)
    with pytest.raises(NotKept, match="any colleague may record what became of it"):
        pen_of(office).hand_over(NUMBER, AGENT, at=AT)


def test_the_number_of_a_permit_is_not_shown_once_the_case_is_over(office: Office) -> None:
    put(office, "CHANGED")
    shown = office.desk.card(NUMBER, at=AT, agent=AGENT).acts.number
    record(office, is_done=False)
    pen_of(office).wrap_up(NUMBER, AGENT, disposition=DISPOSITIONS[0], at=AT)

    assert shown is not None
    assert office.desk.card(NUMBER, at=AT, agent=AGENT).acts.number is None


Act = Callable[[Office, CaseNumber], object]


def _desk(move: Callable[..., object]) -> Act:
    return lambda office, number: move(office.desk, number, AGENT, at=AT)


def _says(disposition: str) -> Act:
    return lambda office, number: pen_of(office).wrap_up(number, AGENT, disposition=disposition, at=AT)


ACTS: Final[dict[str, Act]] = {
    **{f"says {name}": _says(name) for name in DISPOSITIONS},
    "change": _desk(Desk.change),
    "release": _desk(Desk.release),
    "close": _desk(Desk.close),
    "refuse": lambda office, number: office.desk.refuse(number, AGENT, why="mistake", at=AT),
    "hand over": lambda office, number: pen_of(office).hand_over(number, AGENT, at=AT),
    "claim": lambda office, number: office.desk.claim(number, AGENT, at=AT),
    "undo": lambda office, number: pen_of(office).undo(number, AGENT, at=AT),
    "done": lambda office, number: record(office, number, is_done=True),
    "failed": lambda office, number: record(office, number, is_done=False),
    "product changed": lambda office, number: tell(office, number, "change_done", source="evt-1"),
    "product released": lambda office, number: tell(office, number, "released", source="evt-2"),
    "product released again": lambda office, number: tell(office, number, "released", source="evt-3"),
}  # fmt: skip -- one act a line


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(state=st.sampled_from(STATES), acts=st.lists(st.sampled_from(sorted(ACTS)), max_size=7))
def test_after_any_acts_a_closed_case_has_its_outcome_recorded(
    office: Office, state: State, acts: list[str]
) -> None:
    made = int(office.desk.fresh(), 16)
    number = CaseNumber(f"9{made:08}")
    put(office, state, number, f"{made:032x}")

    for act in acts:
        try:
            ACTS[act](office, number)
        except (MoveBlocked, NotKept, NotBelieved, StaleCase):
            continue
        case = office.case(number)
        assert case.state != "CLOSED" or has_outcome(office, case), act
