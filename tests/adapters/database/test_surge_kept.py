"""The line's hour of the day, counted in the database."""

from datetime import datetime, timedelta
from pathlib import Path

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.services.calls.verification.attempt_limits import Counting
from ivr.services.case_ports import CaseWork
from tests.adapters.database.case_kept import opened
from tests.domain.recovery.ready import AT, POLICY


def test_a_slow_surge_closes_the_line_in_the_database_and_a_right_entry_counts_nothing(
    url: str, tmp_path: Path
) -> None:
    start = AT.replace(minute=0, second=0, microsecond=0)
    with opened(url, tmp_path / "audit.anchor") as cases:
        for number in range(POLICY.surge_floor):
            # One a minute and more: never fifty in ten minutes.
            at = start + timedelta(seconds=65 * number)
            assert may_try(cases, number, at, is_right=True)
            assert may_try(cases, number, at, is_right=False)

        last = start + timedelta(seconds=3599)
        assert not may_try(cases, POLICY.surge_floor, last, is_right=False)
        assert may_try(cases, POLICY.surge_floor, start + timedelta(hours=1), is_right=False)


def may_try(cases: SqlCases, number: int, at: datetime, *, is_right: bool) -> bool:
    def work(tx: CaseWork) -> bool:
        counting = Counting(tx=tx, policy=POLICY, at=at, account=f"{number}", caller=f"{number}")
        if not counting.line_allows():
            return False
        counting.reserve(is_checked=True)
        if is_right:
            counting.succeed()
        return True

    return cases.act(work)
