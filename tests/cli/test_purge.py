from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from ivr.cli.group import main
from ivr.store.migrate import upgrade


@pytest.fixture
def home(tmp_path: Path) -> Path:
    upgrade(f"sqlite:///{tmp_path / 'line.db'}")
    return tmp_path


def run(home: Path, *words: str) -> Result:
    environment = {
        "IVR_HOME": str(home),
        "IVR_KEY": "k" * 32,
        "IVR_DATABASE_URL": f"sqlite:///{home / 'line.db'}",
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
