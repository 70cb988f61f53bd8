"""Who may act at the desk from a terminal: members of the roster; and no second person, in production.

Nobody signs in there. Whoever has the shell gives any name, so two names are not two people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr.domain.recovery.case import BY_PRODUCT, Case
from ivr.services.desk.moves.moves import Lack, Move
from ivr.services.staff.member import Member, MemberId, Role
from ivr.services.staff.staff_ports import StoredMember

ROLES: Final[tuple[Role, ...]] = ("agent", "supervisor")
"""Whose moves the desk's are, here as in the console."""
_SECOND: Final[frozenset[Move]] = frozenset({"login", "approve", "unlock", "confirm-mailbox"})
_ALONE: Final = Lack(
    name="terminal",
    missing="this takes a second person, and a terminal cannot tell one person from two",
    remedy="sign in to the console, and do it there",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """roster: everybody who was ever added. is_production: whether what is done there counts."""

    roster: tuple[StoredMember, ...]
    is_production: bool

    @property
    def is_believing(self) -> bool:
        """Whether any name is taken, since nobody has been added yet, and nothing counts."""
        return not self.roster and not self.is_production

    def member(self, agent: str) -> Member | None:
        """Give the member who is named, where that one may act; None where nobody may by that name."""
        if self.is_believing:
            return Member(id=MemberId(agent), name=agent, roles=frozenset({"supervisor"}), lines=frozenset())
        return next((kept.member for kept in self.roster if kept.member.id == agent and may_act(kept)), None)

    def lacks(self, move: Move, case: Case, agent: str) -> tuple[Lack, ...]:
        """Name what a move lacks because it comes from a terminal."""
        return (*self.member_lacks(agent), *self.second_lacks(case, move))

    def second_lacks(self, case: Case, move: Move) -> tuple[Lack, ...]:
        """Refuse what takes a second person, whoever is named."""
        return (_ALONE,) if self.is_production and _is_a_seconds(move, case) else ()

    def member_lacks(self, agent: str) -> tuple[Lack, ...]:
        """Say why nobody may act by that name; nothing where somebody may."""
        return () if self.is_believing else stranger_lacks(agent, self.roster)


def _is_a_seconds(move: Move, case: Case) -> bool:
    if move == "release":
        # Whoever recorded the login may sit at this terminal too.
        return case.subaccount_login_by not in (None, BY_PRODUCT)
    return move in _SECOND


def may_act(kept: StoredMember) -> bool:
    """Whether a member works at the desk now."""
    return kept.disabled_at is None and kept.member.may(*ROLES)


def stranger_lacks(agent: str, roster: Iterable[StoredMember]) -> tuple[Lack, ...]:
    """Say why nobody of the roster may act by that name; nothing where somebody may."""
    kept = next((kept for kept in roster if kept.member.id == agent), None)
    if kept is None:
        what, remedy = f"nobody on the roster is called {agent}", "see `ivr staff list`, or add one"
    elif kept.disabled_at is not None:
        what, remedy = f"{agent} is disabled", "see `ivr staff list` for who works here"
    elif not may_act(kept):
        what, remedy = f"{agent} is no {' and no '.join(ROLES)}", "name somebody who is: see `ivr staff list`"
    else:
        return ()
    return (Lack(name="member", missing=what, remedy=remedy),)
