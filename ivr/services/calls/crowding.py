"""How many calls of one number, and of withheld numbers together, ring people at a time without proof."""

from dataclasses import dataclass

from ivr.domain.dialogue.events import CallId
from ivr.services.calls.account_manager import OwnTams
from ivr.services.case_ports import Directory
from ivr.services.ports import Beside


@dataclass(frozen=True, slots=True, kw_only=True)
class MostCalls:
    """per_number: of one number that is on no file. withheld: of all who withhold theirs, together."""

    per_number: int = 5
    withheld: int = 20


def is_crowded(
    beside: Beside | None,
    call: CallId,
    most: MostCalls,
    *,
    directory: Directory | None,
    own_tams: OwnTams,
    shown: str,
) -> bool:
    """Whether so many others of the caller's ring already that this call is to leave a message instead.

    beside: None where the store cannot say.
    Where the store, or the directory, cannot say, it rings: a caller in need is worth more than the bound.
    """
    if beside is None:
        return False
    if beside.is_withheld:
        return beside.calls >= most.withheld
    if beside.calls < most.per_number:
        return False
    return directory is None or not own_tams.may_be_on_file(directory, shown, call=call)
