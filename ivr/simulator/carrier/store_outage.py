"""A store that a rehearsal takes away."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from ivr.services.case_ports import Answered, CaseWork
from ivr.services.ports import StoreUnavailable, TurnKey

Result = TypeVar("Result")


class Away:
    """Cases that cannot be reached: everything about them raises StoreUnavailable."""

    def once(self, key: TurnKey, work: Callable[[CaseWork], Answered], *, at: datetime) -> bytes:
        raise StoreUnavailable(
            f"turn {key.turn} at {at} is not kept: the rehearsal has no store, and no {work}"
        )

    def act(self, work: Callable[[CaseWork], Result]) -> Result:
        raise StoreUnavailable(f"the rehearsal has no store for {work}")
