"""What cannot go on record is not done; and what was done cannot leave the record unseen."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, text

from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.services.case_ports import Answered, AuditUnavailable, CaseWork
from tests.adapters.database.case_kept import fault_of, on_record, opened, unguard
from tests.adapters.database.sample import BUSY, count, key_of
from tests.domain.recovery.ready import AT, OPENED

TABLES = ("recovery_case", "audit", "reply", "call", "transfer")


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "audit.anchor"


def act(cases: SqlCases, number: int = 0) -> None:
    cases.act(lambda tx: tx.record("act", {"number": number}, at=AT))


def acts(url: str, anchor: Path, times: int) -> None:
    with opened(url, anchor) as cases:
        for number in range(times):
            act(cases, number)


def turn(tx: CaseWork) -> Answered:
    tx.add(OPENED)
    tx.record("act", {}, at=AT)
    return Answered(reply=b"done", effects=(BUSY,))


def run(url: str, *statements: str) -> None:
    """Do what only the database's owner can."""
    unguard(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _a_file_is_in_the_way(path: Path) -> Path:
    path.parent.write_bytes(b"")
    return path


def _a_folder_is_in_the_way(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def _the_disk_is_full(_: Path) -> Path:
    # A device that takes nothing: it opens, and each write to it says that no space is left.
    return Path("/dev/full")


REFUSING = [_a_file_is_in_the_way, _a_folder_is_in_the_way, _the_disk_is_full]


@pytest.mark.parametrize("refuse", REFUSING)
def test_what_cannot_be_anchored_is_not_done(url: str, anchor: Path, refuse: Callable[[Path], Path]) -> None:
    refusing = refuse(anchor)

    with opened(url, refusing) as cases:
        with pytest.raises(AuditUnavailable, match="anchor cannot be written"):
            cases.once(key_of(4), turn, at=AT)
        with pytest.raises(AuditUnavailable):
            act(cases)

    assert [count(url, table) for table in TABLES] == [0] * len(TABLES)


def test_an_act_that_was_refused_is_done_once_the_disk_takes_it(url: str, anchor: Path) -> None:
    with opened(url, Path("/dev/full")) as cases, pytest.raises(AuditUnavailable):
        cases.once(key_of(4), turn, at=AT)

    with opened(url, anchor) as cases:
        reply = cases.once(key_of(4), turn, at=AT)

    assert reply == b"done"
    assert fault_of(url, anchor) is None


def test_a_disk_that_fills_up_behind_an_act_costs_nobody_that_act(url: str, anchor: Path) -> None:
    class Filling(Anchor):
        def intend(self, *records: object) -> None:
            """Be the last line that this disk takes."""

    with opened(url, anchor) as cases:
        cases._anchor = Filling(Path("/dev/full"))
        reply = cases.once(key_of(4), turn, at=AT)

    assert reply == b"done"
    assert len(on_record(url)) == 1


def test_each_act_is_anchored(url: str, anchor: Path) -> None:
    acts(url, anchor, 3)

    assert list(Anchor(anchor).kept()) == [(record.seq, record.seal) for record in on_record(url)]


def test_records_of_many_threads_make_one_chain(url: str, anchor: Path) -> None:
    with opened(url, anchor) as cases, ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda number: act(cases, number), range(30)))

    assert [record.seq for record in on_record(url)] == list(range(1, 31))
    assert {number for number, _ in Anchor(anchor).kept()} == set(range(1, 31))
    assert fault_of(url, anchor) is None


@pytest.mark.parametrize("length", [1, 3, 8, 40, 67])
def test_a_line_that_a_dead_process_tore_swallows_no_other(
    sqlite_url: str, anchor: Path, length: int
) -> None:
    acts(sqlite_url, anchor, 12)
    torn = f"12 {'a' * 64}"[:length]
    with anchor.open("a") as file:
        file.write(torn if length < 67 else torn[:-1])

    acts(sqlite_url, anchor, 1)

    assert fault_of(sqlite_url, anchor) is None
    assert [number for number, _ in Anchor(anchor).kept()] == list(range(1, 14))


def test_an_end_that_was_cut_off_is_found(url: str, anchor: Path) -> None:
    acts(url, anchor, 5)

    run(url, "DELETE FROM audit WHERE seq > 3")

    assert fault_of(url, anchor) == (
        "the chain ends at record 3, and record 5 was anchored: its end is cut off"
    )


def test_a_chain_of_which_nothing_is_left_is_found(url: str, anchor: Path) -> None:
    acts(url, anchor, 2)

    run(url, "DELETE FROM audit")

    assert fault_of(url, anchor) == (
        "the chain ends at record 0, and record 2 was anchored: its end is cut off"
    )


def test_an_anchor_that_is_gone_is_told(sqlite_url: str, anchor: Path) -> None:
    acts(sqlite_url, anchor, 2)

    anchor.unlink()

    assert fault_of(sqlite_url, anchor) == (
        "the anchor's file is not there, so nobody can tell whether the chain's end is cut off: see that "
        "IVR_AUDIT_ANCHOR names it, put it back from a copy, or begin another with `ivr audit anchor`"
    )


def test_nothing_on_record_is_no_fault(sqlite_url: str, anchor: Path) -> None:
    assert fault_of(sqlite_url, anchor) is None


def test_a_database_that_was_put_back_and_went_on_is_found(
    sqlite_url: str, database_path: Path, anchor: Path, tmp_path: Path
) -> None:
    acts(sqlite_url, anchor, 2)
    run(sqlite_url, "PRAGMA wal_checkpoint(TRUNCATE)")
    backup = shutil.copy(database_path, tmp_path / "backup.db")
    acts(sqlite_url, anchor, 3)
    run(sqlite_url, "PRAGMA wal_checkpoint(TRUNCATE)")
    for other in tmp_path.glob("calls.db-*"):
        other.unlink()
    shutil.copy(backup, database_path)

    with opened(sqlite_url, anchor) as cases:
        for number in range(7):
            act(cases, 100 + number)

    assert fault_of(sqlite_url, anchor) == "record 3 is not the one that was anchored"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = REPLACE(body, 'act', 'ACT') WHERE seq = 3",
        "UPDATE audit SET seal = REPLACE(seal, '1', '2') WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "INSERT INTO audit SELECT 0, body, seal FROM audit WHERE seq = 5",
        "INSERT INTO audit SELECT 6, body, seal FROM audit WHERE seq = 5",
        "UPDATE audit SET body = (SELECT body FROM audit WHERE seq = 2) WHERE seq = 3",
    ],
)
def test_a_hand_in_the_table_is_found(url: str, anchor: Path, statement: str) -> None:
    acts(url, anchor, 5)

    run(url, statement)

    assert fault_of(url, anchor) is not None


@pytest.mark.parametrize(
    ("moment", "stored", "anchored"), [("before it is stored", 2, 2), ("before it is anchored", 3, 2)]
)
def test_a_process_that_was_killed_in_the_middle_of_an_act_is_no_tampering(
    url: str, anchor: Path, moment: str, stored: int, anchored: int
) -> None:
    acts(url, anchor, 2)

    command = [sys.executable, "-m", "tests.adapters.database.case_drill", moment, url, str(anchor), "1"]
    killed = subprocess.run(command, capture_output=True, check=False)

    assert killed.returncode == -9
    assert len(on_record(url)) == stored
    assert len(list(Anchor(anchor).kept())) == anchored
    assert fault_of(url, anchor) is None
    acts(url, anchor, 1)
    assert fault_of(url, anchor) is None
    run(url, "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)")
    assert "its end is cut off" in str(fault_of(url, anchor))


def test_bytes_that_fell_into_the_anchor_are_passed_over(sqlite_url: str, anchor: Path) -> None:
    acts(sqlite_url, anchor, 3)
    chance = Random(1)  # noqa: S311 -- what fell in is no secret
    with anchor.open("ab") as file:
        file.write(bytes(byte for byte in chance.randbytes(500) if byte != ord("\n")))

    acts(sqlite_url, anchor, 1)

    assert [number for number, _ in Anchor(anchor).kept()] == [1, 2, 3, 4]
    assert fault_of(sqlite_url, anchor) is None
