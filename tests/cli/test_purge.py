import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from ivr.adapters.clock import WallClock
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.cli.group import main
from ivr.domain.redaction import Secret
from tests.adapters.database.case_kept import put
from tests.domain.recovery.ready import TO_RELEASE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path, no_cases: Path) -> Path:
    shutil.copy(no_cases, tmp_path / "line.db")
    return tmp_path


def run(home: Path, *words: str) -> Result:
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": "k" * 32,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
        "IVR_MENUS": str(home / "menus" if (home / "menus").exists() else ROOT / "menus"),
        "IVR_PROMPTS": str(ROOT / "prompts"),
    }
    return CliRunner().invoke(main, [*words], env=environment, catch_exceptions=False)


def store_old_replies(home: Path, count: int) -> None:
    engine = create_engine(f"sqlite:///{home / 'line.db'}")
    with engine.begin() as connection:
        for turn in range(count):
            row = {"turn": turn}
            connection.execute(
                text("INSERT INTO reply (call, leg, turn, at_us) VALUES ('a', 'a', :turn, 0)"), row
            )
    engine.dispose()


def test_what_went_is_counted_and_a_second_run_finds_nothing(home: Path) -> None:
    store_old_replies(home, 2)

    first, second = run(home, "purge"), run(home, "purge")

    assert (first.exit_code, first.stdout) == (0, "gone: 2 replies\n")
    assert (second.exit_code, second.stdout) == (0, "nothing is too old\n")


def test_a_purge_is_put_on_record(home: Path) -> None:
    store_old_replies(home, 2)

    run(home, "purge")

    assert '"replies": 2' in run(home, "audit", "export").stdout
    assert run(home, "audit", "verify").stdout == "the audit holds: 1 records\n"


def test_a_database_without_tables_is_named_with_the_remedy(home: Path) -> None:
    (home / "line.db").unlink()

    result = run(home, "purge")

    assert result.exit_code == 1
    assert "run `ivr migrate`" in result.stderr


def test_an_anchor_that_cannot_be_written_lets_nothing_go(home: Path) -> None:
    store_old_replies(home, 2)
    (home / "audit.anchor").mkdir()

    result = run(home, "purge")
    (home / "audit.anchor").rmdir()

    assert result.exit_code == 1
    assert "what cannot go on record is not done" in result.stderr
    assert run(home, "purge").stdout == "gone: 2 replies\n"


def put_old_records(home: Path, count: int) -> None:
    """Put so many records of the year 2020 into the audit."""
    database = Database(f"sqlite:///{home / 'line.db'}", breaker=Breaker(), durability="survives_power_loss")
    cases = SqlCases(database, key=Secret("k" * 32), anchor=Anchor(home / "audit.anchor"))
    for _ in range(count):
        cases.act(lambda tx: tx.record("case", {}, at=datetime(2020, 1, 1, tzinfo=UTC)))
    database.close()


def test_records_of_the_audit_go_after_24_months_and_the_rest_is_verified_from_there(home: Path) -> None:
    put_old_records(home, 3)

    first, second = run(home, "purge"), run(home, "purge")
    verified = run(home, "audit", "verify")

    assert (first.exit_code, first.stdout) == (0, "gone: 3 records of the audit\n")
    assert (second.exit_code, second.stdout) == (0, "nothing is too old\n")
    assert verified.exit_code == 0
    assert verified.stdout.startswith(
        "the audit holds: 1 records, from record 4 on; those before were let go on "
    )


def test_a_purge_begins_the_anchor_again_so_that_it_does_not_grow_for_ever(home: Path) -> None:
    put_old_records(home, 300)
    long = (home / "audit.anchor").stat().st_size

    run(home, "purge")

    assert (home / "audit.anchor").stat().st_size < long / 100
    assert run(home, "audit", "verify").exit_code == 0


def test_an_anchor_that_cannot_be_exchanged_grows_on_and_holds(home: Path) -> None:
    put_old_records(home, 3)
    (home / "audit.anchor.new").mkdir()

    result = run(home, "purge")

    assert (result.exit_code, result.stdout) == (0, "gone: 3 records of the audit\n")
    assert "was not begun again (Is a directory), and is as it was" in result.stderr
    assert run(home, "audit", "verify").exit_code == 0


def test_of_an_audit_that_does_not_hold_nothing_goes_and_the_rest_does(home: Path) -> None:
    put_old_records(home, 3)
    store_old_replies(home, 2)
    (home / "audit.anchor").unlink()
    (home / "audit.anchor").write_text(f"9 {'a' * 64}\n")

    result = run(home, "purge")

    assert (result.exit_code, result.stdout) == (1, "gone: 2 replies\n")
    assert "the audit does not hold" in result.stderr
    assert "of the audit nothing goes" in result.stderr
    assert len(run(home, "audit", "export").stdout.splitlines()) == 4


@pytest.mark.parametrize(("hours", "told"), [(2, "gone: 1 lapsed\n"), (4, "nothing is too old\n")])
def test_a_reset_waits_for_its_login_as_long_as_the_policy_says(home: Path, hours: int, told: str) -> None:
    write_policy(home, f"login_wait_hours: {hours}\n")
    since = WallClock().now() - timedelta(hours=3)
    waiting = replace(TO_RELEASE, opened_at=since, reset_done_at=since, subaccount_login_at=None)
    put(f"sqlite:///{home / 'line.db'}", waiting)

    assert run(home, "purge").stdout == told


def test_a_policy_with_faults_lets_nothing_go(home: Path) -> None:
    write_policy(home, "login_wait_hours: soon\n")
    store_old_replies(home, 2)

    result = run(home, "purge")

    assert result.exit_code == 2
    assert "nothing went" in result.stderr
    write_policy(home, "pci: off\n")
    assert run(home, "purge").stdout == "gone: 2 replies\n"


def write_policy(home: Path, text: str) -> None:
    menus = home / "menus"
    if not menus.exists():
        shutil.copytree(ROOT / "menus", menus)
    (menus / "verification.yaml").write_text(text, encoding="ascii")
