"""Whatever a turn can leave behind comes back the same from the database, through the spool or not."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.database.calls.fact_rows import turn_taken
from ivr.adapters.database.open_store import Store, open_store
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.database.timestamps import us_of
from ivr.domain.dialogue.effects import (
    Effect,
    LegAccepted,
    MessageLeft,
    PrimaryAnswered,
    TransferEnded,
    TransferPlaced,
)
from ivr.domain.dialogue.events import CallId, LegId, RecordingId
from ivr.domain.menus.line import LineId
from tests.adapters.database.cluster import Cluster
from tests.adapters.database.conftest import DATABASES
from tests.adapters.database.sample import AT, MESSAGE, RECORDING, key_of, stored_effects, url_of

# PostgreSQL's texts hold no NUL; nor does an id of the carrier, or a name in a menu.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
LINES = TEXTS.map(LineId)
NUMBERS = st.integers(0, 2**31 - 1)
OUTCOMES = st.sampled_from(("bridged", "declined", "busy", "no_answer", "failed", "caller_left"))
_ANY = st.lists(
    st.builds(TransferPlaced, line=LINES, person=NUMBERS, why=TEXTS)
    | st.builds(TransferEnded, line=LINES, person=NUMBERS, outcome=OUTCOMES, talk_s=NUMBERS)
    | st.builds(LegAccepted, leg=TEXTS.map(LegId), line=LINES)
    | st.builds(MessageLeft, line=LINES, recording=TEXTS.map(RecordingId), seconds=NUMBERS),
    max_size=4,
)
# A turn answers one question at most.
_ANSWERS = st.lists(
    st.builds(PrimaryAnswered, is_primary=st.booleans(), way=st.sampled_from(("key", "word"))), max_size=1
)
EFFECTS = st.tuples(_ANY, _ANSWERS).map(lambda both: [*both[0], *both[1]])


def _named_apart(effects: list[Effect], call: CallId) -> tuple[Effect, ...]:
    """Give every leg and recording a name of its own, as the carrier does."""
    named: list[Effect] = []
    for part, effect in enumerate(effects):
        match effect:
            case LegAccepted(leg=leg):
                named.append(replace(effect, leg=LegId(f"{call}.{part}.{leg}")))
            case MessageLeft(recording=recording):
                named.append(replace(effect, recording=RecordingId(f"{call}.{part}.{recording}")))
            case _:
                named.append(effect)
    return tuple(named)


@pytest.fixture(scope="module", params=DATABASES)
def lasting_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[str]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("round-trip") / "calls.db"
        path.write_bytes(empty_database.read_bytes())
        yield url_of(path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.make(copy_of="filled")
    yield cluster.url_of(name)
    cluster.drop(name)


@pytest.fixture(scope="module")
def spool_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def lasting_store(lasting_url: str, spool_folder: Path) -> Iterator[Store]:
    store = open_store(lasting_url, spool_folder=spool_folder)
    yield store
    store.close()


CALLS = count()


@settings(max_examples=40, deadline=None)
@given(effects=EFFECTS, turn=st.integers(0, 40), document=st.binary())
def test_every_effect_comes_back_the_same(
    lasting_store: Store,
    lasting_url: str,
    spool_folder: Path,
    effects: list[Effect],
    turn: int,
    document: bytes,
) -> None:
    direct, spooled = CallId(f"CA{next(CALLS)}"), CallId(f"CA{next(CALLS)}")
    once = lasting_store.ledger.once

    once(key_of(turn, call=direct), _named_apart(effects, direct), at=AT, reply=document)
    left_by_another = Spool(spool_folder)
    fact = turn_taken(
        key_of(turn, call=spooled), _named_apart(effects, spooled), at_us=us_of(AT), document=document
    )
    left_by_another.append([fact], care="to_the_system")
    left_by_another.close()
    assert lasting_store.mend()

    for call in (direct, spooled):
        assert stored_effects(lasting_url, call) == set(_named_apart(effects, call))
        assert once(key_of(turn, call=call), (), at=AT, reply=b"other") == document


def test_a_transcript_with_a_character_that_no_text_holds_is_kept_without_it(store: Store) -> None:
    store.ledger.record(key_of(4), (MESSAGE,), at=AT)

    store.ledger.transcribe(RECORDING, "call\0 me")

    assert [message.transcript for message in store.voicemails.voicemails()] == ["call\ufffd me"]
