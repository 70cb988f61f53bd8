"""What a move reads of its case, and what is put down together with it, in its transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.moves import Lack

Put = Callable[[CaseWork, Case], None]
Lacking = Callable[[CaseWork, Case], tuple[Lack, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRecord:
    """put: writes it, once the case is moved. lacks: why the move cannot be made with it."""

    put: Put = lambda *_: None
    lacks: Lacking = lambda *_: ()


NO_RECORD: Final = MoveRecord()


class NoSuchCase(LookupError):  # noqa: N818 -- it names what is not there
    """No case has this number."""


def numbered(tx: CaseWork, number: CaseNumber) -> Case:
    """Read a case. Raises NoSuchCase."""
    case = tx.case_numbered(number)
    if case is None:
        raise NoSuchCase("no case has this number: see the list of open cases")
    return case
