"""What is impaired is said, and callers are answered all the same."""

import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import open_store
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.line_process import degraded
from tests.process.served import call_sid, serving
from tests.twiml_lint import lint

_Usage = namedtuple("_Usage", ["total", "used", "free"])  # noqa: PYI024 -- the shape that the library gives


def _degraded_in(home: Path) -> tuple[str, ...]:
    url = f"sqlite:///{home}/ivr.db"
    upgrade(url)
    store = open_store(url, spool_folder=home / "spool")
    impaired = degraded(store, read_settings({"IVR_HOME": str(home)}, read_bytes=None))
    store.close()
    return impaired


def test_a_database_that_cannot_be_made_is_said_at_the_start_and_calls_are_answered(tmp_path: Path) -> None:
    with serving(tmp_path, IVR_DATABASE_URL=f"sqlite:///{tmp_path}/missing/ivr.db") as served:
        replies = [
            served.post("/voice", call_sid(1)),
            served.post(served.begin(call_sid(2)), call_sid(2), Digits="3"),
        ]
        ready = served.get("/readyz")
        warned = served.warned

    assert [(status, lint(document)) for status, document in replies] == [(200, []), (200, [])]
    assert ready == (200, '{"degraded":["store"],"status":"degraded"}\n')
    assert "see that the folder of the database is there and can be written" in warned
    assert "the database was not prepared: calls are answered" in warned


def test_a_database_of_a_newer_version_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/ivr.db")
    with closing(sqlite3.connect(tmp_path / "ivr.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    with serving(tmp_path) as served:
        status, document = served.post("/voice", call_sid(1))
        ready = served.get("/readyz")
        warned = served.warned

    with closing(sqlite3.connect(tmp_path / "ivr.db")) as database:
        revisions = database.execute("SELECT version_num FROM alembic_version").fetchall()
    assert (status, lint(document)) == (200, [])
    assert ready == (200, '{"degraded":["store"],"status":"degraded"}\n')
    assert "the database was made by a newer version: install that one, or restore a backup" in warned
    assert revisions == [("9999",)]


@pytest.mark.parametrize(
    ("usage", "impaired"),
    [
        (_Usage(total=1000, used=949, free=51), ()),
        (_Usage(total=1000, used=950, free=50), ("disk",)),
        # A file system keeps 50 of 1000 blocks for root: of the 950 for others, 903 are taken.
        (_Usage(total=1000, used=903, free=47), ("disk",)),
    ],
)
def test_a_disk_is_full_where_a_twentieth_of_what_we_may_use_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usage: _Usage, impaired: tuple[str, ...]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    assert _degraded_in(tmp_path) == impaired
