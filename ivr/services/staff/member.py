"""Who works with the consoles, and what each may do."""

import re
from dataclasses import dataclass
from typing import Final, Literal, NewType, get_args

from ivr.domain.phone import E164

MemberId = NewType("MemberId", str)
"""Short and lower-case, such as "ana": it stands in the audit as "agent:ana"."""
MEMBER_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)

Role = Literal["agent", "tam", "supervisor", "operator"]
"""agent: takes calls and works on their cases. tam: vouches for callers of the own accounts. supervisor: sees
every case, and manages the others. operator: writes menus."""
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """name: as colleagues see it. lines: whose calls the member takes, by their ids.

    phone: an account manager's, as it stands at the accounts. mail: where a manager is asked
    to vouch, and what the company's own sign-in knows a member by.
    """

    id: MemberId
    name: str
    roles: frozenset[Role]
    lines: frozenset[str]
    phone: E164 | None = None
    mail: str | None = None

    def may(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A member with both factors proved. session: the row's id, never the cookie's secret."""

    member: Member
    session: str
