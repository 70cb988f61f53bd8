"""Contacts that proved a caller, and are on file no more: somebody changed them meanwhile."""

from collections.abc import Callable
from typing import Final

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import Cases, CaseWork, Directory
from ivr.services.desk.moves.moves import Lack

_GONE: Final = Lack(
    name="contacts",
    missing="a telephone or mailbox that proved the caller is on file no more",
    remedy="find out who changed it; then the caller verifies again on a new case",
)


def gone_contacts(
    cases: Cases, directory: Directory, number: CaseNumber
) -> Callable[[CaseWork, Case], tuple[Lack, ...]]:
    """Look for them before the transaction that decides: a directory may be somebody else's, and slow.

    Raises DirectoryUnavailable, StoreUnavailable.
    """

    def contacts(tx: CaseWork) -> set[str]:
        case = tx.case_numbered(number)
        proved = () if case is None else tx.evidence(case.id)
        return {one.contact for one in proved if one.contact is not None}

    gone = [one for one in sorted(cases.act(contacts)) if directory.addressee(one) is None]
    return lambda *_: (_GONE,) if gone else ()
