"""A store that fails costs a caller nothing, and no fact."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from ivr.adapters.database.open_store import Store, open_store
from ivr.services.ports import StoreUnavailable
from tests.adapters.database.sample import (
    ACCEPTED,
    AGENT,
    AT,
    BIG,
    BUSY,
    CALL,
    MESSAGE,
    PLACED,
    VERSION,
    after,
    begun,
    count,
    ended,
    journal_row,
    key_of,
    leave_facts,
    stored_effects,
    wait_until,
)

Fault = Callable[[Store, Path], AbstractContextManager[None]]


@contextmanager
def _gone(store: Store, path: Path) -> Iterator[None]:
    away = path.with_suffix(".away")
    # A connection that is open keeps the file it opened, wherever that went.
    for database in store.databases:
        database.close()
    path.rename(away)
    path.mkdir()
    yield
    path.rmdir()
    away.rename(path)


@contextmanager
def _locked(_: Store, path: Path) -> Iterator[None]:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    yield
    holder.rollback()
    holder.close()


@contextmanager
def _corrupt(_: Store, path: Path) -> Iterator[None]:
    whole = path.with_suffix(".whole")
    shutil.copy(path, whole)
    path.write_bytes(b"\xa5" * path.stat().st_size)
    yield
    whole.rename(path)


def _limited(pragma: str, lifted: str) -> Fault:
    """Make every connection of the store refuse to write, by the limit that stands for the fault."""

    @contextmanager
    def limited(store: Store, _: Path) -> Iterator[None]:
        is_limited = True

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(pragma if is_limited else lifted)

        for database in store.databases:
            event.listen(database.engine, "checkout", limit)
        yield
        is_limited = False

    return limited


FAULTS = {
    "gone": _gone,
    "locked": _locked,
    "corrupt": _corrupt,
    "read-only": _limited("PRAGMA query_only=ON", "PRAGMA query_only=OFF"),
    "full": _limited("PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000"),
}


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Break a file; what breaks of a server is in test_postgresql.py."""
    return sqlite_url


@pytest.fixture(params=list(FAULTS))
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = FAULTS[request.param]
    return found


def test_facts_of_a_failing_store_are_answered_and_stored_when_it_is_back(
    store: Store, url: str, database_path: Path, fault: Fault
) -> None:
    with fault(store, database_path):
        reply = leave_facts(store)
        during = store.health()
    mended = store.mend()

    assert reply == BIG
    assert not during.is_available
    assert mended
    assert (store.health().is_available, store.health().is_spooled, store.health().dropped) == (
        True,
        False,
        0,
    )
    assert stored_effects(url) == {BUSY, PLACED, MESSAGE, ACCEPTED}
    assert [message.transcript for message in store.voicemails.voicemails()] == ["call me"]
    assert [count(url, table) for table in ("call", "journal", "reply")] == [1, 3, 3]
    assert store.ledger.once(key_of(4), (), at=after(9), reply=b"<other/>") == BIG


def test_a_failing_store_says_that_it_does_not_know(store: Store, database_path: Path, fault: Fault) -> None:
    store.ledger.begin(begun())
    with fault(store, database_path):
        store.ledger.once(key_of(4), (BUSY,), at=AT, reply=BIG)

        assert store.ledger.is_accepted(AGENT) is None
        assert store.ledger.summary(CALL) is None
        with pytest.raises(StoreUnavailable):
            store.menus.files(VERSION)
        with pytest.raises(StoreUnavailable):
            store.menus.keep(VERSION, {"faq.yaml": BIG}, served_at=AT)


def test_a_message_list_that_cannot_be_read_says_so(store: Store, database_path: Path) -> None:
    with _corrupt(store, database_path), pytest.raises(StoreUnavailable):
        store.voicemails.voicemails()

    assert store.voicemails.voicemails() == ()


def test_replaying_twice_stores_once(store: Store, url: str, database_path: Path, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    with _locked(store, database_path):
        leave_facts(store)
        store.spool.close()
        copies = {path.name: path.read_bytes() for path in spool.glob("*.jsonl")}
    store.mend()
    for name, content in copies.items():
        (spool / name).write_bytes(content)

    assert store.mend()
    assert stored_effects(url) == {BUSY, PLACED, MESSAGE, ACCEPTED}
    assert [count(url, table) for table in ("call", "journal", "transfer")] == [1, 3, 2]


def test_an_older_spooled_turn_is_stored_behind_a_newer_one(
    store: Store, url: str, database_path: Path
) -> None:
    with _locked(store, database_path):
        store.ledger.once(key_of(4), (BUSY,), at=after(4), reply=b"<four/>")
    store.breaker.close()
    store.ledger.once(key_of(6), (MESSAGE,), at=after(6), reply=b"<six/>")
    store.ledger.close(ended("voicemail", at=after(7)))

    assert store.mend()
    assert stored_effects(url) == {BUSY, MESSAGE}
    assert store.ledger.once(key_of(6), (), at=after(8), reply=b"<other/>") == b"<six/>"


def test_a_spooled_acceptance_is_not_denied(store: Store, database_path: Path) -> None:
    with _locked(store, database_path):
        store.ledger.once(key_of(5, leg=AGENT), (ACCEPTED,), at=AT, reply=b"<a/>")
    store.breaker.close()

    before = store.ledger.is_accepted(AGENT)
    store.mend()

    # The journal's thread may have stored it before we asked.
    assert before is not False
    assert store.ledger.is_accepted(AGENT) is True


def test_the_store_recovers_by_itself(url: str, database_path: Path, tmp_path: Path) -> None:
    store = open_store(url, spool_folder=tmp_path / "spool", retry_s=0.0, longest_wait_s=0.02)
    with _locked(store, database_path):
        store.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<a/>")

    wait_until(lambda: store.health().is_available and not store.health().is_spooled)

    assert stored_effects(url) == {BUSY}
    store.close()


def test_what_a_dead_process_left_is_stored_by_the_next(
    url: str, database_path: Path, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    first = open_store(url, spool_folder=spool, longest_wait_s=0.02)
    with _locked(first, database_path):
        first.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<a/>")
        first.close()

    second = open_store(url, spool_folder=spool)
    second.journal.note(journal_row(1))
    wait_until(lambda: not second.health().is_spooled)

    assert stored_effects(url) == {BUSY}
    second.close()


def test_a_dead_store_is_asked_once_and_not_by_every_turn(store: Store, database_path: Path) -> None:
    asked: list[str] = []
    for database in store.databases:
        event.listen(database.engine, "do_connect", lambda *_: asked.append("connect"))
    with _gone(store, database_path):
        for turn in range(50):
            store.ledger.once(key_of(turn), (BUSY,), at=AT, reply=b"<a/>")

    assert len(asked) == 1


def test_rows_that_the_database_refuses_hold_up_no_others(store: Store, url: str, tmp_path: Path) -> None:
    too_large = 2**70
    store.ledger.once(key_of(too_large), (BUSY,), at=AT, reply=b"<a/>")
    store.ledger.record(key_of(5), (PLACED,), at=AT)

    assert store.mend()
    assert store.health().is_available
    assert stored_effects(url) == {PLACED}
    assert store.health().set_aside == 1
    assert [str(too_large) in path.read_text() for path in (tmp_path / "spool").iterdir()] == [True]


def test_an_unknown_kind_of_database_is_named_when_the_store_is_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no driver is installed"):
        open_store("nosuchsql://host/calls", spool_folder=tmp_path)
