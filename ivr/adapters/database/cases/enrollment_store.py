"""Apps, saved codes, invitations and PINs in the database: one statement uses one, so that it serves once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ivr.adapters.database.calls.statements import changed, insert_new
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.enrollment import App, Enrolment, Invitation, Pin, PinTry
from ivr.services.ports import TurnKey

_APP: Final = case_tables.app.c
_SAVED: Final = case_tables.saved_code.c
_INVITATION: Final = case_tables.invitation.c
_PIN: Final = case_tables.pin.c
_TRY: Final = case_tables.pin_try.c


class SqlEnrolments:
    """What `case_ports.Enrolments` promises, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def app(self, account: str) -> App | None:
        row = self._connection.execute(select(case_tables.app).where(_APP.account == account)).first()
        return None if row is None else App(sealed=row.sealed, last_step=row.last_step)

    def use_step(self, account: str, step: int) -> bool:
        later = (_APP.account == account) & (_APP.last_step < step)
        return (
            self._connection.execute(update(case_tables.app).where(later).values(last_step=step)).rowcount
            == 1
        )

    def use_saved(self, account: str, mac: str, *, at: datetime) -> bool:
        unused = (_SAVED.account == account) & (_SAVED.mac == mac) & _SAVED.used_at_us.is_(None)
        statement = update(case_tables.saved_code).where(unused).values(used_at_us=us_of(at))
        return self._connection.execute(statement).rowcount == 1

    def enrol(self, account: str, *, sealed: str, macs: Sequence[str], at: datetime) -> None:
        self._connection.execute(delete(case_tables.app).where(_APP.account == account))
        self._connection.execute(delete(case_tables.saved_code).where(_SAVED.account == account))
        row = {"account": account, "sealed": sealed, "last_step": 0, "enrolled_at_us": us_of(at)}
        self._connection.execute(insert(case_tables.app).values(**row))
        self._connection.execute(
            insert(case_tables.saved_code), [{"account": account, "mac": mac} for mac in macs]
        )

    def invite(self, invitation: Invitation, *, at: datetime) -> None:
        earlier = (_INVITATION.account == invitation.account) & _INVITATION.ended_at_us.is_(None)
        self._connection.execute(update(case_tables.invitation).where(earlier).values(ended_at_us=us_of(at)))
        row = {
            "id": invitation.id,
            "account": invitation.account,
            "expires_at_us": us_of(invitation.expires_at),
        }
        self._connection.execute(insert(case_tables.invitation).values(**row))

    def invitation(self, invitation: str) -> Invitation | None:
        query = select(case_tables.invitation).where(_INVITATION.id == invitation)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return Invitation(
            id=row.id,
            account=row.account,
            expires_at=at_of(row.expires_at_us),
            ended_at=None if row.ended_at_us is None else at_of(row.ended_at_us),
        )

    def end_invitation(self, invitation: str, *, at: datetime) -> bool:
        live = (_INVITATION.id == invitation) & _INVITATION.ended_at_us.is_(None)
        statement = update(case_tables.invitation).where(live).values(ended_at_us=us_of(at))
        return self._connection.execute(statement).rowcount == 1

    def consent_to_texts(self, contact: str, *, at: datetime) -> None:
        kept = case_tables.contact.c
        self._connection.execute(
            update(case_tables.contact)
            .where(kept.id == contact, kept.consented_at_us.is_(None))
            .values(consented_at_us=us_of(at))
        )

    def pin(self, account: str) -> Pin | None:
        row = self._connection.execute(select(case_tables.pin).where(_PIN.account == account)).first()
        return None if row is None else _pin_of(row)

    def keep_pin(self, account: str, pin: Pin) -> None:
        self._connection.execute(delete(case_tables.pin).where(_PIN.account == account))
        row = {"account": account, "hashed": pin.hashed, "way": pin.way, "rests_on": pin.rests_on}
        self._connection.execute(insert(case_tables.pin).values(**row, issued_at_us=us_of(pin.issued_at)))

    def claim_pin_try(self, case: CaseId, key: TurnKey, new: PinTry) -> bool:
        row = {
            "call": key.call,
            "turn": key.turn,
            "case_id": case,
            "at_us": us_of(new.at),
            "may_try": int(new.may_try),
        }
        statement = insert_new(case_tables.pin_try, self._connection.dialect.name)
        return changed(self._connection, statement, row)

    def pin_try(self, key: TurnKey) -> PinTry | None:
        query = select(case_tables.pin_try).where(_TRY.call == key.call, _TRY.turn == key.turn)
        row = self._connection.execute(query).first()
        return None if row is None else PinTry(at=at_of(row.at_us), may_try=bool(row.may_try))


def enrolments_of_all(connection: Connection) -> Mapping[str, Enrolment]:
    """Give what each account has, by its id; accounts that have nothing are left out."""
    apps = set(connection.execute(select(_APP.account)).scalars())
    left = select(_SAVED.account, func.count().label("left")).where(_SAVED.used_at_us.is_(None))
    unused = left.group_by(_SAVED.account)
    saved = {row.account: int(row.left) for row in connection.execute(unused)}
    pins = {row.account: _pin_of(row) for row in connection.execute(select(case_tables.pin))}
    return {
        account: Enrolment(has_app=account in apps, saved_codes=saved.get(account, 0), pin=pins.get(account))
        for account in {*apps, *saved, *pins}
    }


def _pin_of(row: Row[Any]) -> Pin:
    return Pin(hashed=row.hashed, way=row.way, rests_on=row.rests_on, issued_at=at_of(row.issued_at_us))
