"""Who talks with an agent now in a call about no case, as both databases tell it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.open_store import Store
from ivr.domain.dialogue.effects import LegAccepted, TransferPlaced
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.prompts.speech import Language
from ivr.services.desk_ports import PlacedTransfer
from tests.adapters.database.case_kept import opened
from tests.adapters.database.sample import (
    AT,
    BRIDGED,
    CALL,
    PLACED,
    SUPPORT,
    after,
    begun,
    ended,
    journal_row,
    key_of,
)
from tests.domain.recovery.ready import OPENED

OTHER = CallId("CA" + "7" * 32)
LONG_AGO = after(-60)


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        yield cases


def rings(store: Store, call: CallId = CALL, *, at: datetime = AT) -> None:
    placed = replace(PLACED, person=1)
    store.ledger.record(key_of(5, call=call), (placed,), at=at)


def takes(store: Store, call: CallId = CALL, *, at: datetime = AT) -> None:
    leg = LegId(call[:-1] + "9")
    store.ledger.record(key_of(6, call=call, leg=leg), (LegAccepted(leg=leg, line=SUPPORT),), at=at)


def talks(cases: SqlCases, *, since: datetime = LONG_AGO) -> tuple[PlacedTransfer, ...]:
    return cases.act(lambda tx: tx.desk.talks(since))


def test_a_call_that_an_agent_took_is_a_talk_with_all_that_the_desk_is_told(
    store: Store, cases: SqlCases
) -> None:
    store.ledger.begin(begun())
    rings(store)
    takes(store, at=after(8))

    assert talks(cases) == (
        PlacedTransfer(
            at=AT,
            lines=("support",),
            taken_at=after(8),
            has_ended=False,
            call=CALL,
            person=1,
            turn=5,
            version="0123456789ab",
            why="Shipping",
            language="en",
        ),
    )


def test_ringing_is_no_talk_and_neither_is_one_that_is_over(store: Store, cases: SqlCases) -> None:
    rings(store)
    assert talks(cases) == ()
    takes(store, at=after(8))
    assert len(talks(cases)) == 1
    store.ledger.record(key_of(8), (BRIDGED,), at=after(90))
    assert talks(cases) == ()


def test_a_call_that_ended_is_no_talk_where_the_end_of_its_dial_was_never_told(
    store: Store, cases: SqlCases
) -> None:
    store.ledger.begin(begun())
    rings(store)
    takes(store, at=after(8))
    store.ledger.close(ended("transferred", at=after(90)))

    assert talks(cases) == ()


def test_a_call_about_a_case_is_seen_at_its_case(store: Store, cases: SqlCases) -> None:
    for call in (CALL, OTHER):
        rings(store, call)
        takes(store, call, at=after(8))

    def join(call: CallId) -> None:
        cases.act(lambda tx: tx.join(OPENED.id, call, AT))

    assert [one.call for one in talks(cases)] == [CALL, OTHER]
    join(CALL)
    assert [one.call for one in talks(cases)] == [OTHER]


def test_a_talk_that_began_before_the_moment_is_not_told(store: Store, cases: SqlCases) -> None:
    rings(store)
    takes(store, at=after(8))

    assert len(talks(cases, since=after(7))) == 1
    assert talks(cases, since=after(8)) == ()


def test_the_language_is_the_callers_own_of_the_last_turn(store: Store, cases: SqlCases) -> None:
    store.ledger.begin(begun())
    rings(store)
    takes(store, at=after(8))
    spoken = ((3, None, "en"), (4, None, "de"), (9, "CA" + "8" * 32, "fr"))
    for turn, leg, language in spoken:
        store.journal.note(replace(journal_row(turn, leg=leg), language=Language(language)))
    assert store.flush(30)

    (talk,) = talks(cases)

    assert talk.language == "de"


def test_of_several_who_were_rung_the_last_one_has_the_call(store: Store, cases: SqlCases) -> None:
    rings(store)
    second = TransferPlaced(line=SUPPORT, person=0, why="Shipping")
    store.ledger.record(key_of(7), (replace(BRIDGED, person=1, outcome="busy"), second), at=after(20))
    takes(store, at=after(25))

    (talk,) = talks(cases)

    assert (talk.person, talk.turn, talk.taken_at) == (0, 7, after(25))
