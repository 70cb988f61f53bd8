"""`ivr work` and `ivr bounce`, as a host runs them."""

import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from ivr.adapters.clock import WallClock
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Channel, Outgoing, Purpose
from tests.domain.recovery.ready import TO_RELEASE

KEY = "k" * 40
CASE = CaseId("c" * 32)
CONTACTS = {"phone": ("a" * 32, "+14155550123"), "mailbox": ("b" * 32, "jo@example.com")}


@pytest.fixture
def home(tmp_path: Path, no_cases: Path) -> Path:
    """Make a home whose database holds an account, a case, a warning and a code that wait to be sent."""
    url = f"sqlite:///{tmp_path}/ivr.db"
    shutil.copy(no_cases, tmp_path / "ivr.db")
    database = Database(url, breaker=Breaker(), durability="survives_our_death", longest_wait_s=10)
    now = WallClock().now()
    cases = SqlCases(database, key=Secret(KEY), anchor=Anchor(tmp_path / "audit.anchor"))
    _put_contacts(database, now)
    cases.act(
        lambda tx: tx.add(
            Case(
                id=CASE,
                number=CaseNumber("912345678"),
                state="OPENED",
                version=1,
                opened_at=now,
                call="CA1",
                goal="change",
                language="en",
            )
        )
    )
    phone = CONTACTS["phone"][0]
    code = SentCode(
        case=CASE,
        call="CA1",
        contact=phone,
        salt="s",
        sends=1,
        asked_at=now,
        expires_at=now.replace(year=2999),
    )
    cases.act(lambda tx: tx.keep_code(code))
    for name, channel, purpose, kind in (
        ("warning", "mail", "disclaimer", "mailbox"),
        ("code", "text", "code", "phone"),
    ):
        _queue(cases, name, channel, purpose, kind, now)  # type: ignore[arg-type]  # names of a tuple
    database.close()
    return tmp_path


def _put_contacts(database: Database, now: datetime) -> None:
    account = {
        "id": "d" * 32,
        "number": "4711",
        "company": "Acme",
        "primary_administrator": "Jo",
        "language": "en",
        "subaccounts": "no",
        "imported_at_us": us_of(now),
    }
    with database.engine.begin() as connection:
        connection.execute(tables.account.insert().values(account))
        for kind, (name, address) in CONTACTS.items():
            row = {"id": name, "account": "d" * 32, "kind": kind, "address": address, "can_text": 1}
            connection.execute(tables.contact.insert().values(row | {"added_at_us": us_of(now)}))


def _queue(cases: SqlCases, name: str, channel: Channel, purpose: Purpose, kind: str, now: datetime) -> None:
    message = Outgoing(
        id=name,
        channel=channel,
        purpose=purpose,
        case=CASE,
        call="CA1",
        contact=CONTACTS[kind][0],
        language="en",
        details={},
    )
    cases.act(lambda tx: tx.queue(message, at=now))


def ivr(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": "/usr/bin:/bin", "IVR_HOME": str(home), "IVR_KEY": KEY}
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments],
        capture_output=True,
        input=given,
        env=environment,
        check=False,
    )


def accepted_and_failed(home: Path) -> tuple[bool, bool]:
    database = Database(
        f"sqlite:///{home}/ivr.db", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
    )
    cases = SqlCases(database, key=Secret(KEY), anchor=Anchor(home / "audit.anchor"))
    case = cases.act(lambda tx: tx.case(CASE))
    database.close()
    assert case is not None
    return case.disclaimer_accepted_at is not None, case.disclaimer_failed_at is not None


def test_without_settings_what_is_sent_becomes_files(home: Path) -> None:
    done = ivr(home, "work", "--once")

    assert (done.stdout.decode(), done.returncode) == ("2 tried\n", 0), done.stderr
    letter = message_from_bytes((home / "mail" / "warning.eml").read_bytes())
    assert letter["Subject"] == "Qualys: password change asked for by phone, case 912345678"
    text = (home / "texts" / "code.txt").read_text(encoding="utf-8")
    assert re.match(
        r"Text to \+14155550123\n\n[0-9]{6} is your code to change the password on your Qualys", text
    )
    assert accepted_and_failed(home) == (True, False)


def test_a_second_run_sends_nothing_again(home: Path) -> None:
    ivr(home, "work", "--once")

    assert ivr(home, "work", "--once").stdout == b"0 tried\n"


def test_who_has_to_have_a_colleague_sign_in_is_reminded_once_and_told_where_it_stands(home: Path) -> None:
    ivr(home, "work", "--once")
    database = Database(
        f"sqlite:///{home}/ivr.db", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
    )
    done_at = WallClock().now() - timedelta(hours=40)
    notify = f"mail:{CONTACTS['mailbox'][0]} text:{CONTACTS['phone'][0]}"
    earlier = done_at - timedelta(minutes=1) - (TO_RELEASE.reset_requested_at or done_at)
    before = ("l2_at", "subaccounts_checked_at", "claimed_at", "spoke_at", "reset_requested_at")
    early = {name: getattr(TO_RELEASE, name) + earlier for name in before}
    facts = {**early, "id": "e" * 32, "reset_done_at": done_at, "subaccount_login_at": None, "notify": notify}
    facts |= {"subaccount_login_by": None}
    waiting = replace(TO_RELEASE, **facts)
    cases = SqlCases(database, key=Secret(KEY), anchor=Anchor(home / "audit.anchor"))
    cases.act(lambda tx: tx.add(waiting))
    database.close()

    runs = [ivr(home, "work", "--once").stdout for _ in range(2)]

    (text,) = [path for path in (home / "texts").iterdir() if path.stem != "code"]
    (mail,) = [path for path in (home / "mail").iterdir() if path.stem != "warning"]
    assert runs == [b"2 tried\n", b"0 tried\n"]
    said = text.read_text(encoding="utf-8")
    assert "no colleague has signed in to QualysGuard. We wait until" in said
    assert f"/case/{TO_RELEASE.number} " in said
    letter = message_from_bytes(mail.read_bytes())
    assert letter["Subject"] == f"Qualys: we still wait for a colleague of yours, case {TO_RELEASE.number}"


def test_a_mail_that_comes_back_makes_the_warning_count_no_more(home: Path) -> None:
    ivr(home, "work", "--once")
    sent = message_from_bytes((home / "mail" / "warning.eml").read_bytes())
    report = (
        'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n'
        "Reporting-MTA: dns; relay\n\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {sent['Message-ID']}\n\n--b--\n"
    )

    done = ivr(home, "bounce", given=report.encode())

    assert (done.stdout.decode(), done.returncode) == ("noted: that mail came back (5.1.1)\n", 0), done.stderr
    assert accepted_and_failed(home) == (True, True)
    unknown = ivr(home, "bounce", given=report.replace("Message-ID: <", "Message-ID: <x").encode())
    assert (unknown.returncode, unknown.stderr.decode()) == (
        1,
        "it returns a mail that this line did not send\n",
    )


def test_any_other_mail_changes_nothing(home: Path) -> None:
    done = ivr(home, "bounce", given=b"Subject: hello\n\nHow are you?\n")

    assert (done.returncode, done.stderr.decode()) == (1, "this is no notice of a mail that failed\n")


def test_it_runs_until_it_is_told_to_end(home: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "IVR_HOME": str(home), "IVR_KEY": KEY}
    with subprocess.Popen(
        [sys.executable, "-m", "ivr", "work"], stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        sent = [process.stderr.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        ended = process.wait(30)

    assert (first, ended) == (b"sending what is due, until TERM\n", 0)
    assert sorted(b'"message": "code"' in line for line in sent) == [False, True]
    assert (home / "mail" / "warning.eml").exists()


def test_a_message_that_is_not_written_as_it_must_be_stops_the_start(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "work", "--once"],
        capture_output=True,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "IVR_HOME": str(home),
            "IVR_PROMPTS": str(_prompts_without_reason(tmp_path / "prompts")),
        },
        check=False,
    )

    assert done.returncode == 2
    assert 'mail/en/disclaimer.txt:1:1  nothing is marked "[why]"; ' in done.stderr


def _prompts_without_reason(folder: Path) -> Path:
    for path in Path("prompts").rglob("*.*"):
        copy = folder / path.relative_to("prompts")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8").replace("[why] ", ""), encoding="utf-8")
    return folder
