"""`ivr accounts unlock`: two who are named, on record, and one alone is refused."""

import os
import pwd
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.group import main
from tests.adapters.database.case_kept import on_record
from tests.process.production import PRODUCTION

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "menus" / "calls" / "accounts.csv"

KEY = "1f7ac58e02b94d36a8e50cd7f3b6914c"


@pytest.fixture
def url(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a database with the sample's accounts; the variables of the environment name it."""
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    for name, value in {
        "IVR_DATABASE_URL": url,
        "IVR_HOME": str(tmp_path),
        "IVR_KEY": KEY,
        "IVR_MENUS": str(ROOT / "menus"),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }.items():
        monkeypatch.setenv(name, value)
    assert ivr("accounts", "import", str(SAMPLE), "--yes").exit_code == 0
    for member, role in {"ana": "agent", "luis": "supervisor", "tom": "tam", "gone": "agent"}.items():
        added = ivr("staff", "add", member, "--role", role, "--line", "support")
        assert added.exit_code == 0, added.output
    ivr("staff", "disable", "gone")
    return url


def ivr(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def unlocked(url: str) -> list[str]:
    return [record.body for record in on_record(url) if '"outcome":"unlocked"' in record.body]


def test_two_who_are_named_open_an_account_on_record(url: str) -> None:
    result = ivr("accounts", "unlock", "204117", "--agent", "ana", "--second", "luis")

    assert (result.exit_code, result.output.strip()) == (
        0,
        "0 wrong entries in a row are forgotten; on record as ana with luis",
    )
    assert ['"approver":"agent:luis"' in body for body in unlocked(url)] == [True]


@pytest.mark.parametrize(
    ("number", "second", "why"),
    [
        ("204117", "ana", "one person alone opens no account"),
        ("204117", "Luis Q", "an agent is not named like this"),
        ("204117", "eve", "nobody on the roster is called eve"),
        ("204117", "gone", "gone is disabled"),
        ("204117", "tom", "tom is no agent and no supervisor"),
        ("999999", "luis", "no account has this subscription number"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(url: str, number: str, second: str, why: str) -> None:
    result = ivr("accounts", "unlock", number, "--agent", "ana", "--second", second)

    assert result.exit_code == 1
    assert why in result.output
    assert "nothing was changed" in result.output
    assert unlocked(url) == []


def test_the_operating_systems_user_is_on_record(url: str) -> None:
    ivr("accounts", "unlock", "204117", "--agent", "ana", "--second", "luis")

    (body,) = unlocked(url)
    assert f'"os_user":"{pwd.getpwuid(os.getuid()).pw_name}"' in body


def test_in_production_two_who_are_signed_in_open_it_in_the_console(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**PRODUCTION, "IVR_KEY": KEY}.items():
        monkeypatch.setenv(name, value)

    refused = ivr("accounts", "unlock", "204117", "--agent", "ana", "--second", "luis")

    assert refused.exit_code == 1
    assert "in production two who are signed in open an account" in refused.output
    assert "on the card of a case of the account" in refused.output
    assert unlocked(url) == []
