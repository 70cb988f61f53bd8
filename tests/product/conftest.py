import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.migrate import upgrade
from tests.agents.office import Office, opened_office


@pytest.fixture(scope="session")
def no_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("cases") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(tmp_path: Path, no_cases: Path) -> Iterator[Office]:
    with opened_office(Path(shutil.copy(no_cases, tmp_path / "cases.db"))) as opened:
        yield opened
