"""What one call proved is no right in another: each move and screen, with a stranger who has the number.

The owner verifies and hangs up. A stranger calls, types the case's number, which stands in texts and mails,
proves nothing, and reaches an agent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.moves.moves import MoveBlocked
from tests.services.desk.callers import Call, Callers, open_accounts
from tests.services.desk.office import Office, names_of

NUMBER = "204117"
ANA, BEN = "ana", "ben"


@dataclass(kw_only=True)
class Scene:
    """owner: her call. stranger: the other's."""

    callers: Callers
    owner: Call
    stranger: Call

    @property
    def desk(self) -> Desk:
        return self.callers.office.desk

    @property
    def case(self) -> Case:
        found = self.callers.case(self.owner)
        assert found is not None
        return found

    @property
    def number(self) -> CaseNumber:
        return self.case.number

    def claim(self, call: Call, agent: str = ANA, **rest: Any) -> Case:
        return self.desk.claim(
            self.number, agent, at=self.callers.at, match=self.callers.whispered(call), **rest
        )

    def make(self, move: str, agent: str = ANA, **typed: Any) -> Case:
        moved: Case = getattr(self.desk, move)(self.number, agent, at=self.callers.at, **typed)
        return moved

    def lacks(self, move: str, agent: str = ANA, **typed: Any) -> tuple[str, ...]:
        try:
            self.make(move, agent, **typed)
        except MoveBlocked as refused:
            return names_of(refused)
        return ()

    def accept_mail(self) -> None:
        """Have a mail server accept the disclaimer."""
        case, at = self.case, self.callers.at
        self.callers.office.cases.act(lambda tx: tx.save(replace(case, disclaimer_accepted_at=at)))

    def quote(self) -> None:
        """Let the stranger type the case's number, prove nothing, and reach an agent."""
        self.callers.identify(self.stranger, self.number)
        self.callers.type_code(self.stranger, "phone")
        self.callers.put_through(self.stranger)


def scene_of(office: Office, *, goal: Any = "change") -> Scene:
    """Let the owner be verified."""
    open_accounts(office)
    callers = Callers(office=office)
    owner, stranger = callers.dial(NUMBER), callers.dial()
    callers.verify(owner, NUMBER, goal=goal)
    callers.wait(60)
    return Scene(callers=callers, owner=owner, stranger=stranger)


def reset_by(scene: Scene) -> None:
    scene.make("spoke")
    scene.make("subaccounts", count=1)
    scene.make("ask_for_reset")


def change_by(scene: Scene) -> None:
    scene.make("spoke")
    scene.make("subaccounts", count=0)
    scene.make("change")


def test_who_verified_in_a_call_gets_a_reset_by_the_agent_who_had_that_call(office: Office) -> None:
    scene = scene_of(office, goal="reset")
    scene.callers.put_through(scene.owner)
    scene.claim(scene.owner)

    reset_by(scene)

    assert (scene.case.state, scene.case.l2_call, scene.case.spoke_call, scene.case.acted_by) == (
        "RESET_REQUESTED",
        scene.owner.id,
        scene.owner.id,
        ANA,
    )


def test_of_another_call_with_the_case_s_number_nothing_is_reset(office: Office) -> None:
    scene = scene_of(office, goal="reset")
    scene.callers.hang_up(scene.owner)
    scene.quote()
    scene.claim(scene.stranger)
    scene.make("spoke")
    scene.make("subaccounts", count=1)

    refused = scene.lacks("ask_for_reset")
    card = scene.desk.card(scene.number, at=scene.callers.at, agent=ANA)
    shown = " ".join(" ".join(lines_of(card)).split())

    assert refused == ("representative",)
    assert (card.standing, card.verified_until, card.next.move) == ("elsewhere", None, "keypad")
    assert "Verified no: in another call, which counts for nothing in this one" in shown
    assert "another call: counts for nothing in this one" in shown


def test_of_another_call_nothing_is_changed_either_within_the_four_hours(office: Office) -> None:
    scene = scene_of(office)
    scene.callers.confirm(scene.owner)
    scene.accept_mail()
    scene.callers.hang_up(scene.owner)
    scene.callers.wait(3600)
    scene.quote()
    scene.claim(scene.stranger)
    scene.make("spoke")
    scene.make("subaccounts", count=0)

    refused = scene.lacks("change")
    card = scene.desk.card(scene.number, at=scene.callers.at, agent=ANA)

    assert (scene.case.state, refused) == ("CONFIRMED", ("representative",))
    assert (card.standing, card.next.move) == ("elsewhere", "keypad")


def test_a_stranger_s_key_confirms_nothing(office: Office) -> None:
    scene = scene_of(office)
    scene.quote()

    scene.callers.confirm(scene.stranger)

    assert (scene.case.state, scene.case.confirmed_at) == ("VERIFIED", None)


@pytest.mark.parametrize(
    ("goal", "finish", "seconds", "state"),
    [
        ("reset", "ask_for_reset", 800, "RESET_REQUESTED"),
        ("reset", "ask_for_reset", 841, "VERIFIED"),
        ("change", "change", 4 * 3600, "CHANGED"),
        ("change", "change", 4 * 3600 + 1, "CONFIRMED"),
    ],
)
def test_who_spoke_in_the_call_may_finish_after_it_for_so_long(
    office: Office, goal: str, finish: str, seconds: int, state: str
) -> None:
    scene = scene_of(office, goal=goal)
    if goal == "change":
        scene.callers.confirm(scene.owner)
        scene.accept_mail()
    scene.callers.put_through(scene.owner)
    scene.claim(scene.owner)
    scene.make("spoke")
    scene.callers.hang_up(scene.owner)
    scene.quote()
    scene.callers.wait(seconds)
    scene.make("subaccounts", count=int(goal == "reset"))

    assert scene.lacks(finish) == (() if state in ("RESET_REQUESTED", "CHANGED") else ("level",))

    assert scene.case.state == state


def test_who_comes_later_with_the_number_alone_has_no_call_to_speak_in(office: Office) -> None:
    scene = scene_of(office, goal="reset")
    scene.callers.put_through(scene.owner)
    scene.callers.hang_up(scene.owner)

    scene.make("claim", match=None)

    assert scene.lacks("spoke") == ("call",)
    assert scene.case.spoke_at is None


MOVES_OF_A_TALK: dict[str, Callable[[Scene], tuple[str, ...]]] = {
    "claim by digits": lambda scene: _lacks_of(lambda: scene.claim(scene.owner)),
    "spoke": lambda scene: scene.lacks("spoke"),
}


def _lacks_of(move: Callable[[], object]) -> tuple[str, ...]:
    try:
        move()
    except MoveBlocked as refused:
        return names_of(refused)
    return ()


@pytest.mark.parametrize("move", MOVES_OF_A_TALK)
def test_when_the_caller_has_hung_up_what_needs_the_call_locks_and_the_card_says_so(
    office: Office, move: str
) -> None:
    scene = scene_of(office)
    scene.callers.put_through(scene.owner)
    if move != "claim by digits":
        scene.claim(scene.owner)
    scene.callers.hang_up(scene.owner)

    lacks = MOVES_OF_A_TALK[move](scene)
    card = scene.desk.card(scene.number, at=scene.callers.at, agent=ANA)
    shown = " ".join(" ".join(lines_of(card)).split())
    locked = {one.move: one.lacks for one in card.moves}

    assert lacks == (("match",) if move == "claim by digits" else ("call",))
    assert card.standing == "hung_up"
    assert "Caller has hung up" in shown
    if move == "spoke":
        assert [lack.missing for lack in locked["spoke"]] == ["the caller has hung up"]
        assert [lack.missing for lack in locked["keypad"]] == ["the caller has hung up"]


def test_a_stranger_takes_neither_the_digits_of_the_owner_s_agent_nor_the_case(office: Office) -> None:
    scene = scene_of(office)
    scene.callers.put_through(scene.owner)
    whispered = scene.callers.whispered(scene.owner)
    before = scene.case

    scene.quote()

    assert scene.case == before
    assert scene.callers.whispered(scene.owner) == whispered
    scene.claim(scene.owner)
    assert (scene.case.agent, scene.case.claimed_call) == (ANA, scene.owner.id)
    with pytest.raises(MoveBlocked, match="claimed by ana"):
        scene.claim(scene.stranger, BEN)
    assert scene.lacks("spoke") == ()


def test_a_stranger_s_wrong_entries_leave_the_owner_her_own(office: Office) -> None:
    open_accounts(office)
    callers = Callers(office=office)
    owner, stranger = callers.dial(NUMBER), callers.dial()
    callers.identify(owner, NUMBER)
    case = callers.case(owner)
    assert case is not None
    callers.identify(stranger, case.number)
    for _ in range(3):
        callers.type_code(stranger, "phone")
    callers.wait(301)

    view = callers.type_code(owner, "phone")

    assert view is not None
    assert view.level == 1


def test_a_claim_by_another_call_s_digits_ends_the_talk_that_was_recorded(office: Office) -> None:
    scene = scene_of(office)
    scene.callers.put_through(scene.owner)
    scene.claim(scene.owner)
    scene.make("spoke")
    scene.callers.hang_up(scene.owner)
    scene.quote()

    scene.claim(scene.stranger)

    assert (scene.case.claimed_call, scene.case.spoke_at) == (scene.stranger.id, None)


@pytest.mark.parametrize("state", ["HELD", "CONFIRMED"])
def test_a_kept_or_confirmed_case_is_proved_afresh_before_it_counts(office: Office, state: str) -> None:
    scene = scene_of(office)
    scene.callers.put_through(scene.owner)
    scene.claim(scene.owner)
    scene.make("spoke")
    if state == "CONFIRMED":
        scene.callers.confirm(scene.owner)
    else:
        scene.make("hold")
    scene.callers.hang_up(scene.owner)
    scene.callers.wait(600)
    again = scene.callers.dial(NUMBER)

    scene.callers.identify(again, scene.number)
    before = scene.case
    scene.callers.type_code(again, "phone")

    assert (before.state, before.l2_call) == (state, scene.owner.id)
    assert scene.case.l2_call == again.id
    scene.make("subaccounts", count=0) if state == "CONFIRMED" else None
    assert {"level", "representative"} & set(scene.lacks("change"))
    view = scene.callers.verification.look(again.id, scene.desk.policy, at=scene.callers.at)
    assert (view.next, view.is_confirmed) == ("verified", False)
