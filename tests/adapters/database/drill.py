"""Processes that are killed, race or fork.

`python -m tests.adapters.database.drill DRILL URL SPOOL TIMES`
"""

import os
import random
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import open_store
from ivr.adapters.database.schema_version import schema_state
from ivr.domain.dialogue.events import CallId
from tests.adapters.database.sample import AT, BUSY, PLACED, journal_row, key_of


def kill(url: str, spool: Path, times: int) -> None:
    """Kill a process that stores one turn after the other; print how many it said it had stored."""
    chance = random.Random(7)  # noqa: S311 -- where to kill is no secret
    for number in range(times):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _store_for_ever(url, spool, CallId(f"CA{number}"), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            acknowledged = len(said.read(chance.randint(1, 30)))
            os.kill(child, signal.SIGKILL)
            acknowledged += len(said.read())
        os.waitpid(child, 0)
        sys.stdout.write(f"CA{number} {acknowledged}\n")


def _store_for_ever(url: str, spool: Path, call: CallId, writing: int) -> None:
    store = open_store(url, spool_folder=spool, longest_wait_s=0.5)
    for turn in count():
        store.ledger.once(key_of(turn, call=call), (BUSY, PLACED), at=AT, reply=b"<a/>")
        os.write(writing, b".")


def race(url: str, spool: Path, times: int) -> None:
    """Send the same turn from several processes at once; print the replies."""
    waiting, starting = os.pipe()
    children: list[int] = []
    for number in range(times):
        child = os.fork()
        if child == 0:
            os.close(starting)
            store = open_store(url, spool_folder=spool)
            os.read(waiting, 1)
            reply = store.ledger.once(key_of(4), (BUSY,), at=AT, reply=f"from {number}".encode())
            os.write(1, reply + b"\n")
            store.close()
            os._exit(0)
        children.append(child)
    os.close(starting)
    for child in children:
        os.waitpid(child, 0)


def migrate(url: str, _: Path, times: int) -> None:
    """Upgrade from several processes at once; print the state that each one finds afterwards."""
    waiting, starting = os.pipe()
    children: list[int] = []
    for _number in range(times):
        child = os.fork()
        if child == 0:
            os.close(starting)
            os.read(waiting, 1)
            upgrade(url)
            engine = create_engine(url)
            os.write(1, schema_state(engine).encode() + b"\n")
            os._exit(0)
        children.append(child)
    os.close(starting)
    for child in children:
        os.waitpid(child, 0)


def fork(url: str, spool: Path, _: int) -> None:
    """Fork while the journal's thread runs; both go on with their own."""
    store = open_store(url, spool_folder=spool)
    store.journal.note(journal_row(1))
    store.ledger.record(key_of(1), (PLACED,), at=AT)
    child = os.fork()
    store.journal.note(journal_row(2 if child else 3))
    store.ledger.record(key_of(2 if child else 3), (BUSY,), at=AT)
    store.close()
    if child:
        os.waitpid(child, 0)


if __name__ == "__main__":
    drill, url, spool, times = sys.argv[1:]
    {"kill": kill, "race": race, "upgrade": migrate, "fork": fork}[drill](url, Path(spool), int(times))
