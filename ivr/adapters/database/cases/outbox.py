"""What is to be sent: each row is given to one worker at a time, and keeps what became of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, TypeVar, cast

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.calls.statements import put_row
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SENDER, SqlCases, SqlCaseWork
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode
from ivr.domain.redaction import Secret
from ivr.services.case_ports import CaseWork, Channel, Purpose

Result = TypeVar("Result")

LEASE: Final = timedelta(seconds=60)
"""Longer than an attempt may take: then its worker is dead, and another one goes on."""
LASTS: Final = timedelta(hours=24)

End = Literal["accepted", "refused", "expired", "void", "in_doubt"]
_OUTBOX: Final = tables.outbox
_WAITING: Final = ("queued", "deferred", "in_doubt")
ONCE: Final[frozenset[Purpose]] = frozenset({"code", "call_back"})
"""What may have been done already is not done again: a second telephone call would ring."""
_NOW: Final = bindparam("now_us", type_=BigInteger)
_IS_ABANDONED: Final = and_(_OUTBOX.c.state == "attempting", _OUTBOX.c.leased_until_us <= _NOW)
_NUMBER: Final = select(tables.recovery_case.c.number).where(tables.recovery_case.c.id == bindparam("case"))
# Every lease counts one attempt more, so the number tells whose turn it is.
_OWN: Final = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("own_id"),
    _OUTBOX.c.state == "attempting",
    _OUTBOX.c.attempts == bindparam("own_attempt"),
)
_LOST: Final = (
    update(_OUTBOX)
    .where(_OUTBOX.c.purpose.in_(ONCE), _IS_ABANDONED, _OUTBOX.c.ended_at_us.is_(None))
    .values(state="in_doubt", ended_at_us=_NOW, lease=None, leased_until_us=None)
)
_OLD: Final = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.ended_at_us.is_(None),
        _OUTBOX.c.created_at_us <= bindparam("created_by_us"),
        or_(_OUTBOX.c.state.in_(_WAITING), _IS_ABANDONED),
    )
    .values(state="expired", ended_at_us=_NOW, lease=None, leased_until_us=None)
    .returning(_OUTBOX.c.id, _OUTBOX.c.purpose, _OUTBOX.c.case_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """One message that is ours to send now. attempt: from 1. message_id: None but for mail.

    number: what the case is called on the telephone. code: what was asked for last for the same contact.
    """

    id: str
    channel: Channel
    purpose: Purpose
    case: CaseId
    number: CaseNumber
    call: str
    contact: str | None
    language: str
    details: Mapping[str, str]
    attempt: int
    message_id: str | None
    created_at: datetime
    code: SentCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """state: "deferred", or "in_doubt" before *due_at*, is tried again then; due_at None ends the message.

    body_hash: None for a code's message, whose six digits a hash would give away.
    """

    state: Literal["deferred"] | End
    due_at: datetime | None
    reply_code: int | None = None
    reply_text: str = ""
    host: str = ""
    tls: str | None = None
    recipient_hmac: str | None = None
    template: str | None = None
    body_hash: str | None = None


class SqlOutbox:
    """key: seals the audit, where every attempt at a disclaimer is put. domain: what Message-IDs end with."""

    def __init__(self, database: Database, *, key: Secret, anchor: Anchor, domain: str) -> None:
        self._database = database
        self._key = key
        self._cases = SqlCases(database, key=key, anchor=anchor, is_patient=True)
        self._domain = domain

    def lease(self, channel: Channel, *, worker: str, at: datetime, count: int) -> tuple[Leased, ...]:
        """Take up to *count* messages that are due, codes first; no other worker gets them meanwhile.

        That they were taken is stored before this returns: a code is never taken twice without an answer.
        Raises StoreUnavailable, and AuditUnavailable where nothing could be put on record.
        """
        self._cases.check()
        taken: list[Leased] = []
        while len(taken) < count:
            one = self._database.try_now(lambda connection: self._lease_one(connection, channel, worker, at))
            if one is None:
                break
            taken.append(one)
        return tuple(taken)

    def finish(
        self,
        leased: Leased,
        outcome: Outcome,
        *,
        at: datetime,
        then: Callable[[CaseWork], None] = lambda _: None,
    ) -> bool:
        """Store what became of an attempt; False, and nothing stored, where the message is ours no more.

        then: what follows from it, in the same transaction.
        """

        def work(connection: Connection, tx: SqlCaseWork) -> bool:
            own = {"own_id": leased.id, "own_attempt": leased.attempt}
            is_ours = connection.execute(_OWN, {**_cells_of(outcome, at), **own}).rowcount
            if is_ours and leased.purpose == "disclaimer":
                self._tell_case(connection, leased.case, leased.contact, outcome.state, at)
                tx.record("disclaimer", _fields_of(leased, outcome), at=at)
            if is_ours and leased.purpose == "call_back":
                _tell_call_back(tx, leased, outcome, at)
            if is_ours:
                then(tx)
            return bool(is_ours)

        return self._cases.transaction(work)

    def end_old(self, at: datetime) -> int:
        """End what is too old to be sent, and codes that a dead worker may have sent; count them."""

        def work(connection: Connection, tx: SqlCaseWork) -> int:
            connection.execute(_LOST, {"now_us": us_of(at)})
            old = {"now_us": us_of(at), "created_by_us": us_of(at - LASTS)}
            ended = connection.execute(_OLD, old).all()
            for row in ended:
                if row.purpose == "disclaimer":
                    fields = {"case": row.case_id, "message": row.id, "outcome": "expired"}
                    tx.record("disclaimer", fields, at=at)
            return len(ended)

        return self._cases.transaction(work)

    def bounce(self, message_id: str, status: str, *, at: datetime) -> bool:
        """Note that a mail came back, once; False where we sent no such mail."""

        def work(connection: Connection, tx: SqlCaseWork) -> bool:
            bounced = connection.execute(
                update(_OUTBOX)
                .where(_OUTBOX.c.message_id == message_id, _OUTBOX.c.state != "bounced")
                .values(state="bounced", ended_at_us=us_of(at), lease=None, leased_until_us=None)
                .returning(_OUTBOX.c.id, _OUTBOX.c.purpose, _OUTBOX.c.case_id, _OUTBOX.c.contact)
            ).first()
            if bounced is None:
                known = select(_OUTBOX.c.id).where(_OUTBOX.c.message_id == message_id)
                return connection.execute(known).first() is not None
            case_id = CaseId(bounced.case_id)
            if bounced.purpose == "disclaimer":
                self._tell_case(connection, case_id, bounced.contact, "bounced", at)
            fields = {"case": case_id, "message": bounced.id, "purpose": bounced.purpose, "status": status}
            tx.record("bounce", fields, at=at)
            return True

        return self._cases.transaction(work)

    def show_life(self, at: datetime) -> None:
        """Note that the sender lives."""

        def work(connection: Connection) -> None:
            row = {"name": SENDER, "at_us": us_of(at)}
            statement = put_row(
                tables.sign_of_life, connection.dialect.name, names=tuple(row), keys=("name",)
            )
            connection.execute(statement, row)

        self._database.try_now(work)

    def _lease_one(
        self, connection: Connection, channel: Channel, worker: str, at: datetime
    ) -> Leased | None:
        values = {
            "now_us": us_of(at),
            "until_us": us_of(at + LEASE),
            "worker": worker,
            "domain": f"@{self._domain}>",
        }
        row = connection.execute(_next_of(channel), values).first()
        if row is None:
            return None
        tx = SqlCaseWork(connection, key=self._key)
        asked = None if row.contact is None else tx.code(CaseId(row.case_id), row.call, row.contact)
        return Leased(
            id=row.id,
            channel=channel,
            purpose=cast("Purpose", row.purpose),
            case=CaseId(row.case_id),
            number=CaseNumber(connection.execute(_NUMBER, {"case": row.case_id}).scalar() or ""),
            call=row.call,
            contact=row.contact,
            language=row.language,
            details=json.loads(row.details),
            attempt=row.attempts,
            message_id=row.message_id,
            created_at=at_of(row.created_at_us),
            code=asked if row.purpose == "code" else None,
        )

    def _tell_case(
        self, connection: Connection, case_id: CaseId, contact: str | None, state: str, at: datetime
    ) -> None:
        """Write the fact into the case; what was changed already stays as it was when it was changed.

        What becomes of a mail to a mailbox that the caller cannot open is no fact of the case.
        """
        column = {
            "accepted": "disclaimer_accepted_at_us",
            "refused": "disclaimer_failed_at_us",
            "bounced": "disclaimer_failed_at_us",
        }.get(state)
        if column is None:
            return
        kept = tables.recovery_case.c
        counts = or_(kept.mailbox_lost_at_us.is_(None), kept.mailbox == contact)
        connection.execute(
            update(tables.recovery_case)
            .where(kept.id == case_id, kept.changed_at_us.is_(None), counts)
            .values({column: us_of(at), "version": kept.version + 1})
        )


def _tell_call_back(tx: SqlCaseWork, leased: Leased, outcome: Outcome, at: datetime) -> None:
    """Put down that the call was placed, or was not; one in doubt stays open, since it may be ringing."""
    one = tx.call_backs.find(leased.id)
    if one is None or one.ended_at is not None:
        return
    if outcome.state == "accepted":
        tx.call_backs.save(replace(one, placed_at=at))
    elif outcome.due_at is None and outcome.state != "in_doubt":
        tx.call_backs.save(replace(one, ended_at=at, outcome="not_placed"))


def _cells_of(outcome: Outcome, at: datetime) -> dict[str, str | int | None]:
    cells: dict[str, str | int | None] = {
        "state": outcome.state,
        "lease": None,
        "leased_until_us": None,
        "reply_code": outcome.reply_code,
        "reply_text": outcome.reply_text,
        "host": outcome.host,
        "tls": outcome.tls,
        "recipient_hmac": outcome.recipient_hmac,
        "template": outcome.template,
        "body_hash": outcome.body_hash,
    }
    if outcome.due_at is None:
        cells["ended_at_us"] = us_of(at)
    else:
        cells["due_at_us"] = us_of(outcome.due_at)
    return cells


def _fields_of(leased: Leased, outcome: Outcome) -> Fields:
    return {
        "case": leased.case,
        "message": leased.id,
        "outcome": outcome.state,
        "attempt": leased.attempt,
        "message_id": leased.message_id,
        "smtp_code": outcome.reply_code,
        "smtp_text": outcome.reply_text,
        "host": outcome.host,
        "tls": outcome.tls,
        "recipient_hmac": outcome.recipient_hmac,
        "template": outcome.template,
        "body_hash": outcome.body_hash,
    }


@cache
def _next_of(channel: Channel) -> ReturningUpdate[Any]:
    """Take what is due first on the channel, codes before all else, and give its row."""
    due = or_(
        and_(_OUTBOX.c.state.in_(_WAITING), _OUTBOX.c.due_at_us <= _NOW),
        and_(_OUTBOX.c.purpose.not_in(ONCE), _IS_ABANDONED),
    )
    # Another worker's row is passed over, not waited for; SQLite has one writer anyway.
    first = (
        select(_OUTBOX.c.id)
        .where(_OUTBOX.c.channel == channel, _OUTBOX.c.ended_at_us.is_(None), due)
        .order_by(case((_OUTBOX.c.purpose == "code", 0), else_=1), _OUTBOX.c.due_at_us)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    own_id = func.coalesce(_OUTBOX.c.message_id, "<" + _OUTBOX.c.id + bindparam("domain"))
    return (
        update(_OUTBOX)
        .where(_OUTBOX.c.id == first)
        .values(
            state="attempting",
            lease=bindparam("worker"),
            leased_until_us=bindparam("until_us"),
            attempts=_OUTBOX.c.attempts + 1,
            message_id=own_id if channel == "mail" else None,
        )
        .returning(_OUTBOX)
    )
