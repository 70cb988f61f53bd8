import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.migrate import upgrade
from ivr.store.open import Store, open_store
from tests.store.kept import Kept, in_database, in_memory
from tests.store.sample import url_of


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(url_of(path))
    return path


@pytest.fixture
def database_path(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "calls.db"))


@pytest.fixture
def url(database_path: Path) -> str:
    return url_of(database_path)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    # Mended when the test says so, and not in between.
    opened = open_store(url, spool_folder=tmp_path / "spool", retry_s=3600, longest_wait_s=0.05)
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "database"])
def kept(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield in_memory()
        return
    store = open_store(url, spool_folder=tmp_path / "spool")
    yield in_database(store, url)
    assert store.health().fault is None
    assert not store.health().is_spooled
    store.close()
