"""`ivr desk`, as an agent types it: a card that can be read, and refusals in sentences."""

import re
import shutil
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from click.testing import CliRunner, Result

from ivr.adapters.clock import WallClock
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.cli.desk.desk import command
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.codes import match_code
from ivr.domain.redaction import Secret
from ivr.services.desk.card.card_text import WIDTH
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.staff_ports import StoredMember
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.services.desk.office import Office

KEY = "5d1c8f0e92b7a6434be01d7f8a29c36e"
NUMBER = TO_CHANGE.number
ROOT = Path(__file__).parents[2]
SECOND = timedelta(seconds=1)
UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home whose database has every table and no row."""
    home = tmp_path_factory.mktemp("home")
    upgrade(f"sqlite:///{home}/ivr.db")
    return home


@pytest.fixture
def home(tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = Path(shutil.copytree(empty_home, tmp_path / "home"))
    named = {
        "IVR_HOME": str(made),
        "IVR_DATABASE_URL": f"sqlite:///{made}/ivr.db",
        "IVR_KEY": KEY,
        "IVR_MENUS": str(ROOT / "menus"),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return made


def put(home: Path, case: Case, *, talks: bool = True) -> Case:
    """Store a case as it would be had all of it happened as long ago as it did before AT.

    talks: see `Office.put`.
    """
    ahead = WallClock().now() - AT
    moved: dict[str, Any] = {
        field.name: value + ahead
        for field in fields(case)
        if isinstance(value := getattr(case, field.name), datetime)
    }
    shifted = replace(case, **moved)
    database = Database(
        f"sqlite:///{home}/ivr.db", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
    )
    cases = SqlCases(database, key=Secret(KEY), anchor=Anchor(home / "audit.anchor"))
    office = Office(
        desk=None,  # type: ignore[arg-type]  # the command has its own
        cases=cases,
        database=database,
        url=f"sqlite:///{home}/ivr.db",
        anchor=home / "audit.anchor",
    )
    office.put(shifted, talks=talks)
    database.close()
    return shifted


def employ(home: Path, **names: str) -> None:
    """Let members work here, under these names."""
    database = Database(
        f"sqlite:///{home}/ivr.db", breaker=Breaker(), durability="survives_our_death", longest_wait_s=10
    )
    staff = SqlStaff(SqlCases(database, key=Secret(KEY), anchor=Anchor(home / "audit.anchor")))
    for id_, name in names.items():
        member = Member(id=MemberId(id_), name=name, roles=frozenset({"agent"}), lines=frozenset())
        staff.act(lambda tx, member=member: tx.save(StoredMember(member=member, added_at=AT)))  # type: ignore[misc]  # a loop's own
    database.close()


def desk(*words: str) -> Result:
    return CliRunner().invoke(command, words, catch_exceptions=False)


def said(result: Result) -> str:
    return " ".join(result.output.split())


def match_of(case: Case) -> str:
    return match_code(Secret(KEY), case=case.id, call=case.call)


def test_the_open_cases_are_listed_with_what_comes_next(home: Path) -> None:
    assert desk().output == "no open cases\n"

    put(home, UNCLAIMED)
    listed = desk()

    assert listed.exit_code == 0
    assert re.match(r"900000001 VERIFIED since .* UTC not claimed", said(listed))
    assert "next: Claim the case, with the three digits" in said(listed)
    assert match_of(UNCLAIMED) not in listed.output.replace(NUMBER, "")


def test_a_card_is_narrow_and_says_which_moves_are_locked_and_why(home: Path) -> None:
    put(home, replace(TO_CHANGE, disclaimer_accepted_at=None))

    shown = desk("show", NUMBER)

    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= WIDTH
    assert "locked change: no mail server has accepted the disclaimer e-mail yet" in said(shown)
    assert "now spoke, subaccounts, refuse" in said(shown)


def test_a_case_is_claimed_with_its_digits_and_worked_on_to_a_reset(home: Path) -> None:
    case = put(home, UNCLAIMED)

    wrong = desk("claim", NUMBER, "--agent", "ana", "--match", f"{(int(match_of(case)) + 1) % 1000:03}")
    done = [
        desk("claim", NUMBER, "--agent", "ana", "--match", match_of(case)),
        desk("spoke", NUMBER, "--agent", "ana"),
        desk("subaccounts", NUMBER, "--agent", "ana", "--count", "1"),
        desk("reset", NUMBER, "--agent", "ana"),
        desk("reset-done", NUMBER, "--agent", "ana", "--reference", "T-1"),
    ]
    early = desk("release", NUMBER, "--agent", "ana")

    assert (wrong.exit_code, [one.exit_code for one in done], early.exit_code) == (1, [0] * 5, 1)
    assert "These digits belong to another call. Type the three digits" in said(wrong)
    assert "No subaccount has logged in since the reset. A colleague of the caller signs in" in said(early)
    assert "RESET_DONE" in done[-1].output


def test_a_login_is_recorded_by_a_second_representative_with_its_time_and_then_released(home: Path) -> None:
    case = put(home, replace(TO_RELEASE, subaccount_login_at=None))
    assert case.reset_done_at is not None
    before, after = (f"{case.reset_done_at + step:%Y-%m-%d %H:%M:%S}" for step in (-SECOND, 5 * SECOND))

    seen = ("--name", "kim@northwind.example", "--where", "login history")
    early = desk("login", NUMBER, "--agent", "ben", "--at", before, *seen)
    own = desk("login", NUMBER, "--agent", "agent-1", "--at", after, *seen)
    login = desk("login", NUMBER, "--agent", "ben", "--at", after, *seen)
    release = desk("release", NUMBER, "--agent", "agent-1")
    unrecorded = desk("close", NUMBER, "--agent", "agent-1")
    done = desk("released", NUMBER, "--agent", "agent-1", "--reference", "T-1")
    close = desk("close", NUMBER, "--agent", "agent-1")

    ends = [one.exit_code for one in (early, own, login, release, unrecorded, done, close)]
    assert ends == [1, 1, 0, 0, 1, 0, 0]
    assert "no later than the reset" in said(early)
    assert "cannot be the second representative too" in said(own)
    assert "own link to set a password" in said(release)
    assert "k•••@•••.example in login history, seen by ben" in said(login)
    assert "northwind.example" not in login.output


def test_a_change_is_approved_by_a_colleague_and_made_once(home: Path) -> None:
    put(home, replace(TO_CHANGE, approval_required=True))

    steps = [
        desk("change", NUMBER, "--agent", "agent-1"),
        desk("approve", NUMBER, "--agent", "agent-1"),
        desk("approve", NUMBER, "--agent", "ben"),
        desk("change", NUMBER, "--agent", "agent-1"),
        desk("change", NUMBER, "--agent", "agent-1"),
    ]

    assert [one.exit_code for one in steps] == [1, 1, 0, 0, 1]
    assert "No second representative has approved it. Ask a colleague" in said(steps[0])
    assert "The case is CHANGED, not confirmed by the caller" in said(steps[4])


def test_the_permit_is_shown_to_who_holds_the_case_until_the_change_is_recorded(home: Path) -> None:
    put(home, TO_CHANGE)

    change = desk("change", NUMBER, "--agent", "agent-1")
    (number,) = re.findall(r"PERMIT +([0-9]{5}(?:-[0-9]{5}){3}), serves once, until", change.output)
    shown = {who: desk("show", NUMBER, "--agent", who).output for who in ("agent-1", "ben")}
    unnamed = desk("show", NUMBER).output
    failed = desk("changed", NUMBER, "--agent", "agent-1", "--failed")
    done = desk("changed", NUMBER, "--agent", "agent-1", "--reference", "T-7")

    assert number in shown["agent-1"]
    assert number in failed.output
    assert number not in shown["ben"] + unnamed + done.output
    assert max(map(len, change.output.splitlines())) <= WIDTH
    assert "change FAILED" in said(failed)
    assert "change done" in said(done)
    assert "reference T-7" in said(done)


@pytest.mark.parametrize(("status", "code"), [(202, 0), (500, 1)])
def test_a_product_that_is_asked_takes_the_reset_or_leaves_it_on_record(
    home: Path, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    named = {
        "IVR_DIRECTORY_URL": "https://accounts.example.com",
        "IVR_DIRECTORY_TOKEN": "t" * 32,
        "IVR_PRODUCT_URL": "https://product.example.com",
        "IVR_PRODUCT_SECRET": "s" * 32,
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    case = put(home, TO_RESET)
    reply = {"reference": "P-1", "at": WallClock().now().isoformat()}

    with responses.RequestsMock() as mock:
        mock.post(f"https://product.example.com/accounts/{case.account}/reset", json=reply, status=status)
        reset = desk("reset", NUMBER, "--agent", "agent-1")

    assert reset.exit_code == code
    told = "reset accepted" if status == 202 else "what is on record here stays: look in the product"
    assert told in said(reset)
    assert "RESET_REQUESTED" in desk("show", NUMBER).output


def test_a_case_is_held_restored_and_refused(home: Path) -> None:
    put(home, TO_RESET)

    steps = [
        desk("hold", NUMBER, "--agent", "agent-1"),
        desk("restore", NUMBER, "--agent", "agent-1"),
        desk("refuse", NUMBER, "--agent", "ben", "--why", "withdrew"),
        desk("spoke", NUMBER, "--agent", "agent-1"),
    ]

    assert [one.exit_code for one in steps] == [0, 0, 0, 1]
    assert "The case is over: REFUSED. Open a new case" in said(steps[3])


def test_what_cannot_go_on_record_is_not_done_and_said_so(home: Path) -> None:
    put(home, TO_CHANGE)
    anchor = home / "audit.anchor"
    anchor.unlink(missing_ok=True)
    anchor.mkdir()

    refused = desk("change", NUMBER, "--agent", "agent-1")

    anchor.rmdir()
    assert refused.exit_code == 1
    assert "what cannot go on record is not done" in said(refused)
    assert "CONFIRMED" in desk("show", NUMBER).output


def test_a_case_that_is_not_there_and_a_database_without_tables_are_told_apart(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = desk("show", "999999999")
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{home}/other.db")
    bare = desk()

    assert (missing.exit_code, bare.exit_code) == (1, 1)
    assert "no case has this number" in said(missing)
    assert "run `ivr migrate`" in said(bare)


def test_a_menu_with_faults_leaves_the_rules_unknown_and_ends_with_status_2(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, TO_CHANGE)
    monkeypatch.setenv("IVR_MENUS", str(home))

    ended = desk("change", NUMBER, "--agent", "agent-1")

    assert ended.exit_code == 2
    assert "nothing is done" in said(ended)


def test_where_nobody_manages_the_account_the_manager_is_not_asked(home: Path) -> None:
    put(home, replace(TO_RESET, state="HELD", held_at=AT, l2_at=ago(1_000)))

    done = desk("ask-tam", NUMBER, "--agent", "agent-1")

    assert done.exit_code == 1
    assert "No account manager who works with the console belongs to the account" in done.output


def test_no_command_makes_anybody_verified_or_takes_a_password() -> None:
    options = {
        word for sub in command.commands.values() for one in sub.params for word in (*one.opts, sub.name)
    }

    assert options == {
        *("show", "claim", "spoke", "subaccounts", "reset", "reset-done", "login", "release", "released"),
        *("approve", "change", "changed", "hold", "restore", "call-back", "ask-tam", "refuse", "close"),
        *(
            "keypad",
            "callers",
            "caller",
            "number",
            "--agent",
            "--match",
            "--from",
            "--count",
            "--at",
            "--why",
        ),
        *("--reference", "--failed", "--name", "--where"),
    }


def test_members_are_called_by_their_names_in_lists_cards_and_refusals(home: Path) -> None:
    put(home, replace(TO_CHANGE, agent="ana"))
    employ(home, ana="Ana Lima", ben="Ben Roy")

    listed, card = said(desk()), said(desk("show", NUMBER))
    refused = said(desk("spoke", NUMBER, "--agent", "ben"))

    assert "Ana Lima (ana)" in listed
    assert "Agent Ana Lima (ana), spoke" in card
    assert "The case is claimed by Ana Lima (ana), not by Ben Roy (ben)." in refused
