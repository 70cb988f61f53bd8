import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import responses

from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.services.case_ports import Directory
from tests.adapters.accounts.filing import FILED, RULES, file_of, on, read
from tests.adapters.accounts.service import http_directory, serve


@pytest.fixture
def database(tmp_path: Path, no_cases: Path) -> Iterator[Database]:
    """Give a database that holds the accounts of FILED, imported on 24 November 2026."""
    url = f"sqlite:///{tmp_path / 'accounts.db'}"
    shutil.copy(no_cases, tmp_path / "accounts.db")
    opened = Database(url, breaker=Breaker(retry_s=3600), durability="survives_our_death")
    accounts = SqlAccounts(opened)
    rows, findings = read(file_of(*FILED), replace(RULES, lengths_differ=True))
    assert [one for one in findings if one.severity == "error"] == []
    accounts.apply(accounts.prepare(rows, at=on(2026, 11, 24)))
    yield opened
    opened.close()


@pytest.fixture(params=["sql", "http"])
def directory(request: pytest.FixtureRequest, database: Database) -> Iterator[Directory]:
    """Give the same accounts in the database, and behind an account service."""
    stored = SqlDirectory(database, countries=RULES.countries)
    if request.param == "sql":
        yield stored
        return
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        serve(mock, stored)
        yield http_directory()
