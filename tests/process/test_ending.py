"""A server that is told to stop, and one whose process is killed."""

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.process.served import call_sid, serving, until


def test_a_turn_answered_just_before_term_is_in_the_database_afterwards(tmp_path: Path) -> None:
    call = call_sid(1)

    # The first turn of a process: its row waits for the journal's first connection.
    with serving(tmp_path) as served:
        reply = served.post(served.begin(call), call, Digits="3")
        served.process.terminate()
        status = served.process.wait(30)

    assert (reply[0], status, served.warned) == (200, 0, "")
    assert served.pressed() == {(call, "3")}


def test_a_turn_that_a_locked_database_did_not_take_before_term_is_spooled(tmp_path: Path) -> None:
    call = call_sid(1)

    with serving(tmp_path) as served:
        path = served.begin(call)
        with closing(sqlite3.connect(tmp_path / "ivr.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            reply = served.post(path, call, Digits="3")
            served.process.terminate()
            status = served.process.wait(30)

    spool = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "spool").glob("*.jsonl"))
    spooled = [fact for line in spool.splitlines() for fact in json.loads(line)]
    assert (reply[0], status, served.pressed()) == (200, 0, set())
    assert [(table, row["call"]) for table, row in spooled if row.get("heard") == "3"] == [("journal", call)]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="a worker is found through /proc")
def test_a_killed_worker_is_replaced_and_the_call_goes_on(tmp_path: Path) -> None:
    call = call_sid(1)

    with serving(tmp_path) as served:
        path = served.begin(call)
        (killed,) = served.workers()
        os.kill(killed, signal.SIGKILL)
        until(lambda: served.workers() not in ([], [killed]) and served.is_ready())
        status, document = served.post(path, call, Digits="3")

    assert (status, "<Gather" in document) == (200, True)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="a worker is found through /proc")
def test_a_worker_that_still_loads_stops_at_term_as_the_others_do(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        (killed,) = served.workers()
        os.kill(killed, signal.SIGKILL)
        until(lambda: served.workers() not in ([], [killed]))
        served.process.terminate()
        served.process.wait(30)

    assert "refused to gracefully stop" not in served.said + served.warned
