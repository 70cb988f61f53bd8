import pytest

from ivr.adapters.clock import ManualClock
from ivr.domain.menus.tree import MenuTree
from tests.domain.recovery.ready import AT
from tests.entrypoints.console.house import Console, pages_of, shipped_menu, work_at
from tests.services.desk.office import Office


@pytest.fixture(scope="session")
def menu() -> MenuTree:
    return shipped_menu()


@pytest.fixture
def console(office: Office, menu: MenuTree) -> Console:
    clock = ManualClock(AT)
    work = work_at(menu, office.desk, clock)
    return Console(office=office, clock=clock, work=work, client=pages_of(work).test_client())
