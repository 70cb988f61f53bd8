import json
import os
import pwd
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.cli.group import main
from ivr.domain.redaction import Secret
from tests.adapters.database.case_kept import unguard

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
KEY = "k" * 32


@pytest.fixture
def home(tmp_path: Path, no_cases: Path) -> Path:
    """Give the home of a line with three records of its audit."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    shutil.copy(no_cases, tmp_path / "line.db")
    database = Database(url, breaker=Breaker(), durability="survives_power_loss")
    cases = SqlCases(database, key=Secret(KEY), anchor=Anchor(tmp_path / "audit.anchor"))
    for number in range(3):
        cases.act(lambda tx, number=number: tx.record("case", {"outcome": f"é{number}"}, at=AT))  # type: ignore[misc]  # bound now
    database.close()
    return tmp_path


def run(home: Path, *words: str) -> Result:
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": KEY,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
    }
    return CliRunner().invoke(main, ["audit", *words], env=environment, catch_exceptions=False)


def test_an_audit_that_holds_is_told_in_one_sentence(home: Path) -> None:
    result = run(home, "verify")

    assert (result.exit_code, result.stdout) == (0, "the audit holds: 3 records\n")


def test_an_audit_that_was_touched_ends_with_1_and_says_where(home: Path) -> None:
    unguard(f"sqlite:///{home / 'line.db'}")
    engine = create_engine(f"sqlite:///{home / 'line.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq = 3"))
    engine.dispose()

    result = run(home, "verify")

    cut_off = "the chain ends at record 2, and record 3 was anchored: its end is cut off"
    assert (result.exit_code, result.stdout) == (
        1,
        f"the audit does not hold: {cut_off}\n",
    )


def test_an_anchor_on_another_disk_is_the_one_that_is_read(home: Path) -> None:
    elsewhere = home / "elsewhere" / "seals"
    elsewhere.parent.mkdir()
    (home / "audit.anchor").rename(elsewhere)
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": KEY,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
        "IVR_AUDIT_ANCHOR": str(elsewhere),
    }

    found = CliRunner().invoke(main, ["audit", "verify"], env=environment, catch_exceptions=False)

    assert found.stdout == "the audit holds: 3 records\n"
    assert "the anchor's file is not there" in run(home, "verify").stdout


def test_another_key_is_told_as_a_fault(home: Path) -> None:
    database = f"sqlite:///{home / 'line.db'}"
    environment = {"IVR_HOME": str(home), "IVR_KEY": "x" * 32, "IVR_DATABASE_URL": database}

    result = CliRunner().invoke(main, ["audit", "verify"], env=environment, catch_exceptions=False)

    assert result.exit_code == 1
    assert "record 1 was changed" in result.stdout


def test_every_record_is_exported_as_a_line_of_json_with_its_seal(home: Path) -> None:
    printed = run(home, "export")
    written = run(home, "export", "--out", str(home / "audit.jsonl"))

    lines = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [(line["seq"], line["kind"], line["outcome"], len(line["seal"])) for line in lines] == [
        (number + 1, "case", f"é{number}", 64) for number in range(3)
    ]
    assert written.stdout == f"wrote 3 records to {home / 'audit.jsonl'}\n"
    assert (home / "audit.jsonl").read_text() == printed.stdout


def test_an_export_that_cannot_be_written_says_why(home: Path) -> None:
    result = run(home, "export", "--out", str(home / "none" / "audit.jsonl"))

    assert result.exit_code == 1
    assert "was not written (No such file or directory)" in result.stderr


def test_a_database_without_tables_is_named_with_the_remedy(home: Path) -> None:
    (home / "line.db").unlink()

    result = run(home, "verify")

    assert result.exit_code == 1
    assert "run `ivr migrate`" in result.stderr


def test_a_key_that_cannot_be_used_is_named(home: Path) -> None:
    (home / "key").write_text("short")
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": None,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
    }

    result = CliRunner().invoke(main, ["audit", "verify"], env=environment, catch_exceptions=False)

    assert result.exit_code != 0
    assert str(home / "key") in result.output


def test_another_anchor_is_begun_where_the_old_one_is_lost_and_that_goes_on_record(home: Path) -> None:
    (home / "audit.anchor").write_bytes(b"")
    assert "the anchor has no line of record 1" in run(home, "verify").stdout

    begun = run(home, "anchor")

    assert (begun.exit_code, begun.stdout) == (
        0,
        f"another anchor begins at record 3: {home / 'audit.anchor'}\n",
    )
    assert run(home, "verify").stdout == "the audit holds: 4 records\n"
    last = json.loads(run(home, "export").stdout.splitlines()[-1])
    assert (last["kind"], last["actor"], last["at_record"]) == ("anchor_begun", f"shell:{_user()}", 3)
    assert last["found"].startswith("the anchor has no line of record 1")


def test_the_old_anchor_stays_beside_the_other_one(home: Path) -> None:
    spoiled = b"\n9 " + b"a" * 64 + b"\n"
    with (home / "audit.anchor").open("ab") as file:
        file.write(spoiled)
    old = (home / "audit.anchor").read_bytes()
    assert "its end is cut off" in run(home, "verify").stdout

    run(home, "anchor")

    assert (home / "audit.anchor.before-3").read_bytes() == old
    assert run(home, "verify").exit_code == 0


def test_no_anchor_is_begun_for_a_chain_that_does_not_hold(home: Path) -> None:
    unguard(f"sqlite:///{home / 'line.db'}")
    engine = create_engine(f"sqlite:///{home / 'line.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq = 3"))
    engine.dispose()
    before = (home / "audit.anchor").read_bytes()

    result = run(home, "anchor")

    assert result.exit_code == 1
    assert "its end is cut off; no anchor was begun" in result.stderr
    assert (home / "audit.anchor").read_bytes() == before


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name
