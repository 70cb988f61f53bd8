"""What is put down together with a move, in its transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ivr.agents.moves import Lack
from ivr.case_ports import CaseWork
from ivr.recovery.case import Case

Put = Callable[[CaseWork, Case], None]
Lacking = Callable[[CaseWork, Case], tuple[Lack, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """put: writes it, once the case is moved. lacks: why the move cannot be made with it."""

    put: Put = lambda *_: None
    lacks: Lacking = lambda *_: ()


NO_RECORD: Final = Record()
