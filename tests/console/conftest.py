import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.clock import ManualClock
from ivr.menu.tree import MenuTree
from ivr.store.migrate import upgrade
from tests.agents.office import Office, opened_office
from tests.console.house import Console, pages_of, shipped_menu, work_at
from tests.recovery.ready import AT


@pytest.fixture(scope="session")
def menu() -> MenuTree:
    return shipped_menu()


@pytest.fixture(scope="session")
def empty_console(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("console") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(tmp_path: Path, empty_console: Path) -> Iterator[Office]:
    with opened_office(Path(shutil.copy(empty_console, tmp_path / "cases.db"))) as opened:
        yield opened


@pytest.fixture
def console(office: Office, menu: MenuTree) -> Console:
    clock = ManualClock(AT)
    work = work_at(menu, office.desk, clock)
    return Console(office=office, clock=clock, work=work, client=pages_of(work).test_client())
