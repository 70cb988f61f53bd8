"""`ivr accounts invite`: a link goes to the mailbox on file, and only where it can be used."""

import re
import shutil
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from ivr.cli.group import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "menus" / "calls" / "accounts.csv"
LINK = re.compile(r"http://127\.0\.0\.1:5000/enrol/[0-9a-f]{32}/[0-9a-f]{32}\b")


@pytest.fixture
def home(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a company whose callers may use an app; the variables of the environment name it."""
    menus = tmp_path / "menus"
    shutil.copytree(ROOT / "menus", menus)
    file = menus / "verification.yaml"
    shipped = file.read_text(encoding="utf-8")
    assert "factors: [phone, mailbox]" in shipped
    file.write_text(
        shipped.replace("[phone, mailbox]", "[phone, mailbox, app, saved_codes]"), encoding="utf-8"
    )
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("IVR_MENUS", str(menus))
    monkeypatch.setenv("IVR_PROMPTS", str(ROOT / "prompts"))
    assert ivr("accounts", "import", str(SAMPLE), "--yes").exit_code == 0
    return tmp_path


def ivr(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def change(home: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{home / 'ivr.db'}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def mails(home: Path) -> list[str]:
    """List whom each mail went to, and what it says."""
    files = sorted((home / "mail").glob("*.eml"))
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [f"{message['To']} {message.get_content()}" for message in messages]


def test_an_invitation_is_a_mail_with_a_link_to_the_mailbox_on_file(home: Path) -> None:
    invited = ivr("accounts", "invite", "204117")
    sent = ivr("work", "--once")

    (mail,) = mails(home)
    assert (invited.exit_code, invited.output) == (
        0,
        "invited: `ivr work` mails the link, which works for 24 hours, once\n",
    )
    assert sent.output.splitlines()[-1] == "1 tried"
    assert mail.startswith("ann@northwind.example ")
    assert len(LINK.findall(mail)) == 1


def test_no_output_of_an_invitation_holds_its_link(home: Path) -> None:
    output = ivr("accounts", "invite", "204117").output + ivr("work", "--once").output

    (link,) = LINK.findall(mails(home)[0])
    assert [piece for piece in link.split("/")[-1:] if piece in output] == []


@pytest.mark.parametrize(
    ("number", "before", "told"),
    [
        ("999111", "", "no account has this subscription number; nobody was invited"),
        ("204121", "", "the account is closed; nobody was invited"),
        ("204119", "", "no phone that gets texts has been on file long enough; nobody was invited"),
        (
            "204117",
            "DELETE FROM contact WHERE kind = 'mailbox'",
            "no mailbox has been on file long enough; nobody was invited",
        ),
        (
            "204117",
            "UPDATE contact SET can_text = 0",
            "no phone that gets texts has been on file long enough; nobody was invited",
        ),
    ],
)
def test_who_cannot_be_reached_is_not_invited_and_the_reason_is_named(
    home: Path, number: str, before: str, told: str
) -> None:
    if before:
        change(home, before)

    result = ivr("accounts", "invite", number)

    assert (result.exit_code, result.output) == (1, f"Error: {told}\n")
    assert ivr("work", "--once").output.splitlines()[-1] == "0 tried"


def test_where_callers_are_offered_no_app_nobody_is_invited(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_MENUS", str(ROOT / "menus"))

    result = ivr("accounts", "invite", "204117")

    assert home.exists()
    assert result.exit_code == 1
    assert "add them to `factors` in" in result.output
