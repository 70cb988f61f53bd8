from typing import Final
from xml.etree import ElementTree as ET

from ivr.adapters.twilio.apology import write_apology
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Utterance, Words
from tests.adapters.twilio.strategies import CALLER_ID, ENGLISH, NUMBERS, SUPPORT, VOICES
from tests.twiml_lint import lint

SORRY: Final = (Utterance(language=ENGLISH, parts=(Words(text="Sorry & please hold."),)),)
NOBODY: Final = (Utterance(language=ENGLISH, parts=(Words(text="Please call again."),)),)
GOODBYE: Final = (Utterance(language=ENGLISH, parts=(Words(text="Goodbye."),)),)


def apology(*numbers: E164) -> bytes:
    return write_apology(
        words=SORRY,
        nobody=NOBODY,
        goodbye=GOODBYE,
        voices=VOICES,
        numbers=numbers,
        caller_id=CALLER_ID,
    )


def test_a_caller_hears_one_apology_and_is_put_through_to_whoever_answers_first() -> None:
    said, dial, goodbye, end = ET.fromstring(apology(*NUMBERS[SUPPORT][:2]))  # noqa: S314 -- our own reply

    assert [verb.tag for verb in (said, dial, goodbye, end)] == ["Say", "Dial", "Say", "Hangup"]
    assert (said.text, goodbye.text) == ("Sorry & please hold.", "Goodbye.")
    assert [number.text for number in dial] == list(NUMBERS[SUPPORT][:2])


def test_an_apology_needs_no_service_of_ours() -> None:
    root = ET.fromstring(apology(*NUMBERS[SUPPORT]))  # noqa: S314 -- our own reply

    assert not {"action", "url", "method"} & {name for verb in root.iter() for name in verb.attrib}


def test_more_than_ten_people_are_not_rung_at_once() -> None:
    root = ET.fromstring(apology(*NUMBERS[SUPPORT]))  # noqa: S314 -- our own reply

    assert [number.text for number in root.iter("Number")] == list(NUMBERS[SUPPORT][:10])


def test_without_a_number_the_caller_is_told_and_not_left_in_silence() -> None:
    root = ET.fromstring(apology())  # noqa: S314 -- our own reply

    assert [verb.tag for verb in root] == ["Say", "Say", "Hangup"]
    assert root[1].text == "Please call again."


def test_an_apology_passes_the_lint() -> None:
    assert lint(apology()) == []
    assert lint(apology(*NUMBERS[SUPPORT])) == []
