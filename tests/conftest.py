"""How every test runs: no example of hypothesis fails for being slow on a busy machine.

Where a build decides about a change (CI is set), the examples are the same each time; elsewhere they are new.
"""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

settings.register_profile("steady", deadline=None, print_blob=True)
settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("same" if os.environ.get("CI") else "steady")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Let no command that a test runs here decide where the next test's log lines go."""
    yield
    structlog.reset_defaults()
