"""Erases a customer. What was put on record stays, and stays whole: it names accounts by random ids only."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, create_engine, delete, make_url, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.callback_store import call_back
from ivr.adapters.database.cases.case_store import SqlCases, SqlCaseWork
from ivr.adapters.database.cases.desk_tables import case_last_move, case_note, case_wrap_up
from ivr.adapters.database.cases.permit_store import by_hand
from ivr.adapters.database.cases.product_act_store import login_seen, product_order
from ivr.domain.recovery.case import BY_LINE, MOVES, CaseId
from ivr.services.case_ports import CaseWork
from ivr.services.ports import StoreUnavailable

LONGEST_WAIT_S = 30

_ACCOUNT = case_tables.account.c
_CONTACT = case_tables.contact.c
_CASE = case_tables.recovery_case.c


def forget(cases: SqlCases, number: str, *, hashed: Callable[[str], str], at: datetime) -> bool:
    """Erase the account of a subscription number and all that leads to its people; False where none has it.

    Open cases are cancelled. hashed: what a call's row holds instead of its caller's number. Their bytes are
    gone from the file after `compact`. Raises StoreUnavailable, AuditUnavailable: then nothing is erased.
    """

    def work(connection: Connection, tx: SqlCaseWork) -> bool:
        account = connection.execute(select(_ACCOUNT.id).where(_ACCOUNT.number == number)).scalar()
        if account is None:
            return False
        contacts = connection.execute(
            select(_CONTACT.id, _CONTACT.kind, _CONTACT.address).where(_CONTACT.account == account)
        ).all()
        callers = [hashed(row.address) for row in contacts if row.kind == "phone"]
        ids = [row.id for row in contacts]
        about = list(connection.execute(select(_CASE.id).where(_CASE.account == account)).scalars())
        for case in about:
            _cancel(tx, CaseId(case), at)
        _erase_cases(connection, about, ids)
        _erase_calls(connection, about, callers)
        _erase_counters(connection, account, [*ids, *callers])
        for enrolled in (case_tables.app, case_tables.saved_code, case_tables.invitation, case_tables.pin):
            connection.execute(delete(enrolled).where(enrolled.c.account == account))
        connection.execute(delete(case_tables.contact).where(_CONTACT.account == account))
        connection.execute(delete(case_tables.account).where(_ACCOUNT.id == account))
        tx.record("forgotten", {"account": account, "actor": "system"}, at=at)
        return True

    return cases.transaction(work)


def _cancel(tx: CaseWork, case_id: CaseId, at: datetime) -> None:
    case = tx.case(case_id)
    if case is None or "CANCELLED" not in MOVES[case.state]:
        return
    tx.save(case.ended("CANCELLED", at=at, by=BY_LINE, why="the account was erased"))
    fields = {"case": case.id, "account": case.account, "actor": "system", "outcome": "CANCELLED"}
    tx.record("case", fields, at=at)


def _erase_cases(connection: Connection, cases: Sequence[str], contacts: Sequence[str]) -> None:
    code, evidence, outbox = case_tables.code, case_tables.evidence, case_tables.outbox
    connection.execute(
        update(case_tables.recovery_case)
        .where(_CASE.id.in_(cases))
        .values(phone=None, mailbox=None, phone_prefix="", notify="", version=_CASE.version + 1)
    )
    connection.execute(delete(code).where(or_(code.c.case_id.in_(cases), code.c.contact.in_(contacts))))
    connection.execute(delete(evidence).where(evidence.c.case_id.in_(cases)))
    tried = case_tables.pin_try
    connection.execute(delete(tried).where(tried.c.case_id.in_(cases)))
    for table in (by_hand, product_order, login_seen, case_note, case_wrap_up, case_last_move, call_back):
        connection.execute(delete(table).where(table.c.case_id.in_(cases)))
    connection.execute(delete(outbox).where(or_(outbox.c.case_id.in_(cases), outbox.c.contact.in_(contacts))))


def _erase_calls(connection: Connection, cases: Sequence[str], callers: Sequence[str]) -> None:
    """Take caller and spoken words out of the calls from these numbers, or about these cases."""
    joined, message = case_tables.case_call.c, call_tables.voicemail.c
    called = select(joined.call).where(joined.case_id.in_(cases))
    own = select(call_tables.call.c.id).where(
        or_(call_tables.call.c.caller.in_(callers), call_tables.call.c.id.in_(called))
    )
    spoken = select(message.recording).where(message.call.in_(own))
    connection.execute(delete(call_tables.transcript).where(call_tables.transcript.c.recording.in_(spoken)))
    connection.execute(
        update(call_tables.call)
        .where(or_(call_tables.call.c.caller.in_(callers), call_tables.call.c.id.in_(called)))
        .values(caller=None)
    )


def _erase_counters(connection: Connection, account: str, keys: Sequence[str]) -> None:
    tally = case_tables.tally.c
    # The key of "named" is a caller and an account, with a blank between.
    named = [tally.key.startswith(f"{key} ", autoescape=True) for key in keys]
    mine = or_(tally.key.in_([account, *keys]), tally.key.endswith(f" {account}", autoescape=True), *named)
    connection.execute(delete(case_tables.tally).where(mine))


def compact(url: str) -> None:
    """Rewrite the database without what was deleted; SQLite's file then holds no byte of it.

    PostgreSQL frees the space, and writes over it in time. Raises StoreUnavailable where others use it.
    """
    options = {"timeout": LONGEST_WAIT_S} if make_url(url).get_backend_name() == "sqlite" else {}
    engine = create_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT", connect_args=options)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            if engine.dialect.name == "sqlite":
                # The file itself is written only when nobody reads an earlier state of it.
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                if is_busy:
                    raise StoreUnavailable("another process reads the database's file")
    except SQLAlchemyError as fault:
        raise StoreUnavailable("another process uses the database's file") from fault
    finally:
        engine.dispose()
