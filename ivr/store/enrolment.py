"""Apps, saved codes and invitations in the database: one statement uses one, so that it serves once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from ivr.recovery.enrolment import App, Invitation
from ivr.store import case_tables
from ivr.store.instant import at_of, us_of

_APP: Final = case_tables.app.c
_SAVED: Final = case_tables.saved_code.c
_INVITATION: Final = case_tables.invitation.c


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
