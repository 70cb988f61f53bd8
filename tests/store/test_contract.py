"""What the ports promise, of the database and of its stand-in in memory alike."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import cast

import pytest
from sqlalchemy import create_engine, select

from ivr.dialogue.disposition import CallSummary, Disposition, LastTurn
from ivr.dialogue.effect import Effect, MessageLeft
from ivr.dialogue.event import CallId, RecordingId
from ivr.menu.tree import MenuVersion, NodeId
from ivr.ports import Journal, Ledger, MenuArchive, Voicemail, Voicemails
from ivr.store import tables
from ivr.store.memory import MemoryStore
from ivr.store.open import Store, open_store
from tests.store.sample import (
    ACCEPTED,
    AGENT,
    AT,
    BRIDGED,
    BUSY,
    CALL,
    DECLINED,
    ENGLISH,
    MESSAGE,
    PLACED,
    RECORDING,
    SUPPORT,
    VERSION,
    after,
    begun,
    count,
    ended,
    journal_row,
    key_of,
    stored_effects,
)


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


def _in_memory() -> Kept:
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


def _in_database(store: Store, url: str) -> Kept:
    def turns() -> int:
        assert store.flush(5)
        return count(url, "journal")

    def disposition() -> Disposition | None:
        engine = create_engine(url)
        with engine.connect() as connection:
            found = connection.execute(select(tables.call.c.disposition)).scalar()
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


@pytest.fixture(params=["memory", "database"])
def kept(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield _in_memory()
        return
    store = open_store(url, spool_folder=tmp_path / "spool")
    yield _in_database(store, url)
    assert store.health().fault is None
    assert not store.health().is_spooled
    store.close()


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_turn_that_comes_again_is_one_row(kept: Kept, times: int) -> None:
    for _ in range(times):
        kept.journal.note(journal_row(1))
    kept.journal.note(journal_row(2))

    assert kept.turns() == 2


@pytest.mark.parametrize("times", [1, 2, 5])
def test_recorded_effects_are_kept_once(kept: Kept, times: int) -> None:
    for _ in range(times):
        kept.ledger.record(key_of(3), (PLACED,), at=AT)

    assert kept.effects() == {PLACED}


def test_one_turn_may_end_an_attempt_and_place_the_next(kept: Kept) -> None:
    kept.ledger.once(key_of(4), (BUSY, PLACED), at=AT, reply=b"<a/>")

    assert kept.effects() == {BUSY, PLACED}


def test_a_repeated_turn_gets_the_first_reply_and_leaves_nothing(kept: Kept) -> None:
    kept.ledger.begin(begun())
    first = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<first/>")

    again = [kept.ledger.once(key_of(4), (MESSAGE,), at=after(n), reply=b"<other/>") for n in range(4)]

    assert [first, *again] == [b"<first/>"] * 5
    assert kept.effects() == {BUSY}


def test_a_turn_of_a_call_whose_beginning_is_not_stored_yet_is_kept(kept: Kept) -> None:
    reply = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<first/>")
    kept.ledger.begin(begun())
    again = kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<other/>")

    assert (reply, again) == (b"<first/>", b"<first/>")
    assert kept.effects() == {BUSY}
    assert kept.ledger.summary(CALL) == CallSummary(bridged=False, message_s=0, last=None)


def test_an_older_turn_leaves_nothing_behind_a_newer_one(kept: Kept) -> None:
    kept.ledger.once(key_of(6), (BUSY,), at=after(6), reply=b"<six/>")

    reply = kept.ledger.once(key_of(5), (MESSAGE,), at=after(7), reply=b"<five/>")

    assert reply == b"<five/>"
    assert kept.effects() == {BUSY}


def test_a_turn_after_recorded_effects_is_not_held_back_by_them(kept: Kept) -> None:
    kept.ledger.record(key_of(3), (PLACED,), at=AT)

    kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<four/>")

    assert kept.effects() == {PLACED, BUSY}


def test_the_same_turn_of_two_legs_is_two_turns(kept: Kept) -> None:
    agents = kept.ledger.once(key_of(6, leg=AGENT), (ACCEPTED,), at=after(5), reply=b"<agent/>")
    callers = kept.ledger.once(key_of(6), (BRIDGED,), at=after(70), reply=b"<caller/>")

    assert (agents, callers) == (b"<agent/>", b"<caller/>")
    assert kept.effects() == {ACCEPTED, BRIDGED}


def test_only_a_leg_whose_agent_pressed_the_key_is_accepted(kept: Kept) -> None:
    before = kept.ledger.is_accepted(AGENT)

    kept.ledger.once(key_of(6, leg=AGENT), (ACCEPTED,), at=AT, reply=b"<a/>")

    assert before is False
    assert kept.ledger.is_accepted(AGENT) is True


def test_eight_copies_at_once_leave_one_effect_and_get_one_reply(kept: Kept) -> None:
    kept.ledger.begin(begun())
    together = Barrier(8)

    def copy(number: int) -> bytes:
        together.wait()
        return kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=f"<copy n='{number}'/>".encode())

    with ThreadPoolExecutor(8) as threads:
        replies = set(threads.map(copy, range(8)))

    assert len(replies) == 1
    assert kept.effects() == {BUSY}


def test_a_summary_tells_the_callers_last_turn_and_not_the_agents(kept: Kept) -> None:
    kept.ledger.begin(begun())
    for row in (journal_row(1), journal_row(2, judged="goodbye"), journal_row(7, leg=AGENT)):
        kept.journal.note(row)

    summary = kept.ledger.summary(CALL)

    last = LastTurn(
        version=VERSION, node=NodeId("shipping-where"), language=ENGLISH, judged="goodbye", at=after(2)
    )
    assert summary == CallSummary(bridged=False, message_s=0, last=last)


def test_a_summary_tells_the_longest_message(kept: Kept) -> None:
    kept.ledger.begin(begun())
    short = MessageLeft(line=SUPPORT, recording=RecordingId("RE4"), seconds=3)
    kept.ledger.once(key_of(4), (MESSAGE,), at=AT, reply=b"<a/>")
    kept.ledger.once(key_of(6), (short,), at=AT, reply=b"<a/>")

    assert kept.ledger.summary(CALL) == CallSummary(bridged=False, message_s=9, last=None)


@pytest.mark.parametrize(
    ("ends", "bridged"),
    [
        pytest.param((BRIDGED,), True, id="talked"),
        pytest.param((), True, id="the end of the talk is not known yet"),
        pytest.param((DECLINED,), False, id="the caller was gone"),
    ],
)
def test_an_accepted_leg_counts_until_its_dial_says_otherwise(
    kept: Kept, ends: tuple[Effect, ...], *, bridged: bool
) -> None:
    kept.ledger.begin(begun())
    kept.ledger.once(key_of(6, leg=AGENT), (ACCEPTED,), at=after(5), reply=b"<a/>")
    kept.ledger.once(key_of(5), ends, at=after(9), reply=b"<a/>")

    assert kept.ledger.summary(CALL) == CallSummary(bridged=bridged, message_s=0, last=None)


def test_a_call_that_is_unknown_or_over_has_no_summary(kept: Kept) -> None:
    unknown = kept.ledger.summary(CALL)
    kept.ledger.begin(begun())
    live = kept.ledger.summary(CALL)
    kept.ledger.close(ended("answered"))

    assert unknown is None
    assert live is not None
    assert kept.ledger.summary(CALL) is None


def test_the_first_news_of_a_calls_end_holds(kept: Kept) -> None:
    kept.ledger.begin(begun())
    kept.ledger.close(ended("answered"))

    kept.ledger.close(ended("failed"))
    kept.ledger.begin(begun())

    assert kept.disposition() == "answered"


@pytest.mark.parametrize(
    ("effect", "disposition"),
    [(MESSAGE, "voicemail"), (BRIDGED, "transferred"), (BUSY, "abandoned")],
)
def test_a_last_webhook_that_arrives_after_the_end_still_counts(
    kept: Kept, effect: Effect, disposition: Disposition
) -> None:
    kept.ledger.begin(begun())
    kept.ledger.close(ended("abandoned", at=after(30)))

    kept.ledger.once(key_of(4), (effect,), at=after(32), reply=b"<a/>")

    assert kept.effects() == {effect}
    assert kept.disposition() == disposition


def test_a_late_fact_never_weakens_a_disposition(kept: Kept) -> None:
    kept.ledger.close(ended("transferred", at=after(30)))

    kept.ledger.once(key_of(4), (MESSAGE,), at=after(31), reply=b"<a/>")

    assert kept.disposition() == "transferred"


def test_a_call_that_is_long_over_takes_nothing_more(kept: Kept) -> None:
    kept.ledger.begin(begun())
    kept.ledger.close(ended("abandoned", at=after(30)))

    reply = kept.ledger.once(key_of(4), (MESSAGE,), at=after(600), reply=b"<a/>")

    assert reply == b"<a/>"
    assert kept.effects() == set()
    assert kept.disposition() == "abandoned"


def test_messages_are_listed_oldest_first_with_their_transcripts(kept: Kept) -> None:
    other = MessageLeft(line=SUPPORT, recording=RecordingId("RE0"), seconds=4)
    kept.ledger.transcribe(RECORDING, "it came before its message")
    kept.ledger.once(key_of(4, call=CallId("CA9")), (other,), at=after(5), reply=b"<a/>")
    kept.ledger.once(key_of(4), (MESSAGE,), at=AT, reply=b"<a/>")
    kept.ledger.transcribe(RECORDING, "and again")

    found = kept.voicemails.voicemails()

    assert found == (
        Voicemail(
            recording=RECORDING,
            call=CALL,
            line=SUPPORT,
            at=AT,
            seconds=9,
            transcript="it came before its message",
        ),
        Voicemail(
            recording=other.recording,
            call=CallId("CA9"),
            line=SUPPORT,
            at=after(5),
            seconds=4,
            transcript=None,
        ),
    )


def test_replies_are_forgotten_after_their_time_and_effects_are_not(kept: Kept) -> None:
    kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<four/>")
    kept.ledger.once(key_of(5), (PLACED,), at=after(60), reply=b"<five/>")

    purged = kept.purge(after(1))

    assert purged == 1
    assert kept.ledger.once(key_of(4), (BUSY,), at=AT, reply=b"<again/>") == b"<again/>"
    assert kept.ledger.once(key_of(5), (), at=AT, reply=b"<again/>") == b"<five/>"
    assert kept.effects() == {BUSY, PLACED}


def test_a_menu_is_given_back_as_it_was_first_kept(kept: Kept) -> None:
    files = {"faq.yaml": b"start: main\n", "lines.yaml": b"\x00\xff", "empty.yaml": b""}

    kept.menus.keep(VERSION, files)
    kept.menus.keep(VERSION, {"faq.yaml": b"something else"})

    assert kept.menus.files(VERSION) == files
    assert kept.menus.files(MenuVersion("ffffffffffff")) is None
