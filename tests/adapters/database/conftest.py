import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, Engine, create_engine

from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import Store, open_store
from tests.adapters.database.cluster import Cluster
from tests.adapters.database.kept import Kept, in_database, in_memory
from tests.adapters.database.sample import url_of
from tests.programs import NO_POSTGRESQL, postgresql

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(url_of(path))
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = postgresql()
    if programs is None:
        pytest.skip(NO_POSTGRESQL)
    # Not in pytest's own folder, which only we may enter.
    with TemporaryDirectory(prefix="ivr-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster.start_in(Path(folder), programs)
        yield cluster
        cluster.stop()


@pytest.fixture
def database_path(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "calls.db"))


@pytest.fixture
def sqlite_url(database_path: Path) -> str:
    return url_of(database_path)


@pytest.fixture
def postgresql_name(cluster: Cluster) -> Iterator[str]:
    name = cluster.make(copy_of="filled")
    yield name
    cluster.drop(name)


@pytest.fixture
def postgresql_url(cluster: Cluster, postgresql_name: str) -> str:
    return cluster.url_of(postgresql_name)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with every table and no row, of either kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without a table, of either kind."""
    if request.param == "sqlite":
        yield url_of(tmp_path / "bare.db")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.make(copy_of="template1")
    yield cluster.url_of(name)
    cluster.drop(name)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    # Mended when the test says so, and not in between.
    opened = open_store(url, spool_folder=tmp_path / "spool", retry_s=3600, longest_wait_s=0.05)
    yield opened
    opened.close()


@pytest.fixture(params=["memory", *DATABASES])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield in_memory()
        return
    url: str = request.getfixturevalue(f"{request.param}_url")
    store = open_store(url, spool_folder=tmp_path / "spool")
    yield in_database(store, url)
    assert store.health().fault is None
    assert not store.health().is_spooled
    store.close()


@pytest.fixture(scope="session", params=DATABASES)
def scratch_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Give a database of either kind to all tests that keep nothing in it."""
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("empty_database")
        url = url_of(Path(shutil.copy(empty, tmp_path_factory.mktemp("scratch") / "calls.db")))
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url_of(cluster.make(copy_of="filled"))
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(scratch_engine: Engine) -> Iterator[Connection]:
    """Give a connection to each of the databases; nothing that it does is kept."""
    with scratch_engine.connect() as connection:
        yield connection
        connection.rollback()
