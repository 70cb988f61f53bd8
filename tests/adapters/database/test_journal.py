from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ivr.adapters.database.open_store import Store, open_store
from tests.adapters.database.sample import count, journal_row, key_of, wait_until


def test_a_noted_row_is_written_without_being_asked_for(store: Store, url: str) -> None:
    store.journal.note(journal_row(1))
    wait_until(lambda: count(url, "journal") == 1)

    store.journal.note(journal_row(2))

    wait_until(lambda: count(url, "journal") == 2)


def test_rows_noted_by_many_threads_are_all_written(store: Store, url: str) -> None:
    def note(thread: int) -> None:
        for turn in range(200):
            store.journal.note(journal_row(turn, leg=f"CA{thread}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(note, range(8)))

    assert store.flush(5)
    assert count(url, "journal") == 8 * 200


def test_closing_writes_what_was_noted_last(url: str, tmp_path: Path) -> None:
    store = open_store(url, spool_folder=tmp_path / "spool")
    for turn in range(30):
        store.journal.note(journal_row(turn))

    store.close()

    assert count(url, "journal") == 30


def test_a_row_that_the_database_refuses_takes_no_other_with_it(store: Store, url: str) -> None:
    store.journal.note(replace(journal_row(1), key=key_of(2**70)))
    store.journal.note(journal_row(2))

    assert store.flush(5)
    assert store.mend()
    assert count(url, "journal") == 1
    assert store.health().set_aside == 1


def test_a_flush_does_not_wait_for_ever(store: Store) -> None:
    with store.journal._draining:
        store.journal.note(journal_row(1))
        in_time = store.flush(0.01)

    assert not in_time
    assert store.flush(5)
