import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Executable, column, create_engine, delete, insert, inspect, table, text

from ivr.adapters.database.all_tables import metadata
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import Store
from ivr.adapters.database.schema_version import HEAD, schema_state
from ivr.services.ports import StoreUnavailable
from tests.adapters.database.sample import AT, VERSION, url_of

IMPORT_ALL_BUT_MIGRATE = """
import importlib, pkgutil, sys
import ivr.adapters.database
for module in pkgutil.walk_packages(ivr.adapters.database.__path__, "ivr.adapters.database."):
    if not module.name.startswith("ivr.adapters.database.migrat"):
        importlib.import_module(module.name)
print("ivr.adapters.database.open_store" in sys.modules, "alembic" in sys.modules)
"""


def test_an_empty_database_gets_the_tables_that_the_code_expects(bare_url: str) -> None:
    engine = create_engine(bare_url)
    before = schema_state(engine)

    upgrade(bare_url)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    after = schema_state(engine)
    engine.dispose()
    assert (before, after) == ("missing", "current")
    assert differences == []


def test_a_process_that_only_migrates_makes_every_table_that_any_module_declares(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'line.db'}"
    script = f"from ivr.adapters.database.migrate import upgrade\nupgrade({url!r})"
    declared = {
        name
        for file in Path("ivr/adapters/database").rglob("*.py")
        for name in re.findall(r'= Table\(\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }

    # A process of its own: in this one, other tests have loaded modules that declare tables.
    subprocess.run([sys.executable, "-c", script], check=True)

    engine = create_engine(url)
    made = set(inspect(engine).get_table_names())
    engine.dispose()
    assert len(declared) > 35
    assert made == declared | {"alembic_version"}


def test_a_file_is_left_so_that_readers_and_a_writer_go_on_together(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)

    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()

    engine.dispose()
    assert mode == "wal"


def test_an_upgrade_of_a_current_database_changes_nothing(store: Store, url: str) -> None:
    store.menus.keep(VERSION, {"faq.yaml": b"start: main\n"}, served_at=AT)

    upgrade(url)

    assert store.schema() == "current"
    assert store.menus.files(VERSION) == {"faq.yaml": b"start: main\n"}


def test_upgrades_that_start_together_all_find_the_tables_made(bare_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.adapters.database.drill", "upgrade", bare_url, str(tmp_path), "4"]

    ended = subprocess.run(command, capture_output=True, check=False, text=True)

    assert (ended.stdout.split(), ended.stderr) == (["current"] * 4, "")


@pytest.mark.parametrize(
    ("revision", "state"), [("9999", "newer"), ("0013", "old"), (None, "missing"), (HEAD, "current")]
)
def test_the_stored_revision_tells_the_state(
    store: Store, url: str, revision: str | None, state: str
) -> None:
    _set_revision(url, revision)

    assert store.schema() == state


def test_a_database_from_before_the_first_release_is_left_alone_and_the_way_out_is_named(url: str) -> None:
    _set_revision(url, "0013")
    before = _tables(url)

    with pytest.raises(StoreUnavailable, match="name an empty one in IVR_DATABASE_URL"):
        upgrade(url)

    assert _tables(url) == before


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    _set_revision(url, "9999")
    _run(url, text("CREATE TABLE of_the_newer (id TEXT)"), text("DROP TABLE journal"))
    before = _tables(url)

    with pytest.raises(StoreUnavailable, match="newer version"):
        upgrade(url)

    assert {"of_the_newer", "alembic_version"} <= before
    assert _tables(url) == before


def test_not_a_byte_of_a_newer_file_is_changed(sqlite_url: str, database_path: Path) -> None:
    _set_revision(sqlite_url, "9999")
    before = database_path.read_bytes()

    with pytest.raises(StoreUnavailable, match="newer version"):
        upgrade(sqlite_url)

    assert database_path.read_bytes() == before


def test_an_upgrade_that_fails_half_way_leaves_the_old_tables(bare_url: str) -> None:
    _run(bare_url, text("CREATE TABLE menu_file (in_the_way TEXT)"))

    with pytest.raises(StoreUnavailable):
        upgrade(bare_url)

    assert _tables(bare_url) == {"menu_file"}


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
    config.set_main_option("script_location", "ivr.adapters.database:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_process_that_answers_calls_never_loads_the_migration_tool() -> None:
    command = [sys.executable, "-c", IMPORT_ALL_BUT_MIGRATE]

    shown = subprocess.run(command, capture_output=True, check=True, text=True)

    assert shown.stdout.split() == ["True", "False"]


def _set_revision(url: str, revision: str | None) -> None:
    stored = table("alembic_version", column("version_num"))
    _run(url, delete(stored))
    if revision is not None:
        _run(url, insert(stored).values(version_num=revision))


def _run(url: str, *statements: Executable) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    engine.dispose()


def _tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_no_table_is_left_out_by_a_process_that_loads_nothing_else() -> None:
    written = {
        name
        for path in Path("ivr/adapters/database").rglob("*.py")
        for name in re.findall(r'= Table\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    look = "from ivr.adapters.database.all_tables import metadata; print(*metadata.tables)"

    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert {"by_hand", "permit", "call_back"} <= written
    assert set(found.stdout.split()) == written
