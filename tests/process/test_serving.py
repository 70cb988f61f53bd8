"""Lines that are only asked: two servers on one home, one by day and one by night."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.bootstrap.rehearsal import line_for_tests
from ivr.domain.redaction import Secret
from tests.entrypoints.voice.service import MORNING
from tests.process.served import ROOT, Served, call_sid, serving, until
from tests.twiml_lint import lint

DAY = "2026-11-24T10:00:00-08:00"
NIGHT = "2026-11-24T23:00:00-08:00"
CLOSED = "Customer Service is closed. It opens in"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def day(home: Path) -> Iterator[Served]:
    with serving(home, "--clock", DAY, IVR_PUBLIK_URL="x") as served:
        yield served


@pytest.fixture(scope="module")
def night(home: Path, day: Served) -> Iterator[Served]:
    assert day.is_ready()
    with serving(home, "--clock", NIGHT) as served:
        yield served


def test_it_says_which_menu_it_serves_and_where_it_listens(day: Served) -> None:
    line = line_for_tests(menus=str(ROOT / "menus"), prompts=str(ROOT / "prompts"), at=MORNING)

    assert day.said.startswith(f"menu {line.tree.version}; ")
    assert day.said.endswith(f"; listening on 127.0.0.1:{day.port}\n")


def test_health_is_for_everybody(day: Served) -> None:
    assert day.get("/healthz") == (200, "ok\n")
    assert day.get("/readyz") == (200, '{"degraded":[],"status":"ready"}\n')


def test_a_signed_call_gets_the_main_menu(day: Served) -> None:
    status, document = day.post("/voice", call_sid(1))

    assert (status, lint(document)) == (200, [])
    assert "Please choose." in document


def test_a_call_signed_with_another_token_is_refused(day: Served) -> None:
    assert day.post("/voice", call_sid(2), token=Secret("f" * 32)) == (403, "")


def test_a_misspelt_setting_is_warned_about_with_the_nearest(day: Served) -> None:
    assert "IVR_PUBLIK_URL is no setting; did you mean IVR_PUBLIC_URL?" in day.warned


def test_development_makes_a_key_that_only_its_owner_may_read(day: Served) -> None:
    key = day.home / "key"

    assert len(bytes.fromhex(key.read_text(encoding="ascii"))) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_line_goes_by_the_clock_that_it_was_given(day: Served, night: Served) -> None:
    # Two calls: a turn of the same call would get the reply that the other server has stored.
    by_day, by_night = (
        served.post(served.begin(call), call, Digits="0")[1]
        for served, call in ((day, call_sid(3)), (night, call_sid(4)))
    )

    assert (lint(by_day), lint(by_night)) == ([], [])
    assert "something went wrong" not in by_day + by_night
    assert ("<Dial" in by_day, CLOSED in by_day) == (True, False)
    assert ("<Dial" in by_night, CLOSED in by_night) == (False, True)


def test_two_servers_on_one_home_keep_what_each_was_told(day: Served, night: Served) -> None:
    mine, theirs = call_sid(5), call_sid(6)
    day.post(day.begin(mine), mine, Digits="3")
    night.post(night.begin(theirs), theirs, Digits="3")

    until(lambda: {(mine, "3"), (theirs, "3")} <= day.pressed())
    assert ['"ready"' in served.get("/readyz")[1] for served in (day, night)] == [True, True]
