import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.twilio.dial_outcome import DialFields
from ivr.adapters.twilio.webhook_events import read_event
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import (
    EntryTyped,
    Event,
    KeyHeard,
    MessageSpoken,
    NothingHeard,
    RecordingId,
    SpeechHeard,
    Unreadable,
)
from ivr.domain.dialogue.place import Stage
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from tests.adapters.twilio.forms import RECORDING, any_forms, form

CALLER = E164("+18181234567")
ANSWERED: list[Stage] = ["turn", "between", "message", "whisper", "accept"]
STAGES: list[Stage] = [*ANSWERED, "dial", "recorded"]


@pytest.mark.parametrize("stage", ANSWERED)
@pytest.mark.parametrize("key", ["1", "9", "0", "*", "#", "12", "1" * 20])
def test_a_key_is_heard_as_it_was_sent(stage: Stage, key: str) -> None:
    assert read_event(stage, form(Digits=key)) == KeyHeard(key=key)


@pytest.mark.parametrize("stage", ANSWERED)
def test_no_key_and_no_word_is_silence(stage: Stage) -> None:
    assert read_event(stage, form()) == NothingHeard()


@pytest.mark.parametrize(
    "digits",
    [
        *(" ", " 1 2", "1 ", "1\n"),
        *("\uff11", "\u0661", "\u00b2", "1\uff11"),
        *("A", "D", "w", "1w2", "hangup", "-1", "1.0"),
        *("5" * 21, "5" * 5000),
    ],
)
def test_digits_that_are_no_keys_are_unreadable(digits: str) -> None:
    assert read_event("turn", form(Digits=digits)) == Unreadable()


@pytest.mark.parametrize("name", ["Digits", "SpeechResult"])
def test_a_field_that_comes_twice_is_unreadable_even_where_both_agree(name: str) -> None:
    assert read_event("turn", form((name, "1"), (name, "1"))) == Unreadable()


def test_a_key_counts_more_than_a_word() -> None:
    assert read_event("turn", form(Digits="3", SpeechResult="shipping")) == KeyHeard(key="3")


@pytest.mark.parametrize(
    ("speech", "text"),
    [
        ("my scanner won't start", "my scanner won't start"),
        ("</Say><Dial>+1900</Dial>", "</Say><Dial>+1900</Dial>"),
        ('<break time="10s"/>', '<break time="10s"/>'),
        ("a\0b\x07c\x0bd\ufffee\ud800f", "abcdef"),
        ("\u202egnp.exe\u200b\u2066!\ufeff", "gnp.exe!"),
        ("two\r\nlines\tand\u00a0more", "two lines and more"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        ("a" * 60_000, "a" * 500),
        ("b" * 499 + " c", "b" * 499),
    ],
)
def test_words_are_kept_as_text_that_a_reader_can_trust(speech: str, text: str) -> None:
    heard = read_event("turn", form(SpeechResult=speech, Confidence="0.5"))

    assert heard == SpeechHeard(text=text, confidence=0.5)


@pytest.mark.parametrize("speech", ["", " ", "\0", "\u200b\u202e"])
def test_words_that_nobody_can_read_are_silence(speech: str) -> None:
    assert read_event("turn", form(SpeechResult=speech)) == NothingHeard()


@pytest.mark.parametrize(
    ("sent", "confidence"),
    [
        *(("0.91", 0.91), ("0", 0.0), ("1", 1.0), ("1.0", 1.0), ("9.5E-4", 0.00095)),
        *(("NaN", 0.0), ("-1", 0.0), ("1e309", 0.0), ("high", 0.0), ("", 0.0), ("inf", 0.0)),
        *(("1.01", 0.0), ("0_1", 0.0), ("\uff11", 0.0), (" 0.5", 0.0), ("0." + "9" * 5000, 0.0)),
    ],
)
def test_a_confidence_outside_its_range_is_none_at_all(sent: str, confidence: float) -> None:
    heard = read_event("turn", form(SpeechResult="shipping", Confidence=sent))

    assert heard == SpeechHeard(text="shipping", confidence=confidence)


@pytest.mark.parametrize("pairs", [[], [("Confidence", "0.9"), ("Confidence", "0.9")]])
def test_a_confidence_that_is_not_said_once_is_none_at_all(pairs: list[tuple[str, str]]) -> None:
    heard = read_event("turn", form(*pairs, SpeechResult="shipping"))

    assert heard == SpeechHeard(text="shipping", confidence=0.0)


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        (
            {"RecordingSid": RECORDING, "RecordingDuration": "12"},
            MessageSpoken(recording=RecordingId(RECORDING), seconds=12),
        ),
        (
            {"RecordingUrl": f"https://api.example.com/R/{RECORDING}", "RecordingDuration": "12"},
            MessageSpoken(recording=RecordingId(RECORDING), seconds=12),
        ),
        (
            {"RecordingUrl": f"http://169.254.169.254/{RECORDING}.wav", "RecordingDuration": "3"},
            MessageSpoken(recording=RecordingId(RECORDING), seconds=3),
        ),
        ({"RecordingSid": RECORDING, "RecordingDuration": "0"}, MessageSpoken(recording=None, seconds=0)),
        ({}, MessageSpoken(recording=None, seconds=0)),
        ({"Digits": "hangup"}, MessageSpoken(recording=None, seconds=0)),
        ({"RecordingSid": RECORDING}, Unreadable()),
        ({"RecordingSid": RECORDING, "RecordingDuration": "-1"}, Unreadable()),
        ({"RecordingSid": RECORDING, "RecordingDuration": "\uff11"}, Unreadable()),
        ({"RecordingSid": RECORDING, "RecordingDuration": "9" * 5000}, Unreadable()),
        ({"RecordingSid": RECORDING.upper(), "RecordingDuration": "12"}, Unreadable()),
        ({"RecordingSid": "", "RecordingDuration": "12"}, Unreadable()),
        ({"RecordingUrl": "http://169.254.169.254/latest/", "RecordingDuration": "12"}, Unreadable()),
        ({"RecordingUrl": f"{RECORDING}/x", "RecordingDuration": "12"}, Unreadable()),
    ],
)
def test_a_message_is_its_recording_and_its_length(fields: dict[str, str], event: Event) -> None:
    assert read_event("recorded", form(**fields)) == event


def test_a_recording_that_is_named_twice_is_unreadable() -> None:
    twice = [("RecordingSid", RECORDING), ("RecordingSid", RECORDING)]

    assert read_event("recorded", form(*twice, RecordingDuration="12")) == Unreadable()


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(STAGES), any_forms)
def test_any_form_gives_a_value_that_keeps_its_promises(stage: Stage, sent: Form) -> None:
    event = read_event(stage, sent)

    match event:
        case KeyHeard(key=key):
            assert 1 <= len(key) <= 20
            assert set(key) <= set("0123456789*#")
        case SpeechHeard(text=text, confidence=confidence):
            assert 1 <= len(text) <= 500
            assert text.strip() == text
            assert 0 <= confidence <= 1
        case MessageSpoken(recording=recording, seconds=seconds):
            assert (recording is None) == (seconds == 0)
        case DialFields():
            assert stage == "dial"
        case _:
            assert event in (NothingHeard(), Unreadable())


@pytest.mark.parametrize("fields", [{}, {"Digits": ""}])
def test_a_pound_key_alone_means_something_only_where_a_pin_is_asked_for(fields: dict[str, str]) -> None:
    pound = form(**fields, FinishedOnKey="#")

    heard = [read_event(stage, pound) for stage in ("pin", "identify", "phone", "saved_for_phone")]

    assert heard[0] == EntryTyped(entry=Secret(""), caller=CALLER)
    assert heard[1:] == [NothingHeard()] * 3


@pytest.mark.parametrize("finished", [{}, {"FinishedOnKey": ""}, {"FinishedOnKey": "*"}])
def test_without_word_of_a_pound_key_no_digits_are_silence(finished: dict[str, str]) -> None:
    assert read_event("pin", form(**finished)) == NothingHeard()


def test_a_pin_is_read_like_every_entry() -> None:
    typed = read_event("pin", form(Digits="1*31415926", FinishedOnKey="#"))
    far_too_long = read_event("pin", form(Digits="1" * 21, FinishedOnKey="#"))

    assert typed == EntryTyped(entry=Secret("1*31415926"), caller=CALLER)
    assert far_too_long == Unreadable()
