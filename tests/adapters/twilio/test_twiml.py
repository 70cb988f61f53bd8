from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.twilio.twiml import write
from ivr.domain.dialogue.actions import Action, Bridge, HangUp, Record
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Language
from tests.adapters.twilio.builder import built
from tests.adapters.twilio.strategies import (
    CALLER_ID,
    ENGLISH,
    GERMAN,
    NUMBERS,
    SUPPORT,
    TREE,
    URLS,
    actions,
    replies,
)
from tests.adapters.twilio.verbs import ASKS, PLACE, at, document, rings, verbs
from tests.twiml_lint import lint


@settings(max_examples=1500, deadline=None)
@given(actions(turn=7), st.integers(0, 99))
def test_the_vendors_builder_gives_the_same_document(told: list[Action], turn: int) -> None:
    ours = write(TREE, told, numbers=NUMBERS, caller_id=CALLER_ID, urls=URLS).at(turn)

    assert ET.canonicalize(ours) == ET.canonicalize(built(told, turn=turn))


@settings(max_examples=400, deadline=None)
@given(replies(turn=7))
def test_every_reply_to_a_caller_passes_the_lint(told: list[Action]) -> None:
    assert lint(document(*told).at(8)) == []


@pytest.mark.parametrize("told", [(ASKS, HangUp()), (Bridge(),), (HangUp(),)])
def test_every_reply_to_an_agent_passes_the_lint(told: tuple[Action, ...]) -> None:
    assert lint(document(*told).at(8), whisper=True) == []


def test_an_agent_who_accepts_is_joined_by_an_empty_reply() -> None:
    assert list(verbs(Bridge())) == []


def test_addresses_of_different_turns_in_one_reply_are_refused() -> None:
    later = replace(ASKS, place=replace(PLACE, turn=8))

    with pytest.raises(ValueError, match=r"turns \[7, 8\]"):
        document(ASKS, later)


def test_whisper_and_end_of_one_dial_must_name_the_same_turn() -> None:
    with pytest.raises(ValueError, match=r"turns \[7, 8\]"):
        document(replace(rings(0), whisper=at("whisper", turn=8)))


def test_a_dial_with_nobody_to_ring_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody to ring"):
        document(rings())


def test_the_people_of_a_line_ring_together_and_each_hears_the_whisper() -> None:
    dial = verbs(rings(1, 0)).find("Dial")

    assert dial is not None
    assert [number.text for number in dial] == [NUMBERS[SUPPORT][1], NUMBERS[SUPPORT][0]]
    assert {number.get("url") for number in dial} == {URLS.of(at("whisper"))}


def test_the_callers_own_manager_rings_alone_and_hears_the_whisper() -> None:
    reply = document(replace(rings(), own=E164("+14155550190")))

    (number,) = ET.fromstring(reply.at(7)).iter("Number")  # noqa: S314 -- our own reply
    assert (number.text, number.get("url")) == ("+14155550190", URLS.of(at("whisper")))
    assert lint(reply.at(8)) == []


def test_no_more_than_ten_telephones_ring_together() -> None:
    dial = verbs(rings(*range(12))).find("Dial")

    assert dial is not None
    assert [number.text for number in dial] == list(NUMBERS[SUPPORT][:10])


def test_a_comma_does_not_make_two_hints_of_one() -> None:
    gather = verbs(replace(ASKS, hints=("lost, or stolen", " ", "x" * 101, "scan\0ner"))).find("Gather")

    assert gather is not None
    assert gather.get("hints") == "lost or stolen,scanner"


def test_no_more_hints_are_sent_than_are_taken() -> None:
    gather = verbs(replace(ASKS, hints=tuple(f"word {number}" for number in range(600)))).find("Gather")

    assert gather is not None
    assert gather.get("hints", "").split(",") == [f"word {number}" for number in range(500)]


@pytest.mark.parametrize("hints", [(), (" ", "\0", ",")])
def test_without_a_hint_only_keys_are_heard(hints: tuple[str, ...]) -> None:
    gather = verbs(replace(ASKS, hints=hints)).find("Gather")

    assert gather is not None
    assert gather.get("input") == "dtmf"
    assert not {"hints", "language", "speechTimeout"} & gather.attrib.keys()


@pytest.mark.parametrize(
    ("language", "longest_s", "wanted", "expected"),
    [
        (ENGLISH, 120, "yes", "true"),
        (ENGLISH, 3, "yes", "true"),
        (ENGLISH, 121, "yes", None),
        (ENGLISH, 2, "yes", None),
        (ENGLISH, 120, "no", None),
        (GERMAN, 120, "yes", None),
    ],
)
def test_only_short_messages_in_us_english_are_transcribed(
    language: Language, longest_s: int, wanted: str, expected: str | None
) -> None:
    place = replace(at("recorded"), language=language)

    record = verbs(Record(place=place, longest_s=longest_s, transcribe=wanted == "yes")).find("Record")

    assert record is not None
    assert record.get("transcribe") == expected
    assert record.get("transcribeCallback") == (URLS.transcribed() if expected else None)


def test_a_recording_without_a_word_leads_to_the_same_place() -> None:
    place = at("recorded")

    record, redirect = verbs(Record(place=place, longest_s=60, transcribe=False))

    assert record.get("action") == redirect.text == URLS.of(place)
