"""A server that fails costs a caller nothing, and no fact."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Connection, create_engine, func, select

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import Store
from ivr.services.ports import StoreUnavailable
from tests.adapters.database.cluster import Cluster
from tests.adapters.database.sample import (
    ACCEPTED,
    AGENT,
    BIG,
    BUSY,
    CALL,
    MESSAGE,
    PLACED,
    VERSION,
    after,
    begun,
    count,
    key_of,
    leave_facts,
    stored_effects,
)

Fault = Callable[[Cluster, str], AbstractContextManager[None]]


@contextmanager
def _stopped(cluster: Cluster, _: str) -> Iterator[None]:
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


@contextmanager
def _locked(cluster: Cluster, name: str) -> Iterator[None]:
    engine = create_engine(cluster.url_of(name))
    tables = ", ".join(f'"{table}"' for table in metadata.tables)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        yield
    engine.dispose()


@contextmanager
def _read_only(cluster: Cluster, name: str) -> Iterator[None]:
    cluster.command("ALTER DATABASE {} SET default_transaction_read_only = on", name)
    yield
    cluster.command("ALTER DATABASE {} RESET default_transaction_read_only", name)


FAULTS = {"stopped": _stopped, "locked": _locked, "read-only": _read_only}


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.mark.parametrize("fault", FAULTS)
def test_facts_of_a_failing_server_are_answered_and_stored_when_it_is_back(
    store: Store, url: str, cluster: Cluster, postgresql_name: str, fault: str
) -> None:
    break_it: Fault = FAULTS[fault]
    with break_it(cluster, postgresql_name):
        reply = leave_facts(store)
        during = store.health()
    mended = store.mend()

    health = store.health()
    assert reply == BIG
    assert not during.is_available
    assert mended
    assert (health.is_available, health.is_spooled, health.dropped) == (True, False, 0)
    assert stored_effects(url) == {BUSY, PLACED, MESSAGE, ACCEPTED}
    assert [message.transcript for message in store.voicemails.voicemails()] == ["call me"]
    assert [count(url, table) for table in ("call", "journal", "reply")] == [1, 3, 3]
    assert store.ledger.once(key_of(4), (), at=after(9), reply=b"<other/>") == BIG


def test_a_server_that_restarted_between_two_turns_is_asked_again(store: Store, cluster: Cluster) -> None:
    store.ledger.begin(begun())
    cluster.stop()
    cluster.start()

    store.ledger.once(key_of(4), (BUSY,), at=after(4), reply=b"<a/>")

    assert store.health().is_available
    assert not store.health().is_spooled


def test_a_stopped_server_says_that_nothing_is_known(store: Store, url: str, cluster: Cluster) -> None:
    store.ledger.begin(begun())
    with _stopped(cluster, ""):
        accepted, summary = store.ledger.is_accepted(AGENT), store.ledger.summary(CALL)
        with pytest.raises(StoreUnavailable):
            store.menus.files(VERSION)
        with pytest.raises(StoreUnavailable, match="server is up"):
            upgrade(url)

    assert (accepted, summary) == (None, None)


def test_two_that_wait_for_each_other_are_both_done(url: str) -> None:
    database = Database(url, breaker=Breaker(retry_s=3600), durability="survives_power_loss")
    met, tries = Barrier(2), [0]

    def work(connection: Connection, order: tuple[int, int]) -> None:
        tries[0] += 1
        for place, key in enumerate(order):
            connection.execute(select(func.pg_advisory_xact_lock(key)))
            if place == 0 and tries[0] <= 2:
                met.wait(timeout=10)

    with ThreadPoolExecutor(2) as threads:
        orders = ((1, 2), (2, 1))
        done = [threads.submit(database.run, partial(work, order=order)) for order in orders]
        assert [one.exception() for one in done] == [None, None]

    assert tries[0] == 3
    database.close()
