import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.e2e.desk import Desks, opened_desks

CHROMIUM = Path("/usr/bin/chromium")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "e2e: in a browser: needs chromium, and the dependency group e2e")


@pytest.fixture
def desks() -> Iterator[Desks]:
    """Open a line, its console on a port of this machine, and a browser."""
    if not os.environ.get("CI_E2E"):
        pytest.importorskip("playwright", reason="install the dependency group e2e")
        if not CHROMIUM.exists():
            pytest.skip("install chromium, as in: apt-get install chromium")
    with opened_desks(CHROMIUM) as opened:
        yield opened
