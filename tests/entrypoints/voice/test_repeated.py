"""The carrier sends a webhook again, late or twice at once: a whole call leaves what it would have left."""

import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import Store, open_store
from ivr.bootstrap.line_parts import LineStores
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.dialogue.place import SECRET_STAGES, STAGES
from tests.entrypoints.voice.calls import Webhook, play_any_call
from tests.entrypoints.voice.service import line_on, post
from tests.sizes import fuzzed

MOST_COPIES = 5
IN_THE_SUITE = 40
"""Calls; `make fuzz` plays a thousand more on each store."""
_PARTS = [
    pytest.param(0, IN_THE_SUITE),
    *(pytest.param(seed, 100, marks=pytest.mark.fuzz) for seed in range(1, 1 + fuzzed(10))),
]
_JUST_ENDED = ("/voice/recorded/", "/voice/dial/")

Facts = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def _threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


def _line_in_memory() -> RehearsalLine:
    store = MemoryStore()
    return replace(line_on(LineStores(journal=store, ledger=store, menus=store)), store=store)


def _in_memory(line: RehearsalLine) -> Facts:
    store = line.store
    return {
        "call": [(begun, store.ended.get(call)) for call, begun in store.begun.items()],
        "journal": sorted((row.key.call, row.key.leg, row.key.turn, row) for row in store.rows.values()),
        "reply": sorted((key.call, key.leg, key.turn, *kept) for key, kept in store.replies.items()),
        "effect": [(kept,) for kept in store.kept],
        "voicemail": [(message,) for message in store.voicemails()],
    }


def _in_database(url: str) -> Facts:
    engine = create_engine(url)
    with engine.connect() as connection:
        found: Facts = {
            name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr)
            for name, table in call_tables.metadata.tables.items()
        }
    engine.dispose()
    return found


def _as_the_carrier_may_order(webhooks: list[Webhook], dice: random.Random) -> list[Webhook]:
    """Let the news of the end overtake the webhook that a caller's hanging up sent at the same moment."""
    ordered = list(webhooks)
    for earlier, later in zip(range(len(ordered)), range(1, len(ordered)), strict=False):
        hung_up = ("CallStatus", "completed") in ordered[earlier].fields
        is_end = ordered[later].path == "/voice/status"
        if hung_up and is_end and ordered[earlier].path.startswith(_JUST_ENDED) and dice.random() < 0.5:
            ordered[earlier], ordered[later] = ordered[later], ordered[earlier]
    return ordered


def _send(line: RehearsalLine, webhooks: list[Webhook], pool: ThreadPoolExecutor) -> None:
    """Send these at once, and hold every answer against that of the plain call."""
    replies = pool.map(lambda webhook: post(line, webhook.path, webhook.fields).get_data(), webhooks)
    for webhook, reply in zip(webhooks, replies, strict=True):
        assert reply == webhook.reply, webhook.path


def _send_again_and_again(
    line: RehearsalLine, webhooks: list[Webhook], dice: random.Random, pool: ThreadPoolExecutor
) -> None:
    """Send each webhook two to five times: some at once, the others beside any later webhook."""
    late: list[Webhook] = []
    for webhook in _as_the_carrier_may_order(webhooks, dice):
        line.clock.at = webhook.at
        copies = dice.randint(2, MOST_COPIES)
        at_once = dice.randint(1, copies)
        dice.shuffle(late)
        due = [late.pop() for _ in range(dice.randint(0, len(late)))]
        batch = [webhook] * at_once + due
        dice.shuffle(batch)
        _send(line, batch, pool)
        late += [webhook] * (copies - at_once)
    _send(line, late, pool)


def _calls(line: RehearsalLine, seed: int, count: int) -> list[list[Webhook]]:
    dice = random.Random(seed)  # noqa: S311 -- the same calls in every run
    return [play_any_call(line, dice, number) for number in range(count)]


@pytest.mark.usefixtures("_threads_take_turns_often")
@pytest.mark.parametrize(("seed", "count"), _PARTS)
def test_repeated_webhooks_leave_in_memory_what_single_ones_leave(seed: int, count: int) -> None:
    plain, repeated = _line_in_memory(), _line_in_memory()
    dice = random.Random(seed)  # noqa: S311 -- as above

    calls = _calls(plain, seed, count)
    with ThreadPoolExecutor(MOST_COPIES) as pool:
        for webhooks in calls:
            _send_again_and_again(repeated, webhooks, dice, pool)

    assert _in_memory(repeated) == _in_memory(plain)


def _line_in(path: Path) -> tuple[RehearsalLine, Store]:
    store = open_store(f"sqlite:///{path}", spool_folder=path.with_suffix(".spool"))
    return line_on(LineStores(journal=store.journal, ledger=store.ledger, menus=store.menus)), store


@pytest.mark.parametrize(("seed", "count"), _PARTS)
def test_repeated_webhooks_leave_in_the_database_what_single_ones_leave(
    seed: int, count: int, empty_database: Path, tmp_path: Path
) -> None:
    once = Path(shutil.copy(empty_database, tmp_path / "once.db"))
    often = Path(shutil.copy(empty_database, tmp_path / "often.db"))
    plain, plain_store = _line_in(once)
    repeated, store = _line_in(often)
    dice = random.Random(seed)  # noqa: S311 -- as above

    calls = _calls(plain, seed, count)
    plain_store.close()
    with ThreadPoolExecutor(MOST_COPIES) as pool:
        for webhooks in calls:
            _send_again_and_again(repeated, webhooks, dice, pool)
    assert store.health().fault is None
    store.close()

    assert _in_database(f"sqlite:///{often}") == _in_database(f"sqlite:///{once}")


def test_the_calls_that_are_repeated_go_everywhere_a_call_can_go() -> None:
    line = _line_in_memory()

    calls = _calls(line, 0, IN_THE_SUITE)

    stages = {webhook.path.split("/")[2] for webhooks in calls for webhook in webhooks[1:]}
    ends = Counter(ended.disposition for ended in line.store.ended.values())
    # Calls that verify somebody are repeated in tests/security: these lines have no accounts, and so nobody
    # is sent to the keypad either.
    sent_back = {"sent_back", "dial_again", "whisper_again", "called_back", "primary"}
    assert stages - SECRET_STAGES == {*(STAGES - SECRET_STAGES - sent_back), "status", "transcribed"}
    assert set(ends) == {"transferred", "voicemail", "answered", "abandoned"}
