import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.adapters.database.migrate import upgrade
from tests.entrypoints.worker.desk import Desk


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_path(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "calls.db"))


@pytest.fixture
def desk(database_path: Path) -> Iterator[Desk]:
    desk = Desk.at(database_path)
    yield desk
    desk.database.close()
