"""What an act of one call sees of its case, and the moves that it cannot make."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from ivr.domain.dialogue.events import LegId
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Case, MoveRefused
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import CLOSED
from ivr.domain.redaction import Secret
from ivr.services.calls.account_manager import RingableTams
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.calls.verification.mailbox_unreachable import without_mailbox
from ivr.services.calls.verification.pin_entry import PinTurn
from ivr.services.ports import TurnKey
from ivr.simulator.handset import Handset
from tests.security.line import NUMBER, WRONG, GuardedLine, guarded_line

POLICY = Policy()
Found = TypeVar("Found")


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


def acting(line: GuardedLine, call: str, seen: Callable[[Act], Found], *, later_s: float = 0) -> Found:
    at = line.clock.now() + timedelta(seconds=later_s)
    fresh = line.cases.room.fresh
    return line.cases.room.cases.act(
        lambda tx: seen(
            Act(
                tx=tx,
                policy=POLICY,
                key=Secret("k" * 32),
                call=call,
                at=at,
                fresh=fresh,
                hashed=lambda number: number,
            )
        )
    )


def case_of(line: GuardedLine, handset: Handset) -> Case:
    case = line.case(handset)
    assert case is not None
    return case


def asked(line: GuardedLine) -> Handset:
    handset = line.handset()
    handset.type(NUMBER)
    return handset


def test_a_move_that_the_table_has_not_is_made_by_no_act_and_leaves_nothing(line: GuardedLine) -> None:
    handset = asked(line)
    case, records = case_of(line, handset), len(line.audited())

    with pytest.raises(MoveRefused, match="CLAIMED cannot become CHANGED"):
        acting(line, handset.call, lambda act: act.move(case, "CHANGED"))

    assert case_of(line, handset) == case
    assert len(line.audited()) == records


@pytest.mark.parametrize(
    ("wrong", "state", "standing"),
    [
        (0, "CLAIMED", "phone"),
        (POLICY.wrong_per_call - 1, "CLAIMED", "phone"),
        (POLICY.wrong_per_call, "CLAIMED", "failed"),
        (0, "CANCELLED", "failed"),
    ],
)
def test_a_call_goes_on_until_its_last_wrong_entry_or_the_end_of_its_case(
    line: GuardedLine, wrong: int, state: str, standing: str
) -> None:
    handset = asked(line)
    case = replace(case_of(line, handset), state=state)  # type: ignore[arg-type]  # a state
    for _ in range(wrong):
        acting(line, handset.call, lambda act: act.tx.count_wrong(case.id, act.call))

    assert acting(line, handset.call, lambda act: act.standing(case)) == standing


def test_verified_is_true_of_the_call_that_was_and_of_no_other(line: GuardedLine) -> None:
    handset = line.verified()
    case = case_of(line, handset)

    def is_verified(call: str, of: Case, later_s: float = 0) -> bool:
        return acting(line, call, lambda act: act.is_verified(of), later_s=later_s)

    assert is_verified(handset.call, case)
    assert not is_verified("CA" + "9" * 32, case)
    assert not is_verified(handset.call, replace(case, l2_at=None))
    assert not is_verified(handset.call, replace(case, state="CANCELLED"))
    assert not is_verified(handset.call, case, later_s=POLICY.verified_s + 1)
    assert not is_verified(handset.call, case, later_s=-3600)


def test_a_caller_has_waited_since_the_last_code_was_asked_for_whichever_it_was(line: GuardedLine) -> None:
    handset = asked(line)
    line.clock.advance(120)
    handset.type(line.code("text"))
    asked_at = line.clock.now()
    case = case_of(line, handset)

    waited_s = acting(line, handset.call, lambda act: act.view(case).waited_s, later_s=30)

    since = [one for one in line.exchanges if one.at >= asked_at - timedelta(seconds=60)]
    assert since
    assert waited_s == 30 + (asked_at - since[-1].at).total_seconds()


def test_the_sender_s_last_sign_of_life_counts_for_a_minute(line: GuardedLine) -> None:
    line.cases.sender.outbox.show_life(line.clock.now())

    alive = [
        acting(line, "CA1", lambda act: act.can_send(), later_s=seconds)
        for seconds in (0, POLICY.worker_s, POLICY.worker_s + 1)
    ]

    assert alive == [True, True, False]


def test_who_never_proved_anything_is_at_level_0_however_often_wrong(line: GuardedLine) -> None:
    handset = asked(line)
    handset.type(WRONG)
    case = case_of(line, handset)

    assert acting(line, handset.call, lambda act: (act.level(case), act.is_verified(case))) == (0, False)


def test_a_caller_who_shows_no_number_is_counted_as_none(line: GuardedLine) -> None:
    callers = acting(
        line,
        "CA1",
        lambda act: [
            replace(act, caller=caller).counter("a" * 32).caller for caller in (None, E164("+14155550123"))
        ],
    )

    assert callers == [None, "+14155550123"]


def test_who_cannot_open_the_mailbox_of_a_case_that_is_over_takes_nothing_out_of_it(
    line: GuardedLine,
) -> None:
    handset = asked(line)
    handset.type(line.code("text"))
    case = case_of(line, handset)
    acting(line, handset.call, lambda act: act.move(case, "CANCELLED", over_at=act.at, over_why="stopped"))
    over = case_of(line, handset)

    view = acting(line, handset.call, without_mailbox)

    assert (view, case_of(line, handset)) == (CLOSED, over)
    assert over.mailbox is not None


def test_a_copy_of_a_typed_pin_is_the_try_that_was_counted_first(line: GuardedLine) -> None:
    handset = asked(line)
    turn = TurnKey(call=handset.call, leg=LegId(handset.call), turn=30)

    first, copy = (
        acting(line, handset.call, lambda act: PinTurn(act=act, turn=turn).reserve(), later_s=later_s)
        for later_s in (0, 30)
    )

    assert first is not None
    assert copy == first
    assert acting(line, handset.call, lambda act: act.joined(case_of(line, handset)).wrong) == 1
    assert len(line.failures(line.account_of(NUMBER))) == 1


def test_a_directory_that_knows_nobody_or_no_manager_is_believed(line: GuardedLine) -> None:
    directory = line.cases.room.directory
    ringable = RingableTams(directory=directory, countries=frozenset({"US"}), ours=frozenset())

    assert ringable.find("999111") is None
    assert ringable.find("204118") == directory.find("204118")
    managed = ringable.find(NUMBER)
    assert managed is not None
    assert managed.tam is not None
    abroad = replace(ringable, countries=frozenset({"DE"})).find(NUMBER)
    assert abroad is not None
    assert abroad.tam is None
    own = replace(ringable, ours=frozenset({managed.tam})).find(NUMBER)
    assert own is not None
    assert own.tam is None
