import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.group import main

COMPANY = "Zebra Works Ltd"
ACCOUNT = """
    INSERT INTO account (id, number, company, primary_administrator, language, subaccounts, imported_at_us)
    VALUES ('a', '4477000100', ?, 'Zoe Quill', 'en', 'no', 0)
"""


@pytest.fixture
def home(tmp_path: Path, no_cases: Path) -> Path:
    shutil.copy(no_cases, tmp_path / "line.db")
    with closing(sqlite3.connect(tmp_path / "line.db")) as connection, connection:
        connection.execute(ACCOUNT, [COMPANY])
    return tmp_path


def run(home: Path, *words: str, typed: str = "") -> Result:
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": "k" * 32,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
    }
    return CliRunner().invoke(main, [*words], env=environment, input=typed, catch_exceptions=False)


def held(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(home.glob("line.db*")))


def test_a_customer_is_erased_to_the_last_byte_and_the_audit_holds(home: Path) -> None:
    assert COMPANY.encode() in held(home)

    result = run(home, "forget", "4477000100", "--yes")

    assert (result.exit_code, result.stdout) == (0, "the account is erased\n")
    assert COMPANY.encode() not in held(home)
    assert run(home, "audit", "verify").stdout == "the audit holds: 1 records\n"


def test_nothing_is_erased_without_a_yes(home: Path) -> None:
    result = run(home, "forget", "4477000100", typed="n\n")

    assert result.exit_code == 1
    assert COMPANY.encode() in held(home)


def test_a_number_that_no_account_has_is_told(home: Path) -> None:
    result = run(home, "forget", "4477000200", "--yes")

    assert result.exit_code == 1
    assert "no account has this subscription number: nothing was erased" in result.stderr
    assert COMPANY.encode() in held(home)


def test_a_file_in_use_is_told_with_the_remedy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.adapters.database.accounts.erase_account.LONGEST_WAIT_S", 0)
    with closing(sqlite3.connect(home / "line.db")) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM account").fetchall()

        result = run(home, "forget", "4477000100", "--yes")

    assert result.exit_code == 1
    assert "run VACUUM on it when no call is in progress" in result.stderr
