"""`ivr accounts issue-pin`: shown once, hashed, told to the people on file, where callers are asked."""

import re
import shutil
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, text

from ivr.adapters.database.cases import case_tables
from ivr.cli.group import main
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.pin_hashes import PinHashes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "menus" / "calls" / "accounts.csv"
SHOWN = re.compile(r"^PIN ([0-9]{4}) ([0-9]{4})  shown this once", re.MULTILINE)
POLICY = "pci: on\nfactors: [phone, mailbox, pin]\n"
NUMBER, MAILBOX = "204117", "ann@northwind.example"
KEY = "k" * 32


@pytest.fixture
def home(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a company that asks its callers for a PIN; the variables of the environment name it."""
    menus = tmp_path / "menus"
    shutil.copytree(ROOT / "menus", menus)
    (menus / "verification.yaml").write_text(POLICY, encoding="ascii")
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    for name, value in {
        "IVR_DATABASE_URL": url,
        "IVR_HOME": str(tmp_path),
        "IVR_KEY": KEY,
        "IVR_MENUS": str(menus),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }.items():
        monkeypatch.setenv(name, value)
    assert ivr("accounts", "import", str(SAMPLE), "--yes").exit_code == 0
    return tmp_path


def ivr(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def issued(way: str = "letter", number: str = NUMBER) -> str:
    """Issue a PIN and give its digits."""
    result = ivr("accounts", "issue-pin", number, "--delivered-by", way)
    shown = SHOWN.search(result.output)
    assert shown is not None, result.output
    return "".join(shown.groups())


def pins(home: Path) -> list[tuple[str, str, str, str | None]]:
    engine, kept = create_engine(f"sqlite:///{home / 'ivr.db'}"), case_tables.pin.c
    with engine.connect() as connection:
        query = select(kept.account, kept.hashed, kept.way, kept.rests_on)
        rows = [(row.account, row.hashed, row.way, row.rests_on) for row in connection.execute(query)]
    engine.dispose()
    return rows


def change(home: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{home / 'ivr.db'}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def mails(home: Path) -> list[str]:
    files = sorted((home / "mail").glob("*.eml"))
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [f"{message['To']} {message['Subject']} {message.get_content()}" for message in messages]


def test_a_pin_is_shown_once_and_kept_as_a_hash_of_the_line_s_key(home: Path) -> None:
    pin = issued()

    ((account, hashed, way, rests_on),) = pins(home)
    hashes = PinHashes()
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashes.is_same(Secret(KEY), account, hashed, Secret(pin))
    assert not hashes.is_same(Secret("j" * 32), account, hashed, Secret(pin))
    assert (way, rests_on) == ("letter", None)
    assert [path for path in home.rglob("*") if path.is_file() and pin.encode() in path.read_bytes()] == []


def test_another_pin_ends_the_one_before(home: Path) -> None:
    first, second = issued(), issued("phone")

    ((account, hashed, way, _),) = pins(home)
    right = [PinHashes().is_same(Secret(KEY), account, hashed, Secret(pin)) for pin in (first, second)]
    assert (right, way) == ([False, True], "phone")


def test_a_pin_that_goes_by_e_mail_rests_on_the_mailbox_on_file(home: Path) -> None:
    issued(MAILBOX.upper())

    ((_, _, way, rests_on),) = pins(home)
    engine, contact = create_engine(f"sqlite:///{home / 'ivr.db'}"), case_tables.contact.c
    with engine.connect() as connection:
        query = select(contact.id).where(contact.address == MAILBOX)
        assert (way, rests_on) == ("mail", connection.execute(query).scalar_one())
    engine.dispose()


def test_every_contact_on_file_is_told_without_the_digits(home: Path) -> None:
    pin = issued()
    ivr("work", "--once")

    (mail,) = [one for one in mails(home) if "a PIN for calls was issued" in one]
    assert mail.startswith(f"{MAILBOX} ")
    assert pin not in mail.replace(" ", "")


def test_issuing_is_on_record_and_says_neither_digits_nor_hash(home: Path) -> None:
    pin = issued()
    assert len(pins(home)) == 1

    last = ivr("audit", "export").output.splitlines()[-1]
    assert "pin_issued" in last
    assert pin not in last
    assert "argon2" not in last
    assert "the audit holds" in ivr("audit", "verify").output


@pytest.mark.parametrize(
    ("number", "way", "before", "told"),
    [
        ("999111", "letter", "", "no account has this subscription number"),
        ("204121", "letter", "", "the account is closed"),
        (NUMBER, "pigeon", "", "--delivered-by is letter, phone, or the mailbox on file, and not pigeon"),
        (NUMBER, "eve@northwind.example", "", "that is not the mailbox on file"),
        (NUMBER, MAILBOX, "UPDATE contact SET added_at_us = 9999999999999999", "no mailbox has been on file"),
        (NUMBER, "phone", "DELETE FROM contact WHERE kind = 'phone'", "no phone has been on file"),
    ],
)
def test_who_cannot_be_given_one_gets_none_and_the_reason_is_named(
    home: Path, number: str, way: str, before: str, told: str
) -> None:
    if before:
        change(home, before)

    result = ivr("accounts", "issue-pin", number, "--delivered-by", way)

    assert (result.exit_code, pins(home)) == (1, [])
    assert told in result.output
    assert result.output.endswith("; no PIN was issued\n")


def test_while_the_carrier_shows_what_is_typed_pins_are_refused_by_file_and_remedy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_MENUS", str(ROOT / "menus"))

    result = ivr("accounts", "issue-pin", NUMBER, "--delivered-by", "letter")

    assert (result.exit_code, pins(home)) == (1, [])
    assert "write `pci: on` and add pin to `factors` in" in result.output
    assert str(ROOT / "menus/verification.yaml") in result.output


def test_a_policy_with_a_fault_issues_nothing_and_names_its_place(home: Path) -> None:
    file = home / "menus/verification.yaml"
    file.write_text(POLICY.replace("pci: on", "pci: off"), encoding="ascii")

    result = ivr("accounts", "issue-pin", NUMBER, "--delivered-by", "letter")

    assert (result.exit_code, pins(home)) == (2, [])
    assert "verification.yaml:2:" in result.output
    assert "pin-without-pci" in result.output


def test_who_keeps_accounts_elsewhere_is_issued_no_pin(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DIRECTORY_URL", "https://accounts.example.com")
    monkeypatch.setenv("IVR_DIRECTORY_TOKEN", "t" * 32)

    result = ivr("accounts", "issue-pin", NUMBER, "--delivered-by", "letter")

    assert (result.exit_code, pins(home)) == (1, [])
    assert "IVR_DIRECTORY_URL" in result.output
