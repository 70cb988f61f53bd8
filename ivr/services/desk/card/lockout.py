"""Whether an account is closed to verification by phone, and who has it opened again, as a card shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.moves import Lack, Move

NOT_SHUT: Final = Lack(
    name="shut",
    missing="the account is not closed by wrong entries",
    remedy="the caller verifies by keypad, as ever",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """is_now: whether too many wrong entries in a row closed the account, and nobody opened it again.

    asked_by: who asked, in this case, for it to be opened; opened_by: the second representative who did.
    """

    is_now: bool = False
    asked_by: str | None = None
    asked_at: datetime | None = None
    opened_by: str | None = None
    opened_at: datetime | None = None


OPEN: Final = Shut()


def shut_of(tx: CaseWork, case: Case, policy: Policy) -> Shut:
    failures = () if case.account is None else tx.shown_moments(IN_A_ROW, case.account)
    return Shut(
        is_now=len(failures) >= policy.account_in_a_row,
        asked_by=case.unlock_asked_by,
        asked_at=case.unlock_asked_at,
        opened_by=case.unlocked_by,
        opened_at=case.unlocked_at,
    )


def shut_lacks(move: Move, shut: Shut) -> tuple[Lack, ...]:
    """Lock what opens an account again while it is open."""
    return (NOT_SHUT,) if move in ("ask-unlock", "unlock") and not shut.is_now else ()
