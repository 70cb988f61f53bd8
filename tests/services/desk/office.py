"""A support office of the test's own: a database, its directory, and the desk at which agents work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Row, create_engine, insert, select, update

from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case, CaseCall, CaseNumber
from ivr.domain.recovery.codes import match_code
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Account, CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.moves import MoveBlocked
from tests.adapters.accounts.filing import RULES, file_of, line_of_cells, on, read
from tests.domain.recovery.ready import AT, OPENED

KEY = Secret("k" * 40)
PHONE = "+14155550123"
MAILBOX = "ann@northwind.example"
NUMBER = OPENED.number
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    desk: Desk
    cases: SqlCases
    database: Database
    url: str
    anchor: Path

    def put(self, case: Case, *, talks: bool = True) -> Case:
        """Store a case as it is, past every rule but the database's own.

        talks: whether an agent has its caller on the line.
        """
        self.cases.act(lambda tx: tx.add(case))
        if talks:
            self.join(case, case.call)
            self.talk(case.call, at=case.opened_at)
        return case

    def join(self, case: Case, call: str, *, at: datetime | None = None) -> None:
        """Let a call be about the case: its caller said to be the primary administrator."""
        since = case.opened_at if at is None else at

        def work(tx: CaseWork) -> None:
            tx.join(case.id, call, since)
            tx.keep_answer(CaseCall(case=case.id, call=call, at=since, is_primary=True, said_at=since))

        self.cases.act(work)

    def talk(self, call: str, *, at: datetime, line: str = "support", turn: int = 1) -> None:
        """Let an agent take the call, as the line that answers calls would have stored it."""
        cells = {"call": call, "leg": call, "turn": turn, "part": 0, "at_us": us_of(at), "line": line}
        placed = insert(call_tables.transfer).values(**cells, person=0, moment="placed")
        taken = {"id": f"leg of {call} {turn}", "call": call, "line": line, "accepted_at_us": us_of(at)}
        known = select(call_tables.leg.c.id).where(call_tables.leg.c.id == taken["id"])
        with self.database.engine.begin() as connection:
            if connection.execute(known).first() is None:
                connection.execute(placed)
                connection.execute(insert(call_tables.leg).values(**taken))

    def hang_up(self, call: str, *, at: datetime) -> None:
        """Let the caller hang up."""
        ended = {"ended_at_us": us_of(at), "status": "completed"}
        known = update(call_tables.call).where(call_tables.call.c.id == call).values(**ended)
        with self.database.engine.begin() as connection:
            if connection.execute(known).rowcount == 0:
                connection.execute(insert(call_tables.call).values(id=call, **ended))

    def case(self, number: CaseNumber = NUMBER) -> Case:
        found = self.cases.act(lambda tx: tx.case_numbered(number))
        assert found is not None
        return found

    def account(self) -> Account:
        """Give the account on file whose administrator has PHONE and MAILBOX."""
        found = self.desk.directory.find("204117")
        assert found is not None
        return found

    def notices(self) -> list[tuple[str, str | None, str]]:
        """List what is to be sent as channel, contact and details."""
        outbox = tables.outbox.c
        return [
            (row.channel, row.contact, row.details)
            for row in self.rows(select(outbox.channel, outbox.contact, outbox.details))
        ]

    def rows(self, query: Any) -> list[Row[Any]]:
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = list(connection.execute(query))
        engine.dispose()
        return found


@contextmanager
def opened_office(path: Path, *, policy: Policy | None = None) -> Iterator[Office]:
    """Open the desk on the database at *path*, which has every table, and import its one account."""
    url = f"sqlite:///{path}"
    database = Database(
        url, breaker=Breaker(retry_s=3600), durability="survives_our_death", longest_wait_s=30
    )
    accounts = SqlAccounts(database)
    rows, _ = read(file_of(line_of_cells()), replace(RULES, lengths_differ=True))
    accounts.apply(accounts.prepare(rows, at=on(2026, 11, 1)))
    anchor = path.with_suffix(".anchor")
    cases = SqlCases(database, key=KEY, anchor=Anchor(anchor))
    fresh = count(1)
    desk = Desk(
        cases=cases,
        directory=SqlDirectory(database, countries=RULES.countries),
        policy=policy or Policy(),
        key=KEY,
        fresh=lambda: f"{next(fresh):032x}",
    )
    yield Office(desk=desk, cases=cases, database=database, url=url, anchor=anchor)
    database.close()


def match_of(case: Case) -> str:
    return match_code(KEY, case=case.id, call=case.call)


def names_of(refused: MoveBlocked) -> tuple[str, ...]:
    return tuple(lack.name for lack in refused.lacks)


def later(minutes: float) -> Any:
    return AT + minutes * MINUTE
