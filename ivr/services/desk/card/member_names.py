"""Members as colleagues know them: a display name beside the id that commands and records go by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from ivr.domain.recovery.case import Case
from ivr.services.staff.staff_ports import Staff

_MARKED: Final = re.compile(r"\{([a-z][a-z0-9-]{0,31})\}", re.ASCII)
_MEMBERS: Final = (
    "agent",
    "approver",
    "tam",
    "tam_asked_by",
    "unlock_asked_by",
    "unlocked_by",
    "other_asked_by",
    "other_named_by",
    "subaccount_login_by",
    "released_by",
)
"""Facts of a case that name a member, and stand in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """known: display names by id; a member who is not in it is called by the id."""

    known: Mapping[str, str] = field(default_factory=dict)

    def of(self, member: str) -> str:
        """Give "Ana Lima (ana)": the id stays, since two may have one name, and commands take ids."""
        name = self.known.get(member, "")
        return f"{name} ({member})" if name else member

    def filled(self, sentence: str) -> str:
        """Name the members whose ids a sentence has in braces."""
        return _MARKED.sub(lambda found: self.of(found[1]), sentence)


NO_NAMES: Final = Names()


def names_of(staff: Staff | None) -> Names:
    """Read the roster. Raises StoreUnavailable."""
    if staff is None:
        return NO_NAMES
    members = staff.act(lambda tx: tx.members())
    return Names(known={kept.member.id: kept.member.name for kept in members})


def marked(member: str) -> str:
    """Put a member's id in braces, for `Names.filled`."""
    return member if member.startswith("{") else f"{{{member}}}"


@lru_cache(maxsize=64)
def with_members_marked(case: Case) -> Case:
    """Give the same case, in whose facts each member stands as in a sentence."""
    found = {name: getattr(case, name) for name in _MEMBERS}
    members: dict[str, Any] = {name: marked(id_) for name, id_ in found.items() if id_ is not None}
    return replace(case, **members)
