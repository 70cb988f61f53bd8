"""Starts that are refused: status 2, every fault with its remedy, and nobody's secret."""

import re
import socket
from contextlib import closing
from pathlib import Path

import pytest

from ivr.bootstrap.startup import load_folders
from tests.process.production import KEY, PRODUCTION, TOKEN
from tests.process.served import ROOT, refused

CLOCK = "2026-11-24T10:00:00-08:00"


def _examples() -> set[str]:
    """Name every value of the menus that is still the example's."""
    loaded, _ = load_folders(ROOT / "menus", ROOT / "prompts")
    return {finding.what.partition(" ")[0] for finding in loaded.findings if finding.rule == "example-value"}


def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        port = held.getsockname()[1]
        ended = refused(tmp_path, "--port", str(port))

    assert ended.returncode == 2
    assert f"127.0.0.1:{port} cannot be used (Address already in use)" in ended.stderr
    assert "stop what holds it, or choose another --port" in ended.stderr


@pytest.mark.parametrize(
    ("clock", "environ", "told"),
    [
        (CLOCK, PRODUCTION, "--clock is for development; production goes by the real time: drop it"),
        ("noon", {}, '--clock "noon" is no time; write 2026-11-24T10:00:00-08:00'),
        ("2026-11-24T10:00", {}, '--clock "2026-11-24T10:00" has no offset; write 2026-11-24T10:00-08:00'),
    ],
)
def test_a_clock_that_cannot_be_gone_by_is_refused(
    tmp_path: Path, clock: str, environ: dict[str, str], told: str
) -> None:
    ended = refused(tmp_path, "--clock", clock, **environ)

    assert ended.returncode == 2
    assert told in " ".join(ended.stderr.split())


def test_production_names_each_example_value_at_its_place(tmp_path: Path) -> None:
    ended = refused(tmp_path, **PRODUCTION)

    place = re.compile(r"^menus/company\.yaml:\d+:\d+  warning: (\S+) is still the example's", re.MULTILINE)
    told = set(place.findall(ended.stderr))
    assert ended.returncode == 2
    assert _examples()
    assert told == _examples()


def test_production_names_every_fault_of_settings_and_menus_in_one_run(tmp_path: Path) -> None:
    wrong = {
        "IVR_ENV": "production",
        "TWILIO_AUTH_TOKEN": f'"{TOKEN}"',
        "IVR_PUBLIC_URL": "http://ivr.example.com",
        "IVR_NUMBERS": "+14155550100",
        "IVR_LINE_SUPPORT": "+14155550120,+16502531238",
        "IVR_LOG_LEVEL": "verbos",
        "TZ": "Mars/Olympus_Mons",
        "DEBUG": "1",
    }

    ended = refused(tmp_path, **wrong)

    faults = [
        "TWILIO_AUTH_TOKEN has quotes around it",
        "IVR_PUBLIC_URL is not encrypted",
        "IVR_NUMBERS, number 1: it is a number for fiction",
        "IVR_LINE_SUPPORT, number 1: it is a number for fiction",
        "IVR_LOG_LEVEL is no level",
        "TZ is no time zone",
        "DEBUG is on",
        "TWILIO_ACCOUNT_SID is not set",
        "IVR_KEY is not set",
        *(f"{name} is still the example's" for name in _examples()),
    ]
    assert ended.returncode == 2
    assert [fault for fault in faults if fault not in ended.stderr] == []
    assert TOKEN not in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_AUTH_TOKEN", TOKEN[:-1]),
        ("TWILIO_AUTH_TOKEN", f"{TOKEN}\n"),
        ("IVR_KEY", KEY[:20]),
        ("IVR_DATABASE_URL", "mysql://ivr:hunter2-hunter2@db/ivr"),
    ],
)
def test_a_secret_with_a_fault_is_named_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    ended = refused(tmp_path, **(PRODUCTION | {name: value}))

    assert ended.returncode == 2
    assert f"{name} " in ended.stderr
    assert [
        secret for secret in (TOKEN[:8], KEY[:8], "hunter2") if secret in ended.stderr + ended.stdout
    ] == []


def test_a_home_where_no_file_can_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = refused(tmp_path / "file" / "home")

    assert ended.returncode == 2
    assert ended.stderr == (
        f"environment:1:1  IVR_HOME is {tmp_path}/file/home, where no file can be kept (Not a directory); "
        "name a folder that may be written  [bad-setting]\nthe line was not started\n"
    )


@pytest.mark.parametrize(
    ("anchor", "why"), [("folder", "Is a directory"), ("file/audit.anchor", "Not a directory")]
)
def test_an_anchor_that_cannot_be_written_is_refused(tmp_path: Path, anchor: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    ended = refused(tmp_path / "home", IVR_AUDIT_ANCHOR=f"{tmp_path}/{anchor}")

    assert ended.returncode == 2
    assert ended.stderr == (
        f"environment:1:1  IVR_AUDIT_ANCHOR is {tmp_path}/{anchor}, which cannot be written ({why}); "
        "name a file on a disk that is there and may be written  [bad-setting]\n"
        "the line was not started\n"
    )


@pytest.mark.parametrize("kept", ["", "short"])
def test_a_kept_key_that_guards_nothing_is_refused(tmp_path: Path, kept: str) -> None:
    (tmp_path / "key").write_text(kept, encoding="ascii")

    ended = refused(tmp_path)

    assert ended.returncode == 2
    assert f"{tmp_path}/key:1:1  this is no key of 32 characters or more; put back the one" in ended.stderr
