"""How every test runs: no example of hypothesis fails for being slow on a busy machine.

Where a build decides about a change (CI is set), the examples are the same each time; elsewhere they are new.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from ivr.adapters.database.migrate import upgrade
from tests.no_skips import pytest_runtest_makereport
from tests.services.desk.office import Office, opened_office

__all__ = ["pytest_runtest_makereport"]

settings.register_profile("steady", deadline=None, print_blob=True)
settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("same" if os.environ.get("CI") else "steady")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Let no command that a test runs here decide where the next test's log lines go."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def no_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("cases") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(tmp_path: Path, no_cases: Path) -> Iterator[Office]:
    """Open a support office on a database of its own."""
    with opened_office(Path(shutil.copy(no_cases, tmp_path / "cases.db"))) as opened:
        yield opened
