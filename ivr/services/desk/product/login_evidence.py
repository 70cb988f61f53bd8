"""A subaccount's login as a second representative sees it in the product: who, when and where, masked."""

import re
from datetime import datetime
from typing import Final

from ivr.domain.recovery.case import Case
from ivr.domain.redaction import masked_name
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.move_record import MoveRecord
from ivr.services.desk.moves.moves import Lack
from ivr.services.product_ports import SeenLogin

_PLACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,63}", re.ASCII)
_MOST_OF_NAME: Final = 120


def seen(*, name: str, where: str, login_at: datetime, by: str, at: datetime) -> MoveRecord:
    """Give what is put down of a login. name: the subaccount's, kept masked. where: in the product."""

    def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
        if case.reset_done_at is not None and login_at <= case.reset_done_at:
            return (_lack("login", "that login is no later than the reset", "wait for one that is"),)
        return _faults(name.strip(), where.strip())

    def put(tx: CaseWork, case: Case) -> None:
        login = SeenLogin(case=case.id, name=masked_name(name), where=where.strip(), at=login_at, by=by)
        tx.permits.keep_login(login, at=at)

    return MoveRecord(put=put, lacks=lacks)


def _faults(name: str, where: str) -> tuple[Lack, ...]:
    found = []
    if not 1 <= len(name) <= _MOST_OF_NAME or not name[0].isprintable():
        found.append(_lack("name", "nobody is named who logged in", "give the name as the product shows it"))
    if not _PLACE.fullmatch(where):
        remedy = "name the place in the product, such as: login history"
        found.append(_lack("where", "it is not said where that was seen", remedy))
    return tuple(found)


def _lack(name: str, missing: str, remedy: str) -> Lack:
    return Lack(name=name, missing=missing, remedy=remedy)
