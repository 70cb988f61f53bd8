"""Cases in the database: each act is one transaction, with its audit record and, for a turn, its reply."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import ReturningInsert

from ivr import __version__
from ivr.adapters.database.audit.audit_store import Anchor, append, keep_head, last_record
from ivr.adapters.database.calls.fact_rows import turn_taken
from ivr.adapters.database.calls.statements import (
    claim_turn,
    insert_into,
    store_fact,
    stored_document,
)
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.callback_store import SqlCallBacks
from ivr.adapters.database.cases.case_calls import SqlCaseCalls
from ivr.adapters.database.cases.case_row import case_of, cells_of
from ivr.adapters.database.cases.desk_store import SqlDesk
from ivr.adapters.database.cases.enrollment_store import SqlEnrolments
from ivr.adapters.database.cases.permit_store import SqlPermits
from ivr.adapters.database.cases.text_outcomes import SqlTexts
from ivr.adapters.database.engine import Database, Undone
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.audit_chain import Fields, Sealed
from ivr.domain.recovery.case import OVER, Case, CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode
from ivr.domain.recovery.limits import Moments
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Answered, CaseWork, Outgoing, Queued, StaleCase
from ivr.services.ports import StoreUnavailable, TurnKey

Result = TypeVar("Result")
SENDER: Final = "sender"
_NOTHING: Final[Fields] = MappingProxyType({})
_CASE: Final = tables.recovery_case
_JOINED: Final = tables.case_call
_BY_ID: Final = select(_CASE).where(_CASE.c.id == bindparam("named"))
_BY_NUMBER: Final = select(_CASE).where(_CASE.c.number == bindparam("named"))
_BY_CALL: Final = (
    select(_CASE)
    .join(_JOINED, _JOINED.c.case_id == _CASE.c.id)
    .where(_JOINED.c.call == bindparam("named"))
    .order_by(_JOINED.c.at_us.desc(), _CASE.c.opened_at_us.desc())
    .limit(1)
)
_UNCHANGED: Final = update(_CASE).where(
    _CASE.c.id == bindparam("own_id"), _CASE.c.version == bindparam("own_version")
)
_CODE: Final = select(tables.code).where(
    tables.code.c.case_id == bindparam("case"),
    tables.code.c.call == bindparam("call"),
    tables.code.c.contact == bindparam("contact"),
)
_SEEN_AT: Final = select(tables.sign_of_life.c.at_us).where(tables.sign_of_life.c.name == SENDER)


class SqlCases:
    """key: seals the audit. The same database may be open in many processes."""

    def __init__(
        self,
        database: Database,
        *,
        key: Secret,
        anchor: Anchor,
        is_patient: bool = False,
        beside: Fields = _NOTHING,
    ) -> None:
        """Open nothing yet.

        is_patient: tries the database even where it failed a moment ago, since nobody is on the line.
        beside: what every record from here says beside its own fields.
        """
        self._database = database
        self._beside = beside
        self._run = database.try_now if is_patient else database.run
        self._key = key
        self._anchor = anchor

    def check(self) -> None:
        """Raise AuditUnavailable where nothing could go on record now."""
        self._anchor.check()

    def once(self, key: TurnKey, work: Callable[[CaseWork], Answered], *, at: datetime) -> bytes:
        at_us = us_of(at)

        def turn(connection: Connection, tx: SqlCaseWork) -> bytes:
            tx.hold_chain()
            if not claim_turn(connection, key, at_us):
                stored = stored_document(connection, key)
                if stored is None:
                    raise StoreUnavailable("this turn was passed long ago: nothing is done twice")
                return stored
            answered = work(tx)
            fact = turn_taken(key, answered.effects, at_us=at_us, document=answered.reply)
            store_fact(connection, fact)
            return answered.reply

        return self.transaction(turn)

    def act(self, work: Callable[[CaseWork], Result]) -> Result:
        return self.transaction(lambda _, tx: work(tx))

    def transaction(self, work: "Callable[[Connection, SqlCaseWork], Result]") -> Result:
        """Do the work, and anchor what it put on record; what cannot go on record is not stored."""
        self._anchor.check()

        def done(connection: Connection) -> tuple[Result, Sealed | None]:
            tx = SqlCaseWork(connection, key=self._key, beside=self._beside)
            try:
                result = work(connection, tx)
                if tx.recorded:
                    keep_head(connection, self._key, tx.recorded[-1])
                    self._anchor.intend(*tx.recorded)
            except SQLAlchemyError:
                raise
            except Exception as fault:
                raise Undone from fault
            return result, tx.recorded[-1] if tx.recorded else None

        try:
            result, last = self._run(done)
        except Undone as undone:
            raise (undone.__cause__ or undone) from None
        if last is not None:
            self._anchor.keep(last)
        return result


class SqlCaseWork(SqlCaseCalls):
    """What `case_ports.CaseWork` promises, on one connection. recorded: what was put on record, in order."""

    def __init__(self, connection: Connection, *, key: Secret, beside: Fields = _NOTHING) -> None:
        self._connection = connection
        self._beside = beside
        self._key = key
        self._holds_chain = False
        self.recorded: list[Sealed] = []

    @property
    def enrolments(self) -> SqlEnrolments:
        return SqlEnrolments(self._connection)

    @property
    def permits(self) -> SqlPermits:
        return SqlPermits(self._connection)

    @property
    def desk(self) -> SqlDesk:
        return SqlDesk(self._connection)

    @property
    def call_backs(self) -> SqlCallBacks:
        return SqlCallBacks(self._connection)

    @property
    def texts(self) -> SqlTexts:
        return SqlTexts(self._connection)

    def case(self, case: CaseId) -> Case | None:
        return self._one(_BY_ID, case)

    def case_of(self, call: str) -> Case | None:
        return self._one(_BY_CALL, call)

    def case_numbered(self, number: CaseNumber) -> Case | None:
        return self._one(_BY_NUMBER, number)

    def cases(self) -> tuple[Case, ...]:
        query = select(_CASE).where(_CASE.c.state.not_in(OVER)).order_by(_CASE.c.opened_at_us)
        return tuple(case_of(row) for row in self._connection.execute(query).mappings())

    def add(self, case: Case) -> None:
        self._connection.execute(insert(_CASE), cells_of(case))

    def save(self, case: Case) -> Case:
        self.hold_chain()
        new = replace(case, version=case.version + 1)
        cells = {**cells_of(new), "own_id": case.id, "own_version": case.version}
        if self._connection.execute(_UNCHANGED, cells).rowcount != 1:
            raise StaleCase(f"case {case.number} was changed by somebody else meanwhile: look at it again")
        return new

    def code(self, case: CaseId, call: str, contact: str) -> SentCode | None:
        named = {"case": case, "call": call, "contact": contact}
        row = self._connection.execute(_CODE, named).first()
        if row is None:
            return None
        return SentCode(
            case=case,
            call=call,
            contact=contact,
            salt=row.salt,
            asked_at=at_of(row.asked_at_us),
            expires_at=at_of(row.expires_at_us),
            sends=row.sends,
            checks=row.checks,
            used_at=None if row.used_at_us is None else at_of(row.used_at_us),
            asks=row.asks,
            last_ask_at=None if row.last_ask_at_us is None else at_of(row.last_ask_at_us),
        )

    def keep_code(self, code: SentCode) -> None:
        row = {
            "case_id": code.case,
            "call": code.call,
            "contact": code.contact,
            "salt": code.salt,
            "asked_at_us": us_of(code.asked_at),
            "expires_at_us": us_of(code.expires_at),
            "sends": code.sends,
            "checks": code.checks,
            "used_at_us": None if code.used_at is None else us_of(code.used_at),
            "asks": code.asks,
            "last_ask_at_us": None if code.last_ask_at is None else us_of(code.last_ask_at),
        }
        self._put(tables.code, row, keys=("case_id", "call", "contact"))

    def moments(self, scope: str, key: str) -> Moments:
        row = {"scope": scope, "key": key, "moments": ""}
        text = self._connection.execute(_held_moments(self._connection.dialect.name), row).scalar_one()
        return tuple(int(moment) for moment in text.split())

    def shown_moments(self, scope: str, key: str) -> Moments:
        kept = tables.tally.c
        query = select(kept.moments).where(kept.scope == scope, kept.key == key)
        text = self._connection.execute(query).scalar() or ""
        return tuple(int(moment) for moment in text.split())

    def keep_moments(self, scope: str, key: str, moments: Moments) -> None:
        row = {"scope": scope, "key": key, "moments": " ".join(map(str, moments))}
        self._put(tables.tally, row, keys=("scope", "key"))

    def queue(self, message: Outgoing, *, at: datetime) -> None:
        row = {
            "id": message.id,
            "channel": message.channel,
            "purpose": message.purpose,
            "case_id": message.case,
            "call": message.call,
            "contact": message.contact,
            "language": message.language,
            "details": json.dumps(dict(message.details), sort_keys=True),
            "state": "void" if message.contact is None else "queued",
            "created_at_us": us_of(at),
            "due_at_us": us_of(at),
        }
        self._connection.execute(insert(tables.outbox), row)

    def disclaimer_state(self, case: CaseId) -> str | None:
        sent = tables.outbox.c
        query = (
            select(sent.state)
            .where(sent.case_id == case, sent.purpose == "disclaimer")
            .order_by(sent.created_at_us.desc())
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def queued(self, message: str) -> Queued | None:
        row = self._connection.execute(select(tables.outbox).where(tables.outbox.c.id == message)).first()
        if row is None:
            return None
        outgoing = Outgoing(
            id=row.id,
            channel=row.channel,
            purpose=row.purpose,
            case=CaseId(row.case_id),
            call=row.call,
            contact=row.contact,
            language=row.language,
            details=json.loads(row.details),
        )
        return Queued(message=outgoing, at=at_of(row.created_at_us))

    def record(self, kind: str, fields: Fields, *, at: datetime) -> None:
        self.hold_chain()
        whole = {**self._beside, **fields, "kind": kind, "at_us": us_of(at), "app_version": __version__}
        last = self.recorded[-1] if self.recorded else last_record(self._connection)
        self.recorded.append(append(self._connection, self._key, whole, last=last))

    def hold_chain(self) -> None:
        """Keep every other transaction from the audit's chain until this one ends.

        One at a time: two records behind the same one would both be lost. Whoever changes a case holds it
        before anything else that others hold too, so that no two wait for each other.
        """
        if not self._holds_chain:
            self.moments("audit", "chain")
            self._holds_chain = True

    def sender_seen_at(self) -> datetime | None:
        us = self._connection.execute(_SEEN_AT).scalar()
        return None if us is None else at_of(us)

    def _one(self, query: Select[Any], named: str) -> Case | None:
        row = self._connection.execute(query, {"named": named}).mappings().first()
        return None if row is None else case_of(row)


@cache
def _held_moments(dialect: str) -> ReturningInsert[str]:
    # Written, and so held: SQLite then holds its only write lock, and PostgreSQL the row's. In one statement,
    # since between two the row could be purged.
    kept = tables.tally.c
    held = insert_into(tables.tally, dialect).on_conflict_do_update(
        index_elements=["scope", "key"], set_={"moments": kept.moments}
    )
    return held.returning(kept.moments)
