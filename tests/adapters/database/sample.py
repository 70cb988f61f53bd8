"""A call to keep, and a look into the database at what was kept of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from sqlalchemy import create_engine, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.open_store import Store
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.effects import (
    Effect,
    LegAccepted,
    MessageLeft,
    PrimaryAnswered,
    TransferEnded,
    TransferPlaced,
)
from ivr.domain.dialogue.events import CallId, LegId, Outcome, RecordingId
from ivr.domain.dialogue.turn import Judgement
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language
from ivr.domain.recovery.primary_answer import Way
from ivr.services.ports import CallBegun, CallEnded, JournalRow, TurnKey

CALL = CallId("CA" + "1" * 32)
AGENT = LegId("CA" + "2" * 32)
RECORDING = RecordingId("RE" + "3" * 32)
SUPPORT = LineId("support")
VERSION = MenuVersion("0123456789ab")
ENGLISH = Language("en")
AT = datetime(2026, 11, 24, 18, 0, 0, 123_457, tzinfo=UTC)

PLACED = TransferPlaced(line=SUPPORT, person=0, why="Shipping")
BUSY = TransferEnded(line=SUPPORT, person=0, outcome="busy", talk_s=0)
BRIDGED = TransferEnded(line=SUPPORT, person=0, outcome="bridged", talk_s=61)
DECLINED = TransferEnded(line=SUPPORT, person=0, outcome="declined", talk_s=0)
ACCEPTED = LegAccepted(leg=AGENT, line=SUPPORT)
MESSAGE = MessageLeft(line=SUPPORT, recording=RECORDING, seconds=9)

# A page or two is still free in a file that may not grow.
BIG = b"<Say>" + b"x" * 100_000 + b"</Say>"


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def key_of(turn: int, *, call: CallId = CALL, leg: str | None = None) -> TurnKey:
    return TurnKey(call=call, leg=LegId(leg or call), turn=turn)


def begun(call: CallId = CALL) -> CallBegun:
    return CallBegun(
        call=call, at=AT, version=VERSION, language=ENGLISH, caller="5e", called=None, stir_level="A"
    )


def ended(disposition: Disposition, *, at: datetime = AT) -> CallEnded:
    return CallEnded(call=CALL, at=at, status="completed", disposition=disposition)


def journal_row(turn: int, *, leg: str | None = None, judged: Judgement = "choice") -> JournalRow:
    return JournalRow(
        key=key_of(turn, leg=leg),
        version=VERSION,
        node=NodeId("shipping-where"),
        language=ENGLISH,
        judged=judged,
        heard="3",
        at=after(turn),
        took_ms=0.25,
    )


def leave_facts(store: Store) -> bytes:
    """Leave some of each kind, while the store may fail; give the reply that its first turn got."""
    reply = store.ledger.once(key_of(4), (BUSY, PLACED), at=after(4), reply=BIG)
    store.ledger.begin(begun())
    store.ledger.record(key_of(5), (MESSAGE,), at=after(5))
    store.ledger.once(key_of(5, leg=AGENT), (ACCEPTED,), at=after(5), reply=b"<agent/>")
    store.ledger.transcribe(RECORDING, "call me")
    for turn in range(3):
        store.journal.note(journal_row(turn))
    assert store.flush(5)
    return reply


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def stored_effects(url: str, call: CallId = CALL) -> set[Effect]:
    """Read every effect of the call back, as the dialogue meant it."""
    found: set[Effect] = set()
    engine = create_engine(url)
    with engine.connect() as connection:
        for row in connection.execute(
            select(call_tables.transfer).where(call_tables.transfer.c.call == call)
        ):
            line, person = LineId(row.line), cast("int", row.person)
            found.add(
                TransferPlaced(line=line, person=person, why=row.why)
                if row.moment == "placed"
                else TransferEnded(
                    line=line, person=person, outcome=cast("Outcome", row.outcome), talk_s=row.talk_s
                )
            )
        for row in connection.execute(select(call_tables.leg).where(call_tables.leg.c.call == call)):
            found.add(LegAccepted(leg=LegId(row.id), line=LineId(row.line)))
        for row in connection.execute(
            select(call_tables.voicemail).where(call_tables.voicemail.c.call == call)
        ):
            found.add(
                MessageLeft(line=LineId(row.line), recording=RecordingId(row.recording), seconds=row.seconds)
            )
        said = call_tables.primary_answer
        for row in connection.execute(select(said).where(said.c.call == call)):
            found.add(PrimaryAnswered(is_primary=bool(row.is_primary), way=cast("Way", row.way)))
    engine.dispose()
    return found


def count(url: str, table: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(select(call_tables.metadata.tables[table])).all()
    engine.dispose()
    return len(rows)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for a thread in the background, at most as long as any machine needs."""
    pause = Event()
    for _ in range(1000):
        if is_so():
            return
        pause.wait(0.01)
    pytest.fail("it did not happen in ten seconds")
