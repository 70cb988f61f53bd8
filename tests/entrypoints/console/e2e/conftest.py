"""In a browser: `make e2e` installs what drives it; ordinary runs leave these out."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.entrypoints.console.e2e.desk import Desks

CHROMIUM = Path("/usr/bin/chromium")
_MODULES = ["desk.py", "test_journeys.py", "test_keypad.py", "test_live.py", "test_second.py"]
collect_ignore = [] if find_spec("playwright") else _MODULES


@pytest.fixture
def desks() -> Iterator["Desks"]:
    """Open a line, its console on a port of this machine, and a browser."""
    from tests.entrypoints.console.e2e.desk import opened_desks  # noqa: PLC0415 -- only here is a browser driven

    assert CHROMIUM.exists(), "there is no browser: apt-get install chromium"
    with opened_desks(CHROMIUM) as opened:
        yield opened
