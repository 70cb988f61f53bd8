import csv
import io
import shutil
from pathlib import Path

import pytest
import responses
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, insert, select

from ivr.adapters.database.cases import case_tables
from ivr.cli.accounts.accounts import command
from ivr.cli.group import main

SAMPLES = Path(__file__).parents[1] / "data"
SAMPLE = SAMPLES / "accounts.csv"
MENUS = Path(__file__).parents[2] / "menus"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, no_cases: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of a database without an account, which the commands find in their environment."""
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    shutil.copy(no_cases, tmp_path / "calls.db")
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    return url


def accounts(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, list(words), input=typed, catch_exceptions=False)


def imported(file: Path = SAMPLE) -> Result:
    return accounts("import", str(file), "--yes")


def edited(tmp_path: Path, *edits: tuple[str, str]) -> Path:
    text = SAMPLE.read_text(encoding="utf-8")
    for was, now in edits:
        assert was in text
        text = text.replace(was, now)
    path = tmp_path / "edited.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_import_shows_what_it_does_and_asks_first() -> None:
    result = accounts("import", str(SAMPLE), typed="y\n")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "4 added, 0 changed, 0 removed, 0 unchanged",
        "0 of 0 accounts lose or change a contact",
        "Import them? [y/N]: y",
        "imported; next: ivr accounts readiness",
    ]


def test_an_import_that_nobody_wants_changes_nothing() -> None:
    result = accounts("import", str(SAMPLE), typed="n\n")

    assert result.exit_code == 1
    assert "nothing was imported" in result.output
    assert accounts("list").output == "no accounts\n"


def test_a_file_with_faults_ends_with_status_2_and_every_fault() -> None:
    file = SAMPLES / "accounts-faults.csv"

    result = imported(file)

    lines = result.output.splitlines()
    assert result.exit_code == 2
    assert len(lines) == 10
    assert lines[0].startswith(f"{file}:2:1  subscription_number was shortened by a spreadsheet")
    assert lines[-1] == "nothing was imported"
    assert accounts("list").output == "no accounts\n"


def test_an_import_of_the_same_file_again_changes_nothing() -> None:
    imported()

    assert imported().output.splitlines()[0] == "0 added, 0 changed, 0 removed, 4 unchanged"


def test_contact_changes_beyond_the_share_need_their_number(tmp_path: Path) -> None:
    imported()
    file = edited(tmp_path, ("+14155550123", "+14155550143"))

    refused = imported(file)
    allowed = accounts("import", str(file), "--yes", "--allow-contact-changes", "1")

    assert refused.exit_code == 2
    assert "1 of 4 accounts lose or change a contact" in refused.output
    assert "then say --allow-contact-changes 1" in refused.output
    assert allowed.exit_code == 0


def test_a_landline_is_told_and_imported(tmp_path: Path) -> None:
    result = imported(edited(tmp_path, ("+14155550123", "+18002255288")))

    assert result.exit_code == 0
    assert "warning: phone is no mobile number, so no text message is sent there (no SMS)" in result.output


def test_numbers_of_several_lengths_are_imported_when_that_is_said(tmp_path: Path) -> None:
    file = edited(tmp_path, ("204118", "4118"))

    assert imported(file).exit_code == 2
    assert accounts("import", str(file), "--yes", "--lengths-differ").exit_code == 0


def test_a_file_that_is_not_there_ends_with_status_2(tmp_path: Path) -> None:
    result = imported(tmp_path / "none.csv")

    assert result.exit_code == 2
    assert "this cannot be read (No such file or directory)" in result.output


def test_the_list_shows_no_whole_address() -> None:
    imported()

    result = accounts("list")

    assert result.output.splitlines()[0] == (
        "204117  Northwind Hosting  +1•••••••123  a•••@•••.example  yes  en  open"
    )
    assert result.output.splitlines()[2].split("  ")[2] == "no phone"
    assert "5550123" not in result.output
    assert "ann@" not in result.output


def test_other_mailboxes_are_imported_counted_and_shown_by_their_number(tmp_path: Path) -> None:
    imported()
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    more = ["lee@northwind.example 2025-05-01; it@northwind.example 2025-06-01", *[""] * (len(lines) - 2)]
    file = tmp_path / "accounts.csv"
    cells = ["other_mailboxes", *more]
    file.write_text("".join(f"{line},{cell}\n" for line, cell in zip(lines, cells, strict=True)))

    refused = imported(file)
    allowed = accounts("import", str(file), "--yes", "--allow-contact-changes", "1")

    assert refused.exit_code == 2
    assert "1 of 4 accounts lose or change a contact, 1 of them other mailboxes alone" in refused.output
    assert allowed.exit_code == 0
    assert accounts("list").output.splitlines()[0].split("  ")[3] == "a•••@•••.example and 2 more"


def test_a_spreadsheet_gets_no_formula(tmp_path: Path) -> None:
    imported(edited(tmp_path, ("Northwind Hosting", "=HYPERLINK(1)")))

    result = accounts("list", "--csv")

    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert [row["subscription_number"] for row in rows] == ["204117", "204118", "204119", "204120"]
    assert (rows[0]["company"], rows[0]["phone"]) == ("'=HYPERLINK(1)", "'+1•••••••123")


def test_readiness_tells_who_would_get_in_and_why_not() -> None:
    imported()

    result = accounts("readiness")

    assert result.output.splitlines() == [
        "204117  Northwind Hosting  ready  by text, call, mail",
        "204118  Blue Harbor, Inc.  ready  by call, mail",
        "204119  Cedar Clinics  not ready  no phone is on file (by mail)",
        "204120  Dover Freight  not ready  the account is closed (by call, mail)",
        "2 of 4 accounts are ready",
    ]


def test_a_contact_that_was_changed_today_does_not_count(tmp_path: Path) -> None:
    imported()
    file = edited(tmp_path, ("ann@northwind.example", "eve@northwind.example"))
    accounts("import", str(file), "--yes", "--allow-contact-changes", "1")

    first = accounts("readiness").output.splitlines()[0]

    assert first.startswith("204117  Northwind Hosting  not ready  the mailbox is too new, and counts from ")
    assert first.endswith(" UTC (by text, call)")


def test_readiness_is_judged_by_the_policy_and_by_what_was_enrolled(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported()
    menus = tmp_path / "menus"
    shutil.copytree(MENUS, menus)
    policy = menus / "verification.yaml"
    policy.write_text("factors: [phone, mailbox, app, saved_codes]\n", encoding="ascii")
    monkeypatch.setenv("IVR_MENUS", str(menus))
    store_enrolment(database, "204119", used=1)

    first, _, third, _, _ = accounts("readiness").output.splitlines()
    policy.write_text("factors: [phone, mailbox]\n", encoding="ascii")
    without = accounts("readiness", "204119").output.splitlines()

    assert first == "204117  Northwind Hosting  ready  by text, call, mail"
    assert third == "204119  Cedar Clinics  ready  by mail, app, saved codes (1 left)"
    assert without == ["204119  not ready  no phone is on file (by mail)", "0 of 1 accounts are ready"]


def store_enrolment(url: str, number: str, *, used: int) -> None:
    """Store an app and two saved codes of an account, so many of them used."""
    engine, tables = create_engine(url), case_tables
    with engine.begin() as connection:
        query = select(tables.account.c.id).where(tables.account.c.number == number)
        account = connection.execute(query).scalar_one()
        app = {"account": account, "sealed": "s", "last_step": 0, "enrolled_at_us": 1}
        connection.execute(insert(tables.app).values(**app))
        for index in range(2):
            code = {"account": account, "mac": f"{index}" * 64, "used_at_us": 1 if index < used else None}
            connection.execute(insert(tables.saved_code).values(**code))
    engine.dispose()


def test_a_company_that_verifies_nobody_is_told_so_and_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported()
    menus = tmp_path / "menus"
    shutil.copytree(MENUS, menus)
    (menus / "verification.yaml").unlink()
    monkeypatch.setenv("IVR_MENUS", str(menus))

    result = accounts("readiness")

    assert result.exit_code != 0
    assert "204117  Northwind" not in result.output


def test_a_number_that_nobody_has_is_named() -> None:
    imported()

    result = accounts("readiness", "204117", "999111")

    assert result.exit_code == 1
    assert "999111: no account has this subscription number; nothing was judged" in result.output


def test_accounts_of_a_service_are_judged_where_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DIRECTORY_URL", "https://accounts.example.com")
    monkeypatch.setenv("IVR_DIRECTORY_TOKEN", "a-token")
    added = {"added_at": "2025-03-01T00:00:00Z", "can_text": False, "has_consented": False}
    mailbox = {**added, "id": "b" * 32, "kind": "mailbox", "prefix": ""}
    found = {"id": "a" * 32, "language": "en", "subaccounts": "no", "is_closed": False, "tam": None}
    with responses.RequestsMock() as service:
        told = {"account": {**found, "contacts": [mailbox]}}
        service.get("https://accounts.example.com/accounts", json=told)

        result = accounts("readiness", "204117")

    assert result.output.splitlines() == [
        "204117  not ready  no phone is on file (by mail)",
        "0 of 1 accounts are ready",
    ]


@pytest.mark.parametrize("words", [["import", str(SAMPLE), "--yes"], ["list"], ["readiness"]])
def test_a_database_without_tables_is_told_with_the_remedy(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")

    result = accounts(*words)

    assert result.exit_code == 1
    assert "run `ivr migrate`" in result.output


def test_an_import_that_another_one_overtook_while_it_asked_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported()
    file = edited(tmp_path, ("Northwind Hosting", "Northwind Cloud"))

    def answer_late(_: str) -> bool:
        other = edited(tmp_path, ("Cedar Clinics", "Cedar Hospitals"))
        assert imported(other).exit_code == 0
        return True

    monkeypatch.setattr("ivr.cli.accounts.accounts.click.confirm", answer_late)

    result = accounts("import", str(file))

    assert result.exit_code == 1
    assert "somebody else imported meanwhile: run it again; nothing was imported" in result.output
    assert "Northwind Hosting" in accounts("list").output


def test_only_the_first_warnings_are_told(tmp_path: Path) -> None:
    header, first, *_ = SAMPLE.read_text(encoding="utf-8").splitlines()
    landline = first.replace("+14155550123", "+18002255288")
    file = tmp_path / "landlines.csv"
    rows = [landline.replace("204117", str(204_000 + n)) for n in range(25)]
    file.write_text("\n".join((header, *rows)), encoding="utf-8")

    result = imported(file)

    assert result.output.count("(no SMS)") == 20
    assert "and 5 more warnings" in result.output


def test_the_group_knows_the_command() -> None:
    result = CliRunner().invoke(main, ["accounts", "--help"], catch_exceptions=False)

    assert result.exit_code == 0
    assert all(word in result.output for word in ("import", "list", "readiness"))


@pytest.mark.parametrize("words", [("import", str(SAMPLE), "--yes"), ("list",), ("readiness",)])
def test_accounts_of_a_service_are_neither_imported_nor_listed_here(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_DIRECTORY_URL", "https://accounts.example.com")
    monkeypatch.setenv("IVR_DIRECTORY_TOKEN", "a-token")

    result = accounts(*words)

    assert result.exit_code == 1
    assert "accounts are asked of the service in IVR_DIRECTORY_URL" in result.output
