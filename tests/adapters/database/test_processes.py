import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, func, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.open_store import open_store
from tests.adapters.database.sample import count, url_of
from tests.sizes import drilled

# A thousand kills show what twenty only hint at.
KILLS = drilled(20, full=1000)


def _drill(name: str, url: str, spool: Path, times: int) -> list[str]:
    command = [sys.executable, "-m", "tests.adapters.database.drill", name, url, str(spool), str(times)]
    shown = subprocess.run(command, capture_output=True, check=True, text=True)
    return shown.stdout.splitlines()


def _stored_turns(url: str) -> dict[str, int]:
    """Count the turns of each call, from the parts that a turn leaves: two, or it would be torn."""
    engine = create_engine(url)
    call, turn = call_tables.transfer.c.call, call_tables.transfer.c.turn
    parts = select(call, turn, func.count().label("parts")).group_by(call, turn).subquery()
    query = select(parts.c.call, func.count(), func.min(parts.c.parts)).group_by(parts.c.call)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
        if engine.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
    assert {fewest for _, _, fewest in rows} == {2}
    return {name: turns for name, turns, _ in rows}


def _assert_kept(lines: list[str], url: str, spool: Path) -> None:
    said = dict(line.split() for line in lines)
    store = open_store(url, spool_folder=spool)
    mended = store.mend()
    store.close()
    stored = _stored_turns(url)
    assert mended
    assert len(said) == KILLS
    # The turn in hand at the kill may be stored without having been acknowledged.
    assert [call for call, turns in said.items() if stored[call] - int(turns) not in (0, 1)] == []
    assert not list(spool.glob("*.jsonl"))


def test_a_killed_process_loses_nothing_that_it_said_it_had_stored(url: str, tmp_path: Path) -> None:
    said = _drill("kill", url, tmp_path / "spool", KILLS)

    _assert_kept(said, url, tmp_path / "spool")


def test_a_killed_process_loses_nothing_that_it_said_it_had_spooled(
    tmp_path: Path, empty_database: Path
) -> None:
    path = tmp_path / "state" / "calls.db"

    said = _drill("kill", url_of(path), tmp_path / "spool", KILLS)

    path.parent.mkdir()
    shutil.copy(empty_database, path)
    _assert_kept(said, url_of(path), tmp_path / "spool")


def test_copies_in_several_processes_leave_one_effect_and_get_one_reply(url: str, tmp_path: Path) -> None:
    replies = _drill("race", url, tmp_path / "spool", 4)

    assert len(replies) == 4
    assert len(set(replies)) == 1
    assert count(url, "transfer") == 1


def test_a_forked_process_keeps_its_own_rows(url: str, tmp_path: Path) -> None:
    _drill("fork", url, tmp_path / "spool", 1)

    assert [count(url, table) for table in ("journal", "transfer")] == [3, 3]
    assert not list((tmp_path / "spool").glob("*"))
