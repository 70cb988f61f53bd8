"""Where NO_SKIPS is set, as a build does that decides about a change, a test that is skipped fails."""

import os
from collections.abc import Generator

import pytest

_WANTED = bool(os.environ.get("NO_SKIPS"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _WANTED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped where NO_SKIPS is set: {reason}"
    return report
