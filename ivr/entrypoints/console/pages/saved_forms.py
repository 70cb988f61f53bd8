"""What was typed into a form that came too late: kept sealed, for the same member and page alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.redaction import Secret
from ivr.services.encryption import opened, sealed
from ivr.services.staff.member import MemberId

_PURPOSE: Final = "typed text"
_LASTS: Final = timedelta(hours=1)
_MOST_BYTES: Final = 24_000
"""So much of it still fits into the next form, sealed, beside all that this one has."""
_NEVER: Final = frozenset({"csrf_token", "code", "password", "typed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """page: the path that shows the form again. fields: what stood in it."""

    member: MemberId
    page: str
    fields: Mapping[str, str]

    def sealed(self, key: Secret, *, at: datetime) -> str:
        """Write it so that a page can carry it; "" where it is too much to carry."""
        fields = {name: text for name, text in self.fields.items() if name not in _NEVER}
        text = json.dumps([self.member, self.page, fields])
        return "" if len(text) > _MOST_BYTES else sealed(key, text, purpose=_PURPOSE, at=at)


def read_typed(key: Secret, text: str, *, member: MemberId, at: datetime) -> Typed | None:
    """Read what `Typed.sealed` wrote within the hour for this member; None for anything else."""
    plain = opened(key, text, purpose=_PURPOSE, at=at, within=_LASTS) if text else None
    if plain is None:
        return None
    whose, page, fields = json.loads(plain)
    return Typed(member=member, page=page, fields=fields) if whose == member else None
