"""Cases in a database of the test's own, and what was put on record of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from ivr.adapters.database.audit.audit_store import Anchor, records, verify
from ivr.adapters.database.cases.case_row import cells_of
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.case_tables import recovery_case
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.domain.recovery.audit_chain import Sealed
from ivr.domain.recovery.case import Case
from ivr.domain.redaction import Secret

KEY = Secret("k" * 32)
PATIENT_S = 30.0


@contextmanager
def opened(
    url: str, anchor: Path, *, breaker: Breaker | None = None, longest_wait_s: float = PATIENT_S
) -> Iterator[SqlCases]:
    """Open the cases as one process does; each wait is longer than a busy machine's tests need."""
    database = Database(
        url,
        breaker=breaker or Breaker(retry_s=3600),
        durability="survives_power_loss",
        longest_wait_s=longest_wait_s,
    )
    try:
        yield SqlCases(database, key=KEY, anchor=Anchor(anchor))
    finally:
        database.close()


def put(url: str, *cases: Case) -> None:
    """Store cases as they are, past every rule but the database's own."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for case in cases:
            connection.execute(insert(recovery_case).values(**cells_of(case)))
    engine.dispose()


def put_instead(database: Database, case: Case) -> None:
    """Store the case as it is, in place of its row: how it came to be so is not asked."""
    with database.engine.begin() as connection:
        connection.execute(delete(recovery_case).where(recovery_case.c.id == case.id))
        connection.execute(insert(recovery_case).values(**cells_of(case)))


def on_record(url: str) -> list[Sealed]:
    engine = create_engine(url)
    with engine.connect() as connection:
        kept = list(records(connection))
    engine.dispose()
    return kept


def fault_of(url: str, anchor: Path) -> str | None:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = verify(connection, KEY, Anchor(anchor))
    engine.dispose()
    return found


def unguard(url: str) -> None:
    """Take away the triggers that keep hands off the audit, as whoever owns the database can."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            taken = [f"DROP TRIGGER {name}" for name in found.scalars().all()]
        else:
            guarded = ("audit", "audit_checkpoint", "audit_head")
            taken = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded]
        for statement in taken:
            connection.execute(text(statement))
    engine.dispose()


def takes(connection: Connection, case: Case, *updates: Mapping[str, Any]) -> bool:
    """Whether the database takes the case and then each update; nothing of it is kept."""
    return takes_row(connection, cells_of(case), *updates)


def takes_row(connection: Connection, row: Mapping[str, Any], *updates: Mapping[str, Any]) -> bool:
    """As `takes`, for a case whose cells are given."""
    point = connection.begin_nested()
    try:
        connection.execute(insert(recovery_case).values(**row))
        for cells in updates:
            connection.execute(update(recovery_case).values(**cells))
    except IntegrityError:
        return False
    finally:
        point.rollback()
    return True
