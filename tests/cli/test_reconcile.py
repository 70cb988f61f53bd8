"""`ivr reconcile`: the product's list of password changes, and an alarm for each that nobody was allowed."""

import shutil
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.clock import WallClock
from ivr.cli.records.reconcile import command
from ivr.domain.recovery.case import CaseId, CaseNumber
from tests.domain.recovery.ready import AT, TO_CHANGE
from tests.services.desk.office import KEY, Office, opened_office

AGENT = "agent-1"
MINUTE = timedelta(minutes=1)
BEGUN = WallClock().now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def home(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with one account, and the permits of two cases, long over."""
    with opened_office(Path(shutil.copy(no_cases, tmp_path / "ivr.db"))) as office:
        allow(office, 1, BEGUN)
        allow(office, 2, BEGUN + 10 * MINUTE)
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("IVR_KEY", KEY.reveal())
    return tmp_path


def allow(office: Office, number: int, at: datetime) -> None:
    """Allow a change at *at*, as had all of the case happened so long after AT."""
    moved: dict[str, Any] = {
        field.name: getattr(TO_CHANGE, field.name) + (at - AT)
        for field in fields(TO_CHANGE)
        if isinstance(getattr(TO_CHANGE, field.name), datetime)
    }
    case = replace(TO_CHANGE, id=CaseId(f"{number:032x}"), number=CaseNumber(f"90000000{number}"), **moved)
    office.put(replace(case, account=office.account().id))
    office.desk.change(case.number, AGENT, at=at)


def run(home: Path, *lines: str, head: str = "account,time,reference") -> Result:
    (home / "changes.csv").write_text("\n".join((head, *lines, "")), encoding="utf-8")
    return CliRunner().invoke(command, [str(home / "changes.csv")])


def line(after: timedelta, reference: str, number: str = "204117") -> str:
    return f"{number},{(BEGUN + after).isoformat()},{reference}"


def alarm(home: Path, where: int, number: str, after: timedelta, reference: str, why: str) -> str:
    changed = f"account {number} was changed at {(BEGUN + after).isoformat()} (reference {reference})"
    return f"ALARM {home}/changes.csv:{where}: {changed}: {why}"


def test_where_each_change_has_its_permit_the_end_is_0(home: Path) -> None:
    result = run(home, line(MINUTE, "R-1"), line(65 * MINUTE, "R-2"))

    assert (result.output, result.exit_code) == ("2 changes, 0 without a permit\n", 0)


def test_a_change_without_a_permit_is_one_line_each_and_the_end_is_1(home: Path) -> None:
    result = run(
        home,
        line(-MINUTE, "R-1"),
        line(MINUTE, "R-2"),
        line(71 * MINUTE, "R-3"),
        line(MINUTE, "R-4", number="999"),
    )

    alarms = [told for told in result.output.splitlines() if told.startswith("ALARM")]
    assert alarms == [
        alarm(home, 2, "204117", -MINUTE, "R-1", "its permit was issued afterwards"),
        alarm(home, 4, "204117", 71 * MINUTE, "R-3", "its permit had run out"),
        alarm(home, 5, "999", MINUTE, "R-4", "no account on file has this number"),
    ]
    assert result.output.splitlines()[-1] == "4 changes, 3 without a permit"
    assert result.exit_code == 1


def test_a_permit_that_nobody_used_is_a_note_and_no_alarm(home: Path) -> None:
    result = run(home, line(MINUTE, "R-1"))

    first, last = result.output.splitlines()
    issued = (BEGUN + 10 * MINUTE).isoformat()
    assert first.startswith(f"note: no change here belongs to the permit of {issued} for account ")
    assert first.endswith(", never used")
    assert (last, result.exit_code) == ("1 changes, 0 without a permit", 0)


def test_a_list_that_cannot_be_read_whole_ends_with_2_and_compares_nothing(home: Path) -> None:
    result = run(home, line(-MINUTE, "R-1"), "204117,yesterday,R-2")

    assert result.exit_code == 2
    assert "changes.csv:3:1" in result.output
    assert "time is no time with a zone" in result.output
    assert "nothing was compared" in result.output
    assert "ALARM" not in result.output


def test_a_file_that_is_not_there_ends_with_2(home: Path) -> None:
    result = CliRunner().invoke(command, [str(home / "none.csv")])

    assert (result.exit_code, "this cannot be read" in result.output) == (2, True)


def test_a_database_without_tables_is_told_and_is_no_clean_end(home: Path) -> None:
    (home / "ivr.db").unlink()

    result = run(home, line(MINUTE, "R-1"))

    assert (result.exit_code, "ivr migrate" in result.output) == (1, True)
    assert "without a permit" not in result.output
