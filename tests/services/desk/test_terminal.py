"""A terminal at the desk: members alone act there, and in production nobody is anybody's second."""

from dataclasses import replace
from datetime import datetime

import pytest

from ivr.domain.recovery.case import BY_PRODUCT
from ivr.services.desk.moves.moves import MOVE_NAMES, Move
from ivr.services.desk.moves.terminal import Terminal
from ivr.services.staff.member import ROLES, Member, MemberId, Role
from ivr.services.staff.staff_ports import StoredMember
from tests.domain.recovery.ready import AT, TO_RELEASE

SECONDS = {"login", "approve", "release", "unlock", "confirm-mailbox"}


def kept(name: str, *roles: Role, disabled_at: datetime | None = None) -> StoredMember:
    member = Member(id=MemberId(name), name=name, roles=frozenset(roles), lines=frozenset())
    return StoredMember(member=member, added_at=AT, disabled_at=disabled_at)


ROSTER = (
    kept("ana", "agent"),
    kept("sue", "supervisor"),
    kept("tom", "tam"),
    kept("olga", "operator"),
    kept("both", "tam", "agent"),
    kept("gone", "agent", disabled_at=AT),
)


def lacks(
    move: Move, agent: str, *, is_production: bool, roster: tuple[StoredMember, ...] = ROSTER
) -> list[str]:
    terminal = Terminal(roster=roster, is_production=is_production)
    return [lack.name for lack in terminal.lacks(move, TO_RELEASE, agent)]


@pytest.mark.parametrize("move", MOVE_NAMES)
@pytest.mark.parametrize("is_production", [True, False], ids=["production", "development"])
def test_of_the_roster_only_enabled_agents_and_supervisors_make_a_move(
    move: Move, *, is_production: bool
) -> None:
    refused = {
        name: "member" in lacks(move, name, is_production=is_production)
        for name in ("ana", "sue", "both", "tom", "olga", "gone", "nobody", "Ana", "")
    }

    assert [name for name, is_refused in refused.items() if not is_refused] == ["ana", "sue", "both"]


@pytest.mark.parametrize("role", ROLES)
def test_the_role_decides_and_not_the_name(role: Role) -> None:
    found = lacks("spoke", "ana", is_production=True, roster=(kept("ana", role),))

    assert found == ([] if role in ("agent", "supervisor") else ["member"])


def test_in_production_no_move_of_a_second_person_is_made_and_every_other_is() -> None:
    assert {move for move in MOVE_NAMES if lacks(move, "ana", is_production=True) == ["terminal"]} == SECONDS
    assert {move for move in MOVE_NAMES if not lacks(move, "ana", is_production=True)} == (
        set(MOVE_NAMES) - SECONDS
    )


def test_in_development_every_move_is_a_members() -> None:
    assert [move for move in MOVE_NAMES if lacks(move, "ana", is_production=False)] == []


def test_a_release_by_what_the_product_told_is_nobodys_second_move() -> None:
    terminal = Terminal(roster=ROSTER, is_production=True)

    assert terminal.lacks("release", replace(TO_RELEASE, subaccount_login_by=BY_PRODUCT), "ana") == ()


def test_where_nobody_was_ever_added_a_name_is_believed_in_development_alone() -> None:
    assert lacks("spoke", "ana", is_production=False, roster=()) == []
    assert lacks("spoke", "ana", is_production=True, roster=()) == ["member"]
    assert lacks("spoke", "ana", is_production=False, roster=(kept("gone", "agent", disabled_at=AT),)) == [
        "member"
    ]


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("eve", "nobody on the roster is called eve"),
        ("gone", "gone is disabled"),
        ("tom", "tom is no agent and no supervisor"),
    ],
)
def test_why_nobody_may_act_by_a_name_is_said_with_the_remedy(name: str, missing: str) -> None:
    (lack,) = Terminal(roster=ROSTER, is_production=True).member_lacks(name)

    assert (lack.missing, "ivr staff list" in lack.remedy) == (missing, True)
