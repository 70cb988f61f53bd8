"""The ports of this room as a test sees them, kept in the database or in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy import create_engine, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.database.open_store import Store
from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.effects import Effect
from ivr.services.ports import Journal, Ledger, MenuArchive, Voicemail
from tests.adapters.database.sample import (
    CALL,
    count,
    stored_effects,
)


class Voicemails(Protocol):
    def voicemails(self) -> tuple[Voicemail, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    journal: Journal
    ledger: Ledger
    voicemails: Voicemails
    menus: MenuArchive
    effects: Callable[[], set[Effect]]
    turns: Callable[[], int]
    disposition: Callable[[], Disposition | None]
    purge: Callable[[datetime], int]


def in_memory() -> Kept:
    memory = MemoryStore()

    def disposition() -> Disposition | None:
        end = memory.ended.get(CALL)
        return None if end is None else end.disposition

    return Kept(
        journal=memory,
        ledger=memory,
        voicemails=memory,
        menus=memory,
        effects=lambda: set(memory.effects),
        turns=lambda: len(memory.rows),
        disposition=disposition,
        purge=memory.purge_replies,
    )


def in_database(store: Store, url: str) -> Kept:
    def turns() -> int:
        assert store.flush(5)
        return count(url, "journal")

    def disposition() -> Disposition | None:
        engine = create_engine(url)
        with engine.connect() as connection:
            found = connection.execute(select(call_tables.call.c.disposition)).scalar()
        engine.dispose()
        return cast("Disposition | None", found)

    return Kept(
        journal=store.journal,
        ledger=store.ledger,
        voicemails=store.voicemails,
        menus=store.menus,
        effects=lambda: stored_effects(url),
        turns=turns,
        disposition=disposition,
        purge=store.ledger.purge_replies,
    )
