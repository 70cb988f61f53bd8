"""`ivr desk` takes members alone, puts the system's user on record, and is nobody's second person."""

import json
import os
import pwd
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.cli.desk.desk import command
from ivr.cli.group import main
from ivr.domain.recovery.case import BY_PRODUCT, Case
from tests.adapters.database.case_kept import on_record, opened
from tests.cli.test_desk import KEY, NUMBER, desk, empty_home, home, match_of, put, said
from tests.domain.recovery.ready import TO_CHANGE, TO_RELEASE, TO_RESET
from tests.process.production import PRODUCTION

__all__ = ["empty_home", "home"]  # fixtures of the tests below

AGENT = ("--role", "agent", "--line", "support")
REASON = ("--why", "mistake")
SEEN = ("--name", "kim", "--where", "login history")
REFERENCE = ("--reference", "T-1")
MOVES: dict[str, tuple[str, ...]] = {
    "claim": ("--match", "000"),
    "spoke": (),
    "subaccounts": ("--count", "0"),
    "reset": (),
    "reset-done": REFERENCE,
    "login": ("--at", "2026-11-24 18:00:00", *SEEN),
    "release": (),
    "released": REFERENCE,
    "approve": (),
    "change": (),
    "changed": REFERENCE,
    "hold": (),
    "restore": (),
    "close": (),
    "call-back": (),
    "ask-tam": (),
    "refuse": REASON,
}
"""Every command of the desk by which a case is moved, with what it needs."""


def staff(*words: str) -> None:
    done = CliRunner().invoke(main, ["staff", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output


@pytest.fixture
def roster(home: Path) -> Path:
    staff("add", "ana", *AGENT)
    staff("add", "agent-1", *AGENT)
    staff("add", "ben", "--role", "supervisor")
    staff("add", "tom", "--role", "tam")
    staff("add", "gone", *AGENT)
    staff("disable", "gone")
    return home


def audit(home: Path) -> list[dict[str, Any]]:
    return [json.loads(record.body) for record in on_record(f"sqlite:///{home}/ivr.db")]


def in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the settings of a line that is live."""
    for name, value in {**PRODUCTION, "IVR_KEY": KEY}.items():
        monkeypatch.setenv(name, value)


def test_every_move_of_the_desk_is_held_here() -> None:
    others = {"show", "callers", "keypad"}

    assert {*MOVES, *others} == set(command.commands)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("name", ["eve", "gone", "tom"])
def test_no_move_is_made_by_a_name_that_is_no_working_members(roster: Path, move: str, name: str) -> None:
    case = put(roster, replace(TO_CHANGE, agent=name))

    refused = desk(move, NUMBER, "--agent", name, *MOVES[move])

    assert refused.exit_code == 1
    assert "nothing was done" in said(refused)
    assert "`ivr staff list`" in said(refused)
    assert stored(roster) == case
    last = audit(roster)[-1]
    assert (last["kind"], last["actor"], "member" in last["reason"].split()) == (
        "case_refused",
        f"agent:{name}",
        True,
    )


def stored(home: Path) -> Case:
    with opened(f"sqlite:///{home}/ivr.db", home / "audit.anchor") as cases:
        found = cases.act(lambda tx: tx.case_numbered(NUMBER))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["eve", "gone", "tom", "Ana Lima"])
@pytest.mark.parametrize("words", [("callers",), ("keypad", "f" * 16), ("show", NUMBER)])
def test_nobody_else_is_shown_a_permit_or_a_caller_either(
    roster: Path, name: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in {**PRODUCTION, "IVR_ENV": "development", "IVR_KEY": KEY}.items():
        monkeypatch.setenv(variable, value)
    put(roster, TO_CHANGE)

    refused = desk(*words, "--agent", name)

    assert refused.exit_code == 1
    assert "Case 9" not in refused.output


def test_the_operating_systems_user_is_on_record_with_every_move(roster: Path) -> None:
    case = put(roster, replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None))

    done = [
        desk("claim", NUMBER, "--agent", "ana", "--match", match_of(case)),
        desk("spoke", NUMBER, "--agent", "ana"),
        desk("close", NUMBER, "--agent", "ana"),
        desk("refuse", NUMBER, "--agent", "ben", *REASON),
    ]

    assert [one.exit_code for one in done] == [0, 0, 1, 0]
    user = pwd.getpwuid(os.getuid()).pw_name
    moves = [one for one in audit(roster) if one["kind"] in ("case", "case_refused")]
    assert [one["outcome"] for one in moves] == ["claim", "spoke", "close", "REFUSED"]
    assert [one["os_user"] for one in moves] == [user] * 4


def test_no_variable_says_who_runs_a_command(roster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    put(roster, TO_RESET)

    desk("refuse", NUMBER, "--agent", "ben", *REASON)

    assert audit(roster)[-1]["os_user"] == pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("case", "move"),
    [
        (replace(TO_RELEASE, subaccount_login_at=None), "login"),
        (TO_RELEASE, "release"),
        (replace(TO_CHANGE, approval_required=True), "approve"),
    ],
    ids=["login", "release", "approve"],
)
def test_in_production_what_takes_a_second_person_is_done_in_the_console(
    roster: Path, monkeypatch: pytest.MonkeyPatch, case: Case, move: str
) -> None:
    before = put(roster, case)
    in_production(monkeypatch)

    refused = desk(move, NUMBER, "--agent", "ben", *MOVES[move])

    shown = said(desk("show", NUMBER, "--agent", "ben"))
    assert f"locked {move}: this takes a second person" in shown
    following = shown.partition("NEXT")[2].partition("SAY")[0]
    assert "Sign in to the console, and do it there." in following
    assert refused.exit_code == 1
    assert "a terminal cannot tell one person from two. Sign in to the console" in said(refused)
    assert stored(roster) == before


def test_in_production_a_release_by_what_the_product_told_is_made(
    roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(roster, replace(TO_RELEASE, subaccount_login_by=BY_PRODUCT))
    in_production(monkeypatch)

    released = desk("release", NUMBER, "--agent", "agent-1")

    assert released.exit_code == 0, released.output
    assert stored(roster).released_by == "agent-1"


def test_in_production_nobody_is_believed_where_nobody_was_added(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, TO_RESET)
    in_production(monkeypatch)

    refused = desk("spoke", NUMBER, "--agent", "agent-1")

    assert refused.exit_code == 1
    assert "Nobody on the roster is called agent-1" in said(refused)


def test_a_rehearsal_without_a_roster_believes_who_is_named_and_says_so(home: Path) -> None:
    put(home, TO_RESET)

    spoke = desk("spoke", NUMBER, "--agent", "agent-1")

    assert spoke.exit_code == 0
    assert "whoever is named is believed. `ivr staff add ana --role supervisor` ends that" in said(spoke)
    assert "is believed" not in said(desk("show", NUMBER))


def test_a_card_that_names_its_reader_locks_what_that_one_may_not_do(roster: Path) -> None:
    put(roster, replace(TO_RELEASE, subaccount_login_by="ben"))

    shown = {who: said(desk("show", NUMBER, "--agent", who)) for who in ("ben", "ana")}

    assert "locked release: ben (ben) recorded the login" in shown["ben"]
    assert "recorded the login" not in shown["ana"]
