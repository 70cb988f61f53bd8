import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from ivr.ports import StoreUnavailable
from ivr.store.migrate import upgrade
from ivr.store.open import Store
from ivr.store.schema import HEAD, schema_state
from ivr.store.tables import metadata
from tests.store.sample import VERSION, url_of

IMPORT_ALL_BUT_MIGRATE = """
import importlib, pkgutil, sys
import ivr.store
for module in pkgutil.iter_modules(ivr.store.__path__, "ivr.store."):
    if module.name not in ("ivr.store.migrate", "ivr.store.migrations"):
        importlib.import_module(module.name)
print("ivr.store.open" in sys.modules, "alembic" in sys.modules)
"""


def test_an_empty_database_gets_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    url = url_of(tmp_path / "calls.db")
    engine = create_engine(url)
    before = schema_state(engine)

    upgrade(url)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    engine.dispose()
    assert (before, schema_state(engine)) == ("missing", "current")
    assert differences == []
    assert mode == "wal"
    engine.dispose()


def test_an_upgrade_of_a_current_database_changes_nothing(store: Store, url: str) -> None:
    store.menus.keep(VERSION, {"faq.yaml": b"start: main\n"})

    upgrade(url)

    assert store.schema() == "current"
    assert store.menus.files(VERSION) == {"faq.yaml": b"start: main\n"}


@pytest.mark.parametrize(("revision", "state"), [("9999", "newer"), (None, "missing"), (HEAD, "current")])
def test_the_stored_revision_tells_the_state(
    store: Store, database_path: Path, revision: str | None, state: str
) -> None:
    _set_revision(database_path, revision)

    assert store.schema() == state


def test_a_database_of_a_newer_version_is_left_alone(url: str, database_path: Path) -> None:
    _set_revision(database_path, "9999")
    before = database_path.read_bytes()

    with pytest.raises(StoreUnavailable, match="newer version"):
        upgrade(url)

    assert database_path.read_bytes() == before


def test_an_upgrade_that_fails_half_way_leaves_the_old_tables(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE menu_file (in_the_way TEXT)")
    connection.close()

    with pytest.raises(StoreUnavailable):
        upgrade(url_of(path))

    engine = create_engine(url_of(path))
    assert inspect(engine).get_table_names() == ["menu_file"]
    engine.dispose()


def test_a_database_that_cannot_be_read_has_no_state(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    path.write_bytes(b"\xa5" * 4096)
    engine = create_engine(url_of(path))

    with pytest.raises(StoreUnavailable):
        schema_state(engine)
    with pytest.raises(StoreUnavailable):
        upgrade(url_of(path))

    engine.dispose()


def test_the_expected_revision_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "ivr.store:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_process_that_answers_calls_never_loads_the_migration_tool() -> None:
    command = [sys.executable, "-c", IMPORT_ALL_BUT_MIGRATE]

    shown = subprocess.run(command, capture_output=True, check=True, text=True)

    assert shown.stdout.split() == ["True", "False"]


def _set_revision(path: Path, revision: str | None) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM alembic_version")
        if revision is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
    connection.close()
