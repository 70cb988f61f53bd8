"""What a turn is told from outside, as far as it has asked: the line's people now, and the caller's case."""

from dataclasses import dataclass

from ivr.domain.menus.line import LineNow
from ivr.domain.recovery.verification_commands import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """line: None until it was asked for; so is case."""

    line: LineNow | None = None
    case: CaseView | None = None


NOTHING = Known()
