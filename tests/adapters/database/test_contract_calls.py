"""What the ports promise of a whole call, of the database and of its stand-in in memory alike."""

from dataclasses import replace

import pytest

from ivr.domain.dialogue.call_disposition import CallSummary, Disposition, LastTurn
from ivr.domain.dialogue.effects import Effect, MessageLeft
from ivr.domain.dialogue.events import CallId, RecordingId
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.services.ports import Voicemail
from tests.adapters.database.kept import Kept
from tests.adapters.database.sample import (
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
    ended,
    journal_row,
    key_of,
)


def test_a_summary_tells_the_callers_last_turn_and_not_the_agents(kept: Kept) -> None:
    kept.ledger.begin(begun())
    for row in (journal_row(1), journal_row(2, judged="goodbye"), journal_row(7, leg=AGENT)):
        kept.journal.note(row)

    summary = kept.ledger.summary(CALL)

    last = LastTurn(
        version=VERSION, node=NodeId("shipping-where"), language=ENGLISH, judged="goodbye", at=after(2)
    )
    assert summary == CallSummary(bridged=False, message_s=0, last=last)


def test_calls_from_a_number_of_ours_are_named_while_they_go_on(kept: Kept) -> None:
    first, second, third, other = (CallId(f"CA{number}") for number in range(4))
    for call, seconds in ((second, 2), (first, 1), (third, 3)):
        kept.ledger.begin(replace(begun(), call=call, at=after(seconds), flag="own_number"))
    kept.ledger.begin(replace(begun(), call=other, at=after(1), flag="other_number"))
    kept.ledger.begin(begun())

    assert kept.ledger.from_ourselves(AT) == (first, second, third)
    assert kept.ledger.from_ourselves(after(2)) == (second, third)
    kept.ledger.close(replace(ended("abandoned"), call=second))
    assert kept.ledger.from_ourselves(AT) == (first, third)


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


@pytest.mark.parametrize(
    ("effect", "disposition"),
    [(MESSAGE, "voicemail"), (BRIDGED, "transferred"), (BUSY, "abandoned")],
)
def test_a_last_webhook_that_came_while_the_end_was_judged_counts_too(
    kept: Kept, effect: Effect, disposition: Disposition
) -> None:
    kept.ledger.begin(begun())
    kept.ledger.once(key_of(4), (effect,), at=after(29), reply=b"<a/>")

    kept.ledger.close(ended("abandoned", at=after(30)))

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

    kept.menus.keep(VERSION, files, served_at=AT)
    kept.menus.keep(VERSION, {"faq.yaml": b"something else"}, served_at=AT)

    assert kept.menus.files(VERSION) == files
    assert kept.menus.files(MenuVersion("ffffffffffff")) is None
