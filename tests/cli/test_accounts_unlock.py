"""`ivr accounts unlock`: two who are named, on record, and one alone is refused."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.group import main
from tests.store.case_kept import on_record

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "menus" / "calls" / "accounts.csv"


@pytest.fixture
def url(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a database with the sample's accounts; the variables of the environment name it."""
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    for name, value in {
        "IVR_DATABASE_URL": url,
        "IVR_HOME": str(tmp_path),
        "IVR_KEY": "k" * 32,
        "IVR_MENUS": str(ROOT / "menus"),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }.items():
        monkeypatch.setenv(name, value)
    assert ivr("accounts", "import", str(SAMPLE), "--yes").exit_code == 0
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
        ("999999", "luis", "no account has this subscription number"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(url: str, number: str, second: str, why: str) -> None:
    result = ivr("accounts", "unlock", number, "--agent", "ana", "--second", second)

    assert result.exit_code == 1
    assert why in result.output
    assert "nothing was changed" in result.output
    assert unlocked(url) == []
