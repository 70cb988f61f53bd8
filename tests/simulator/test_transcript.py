from xml.etree import ElementTree as ET

from ivr.simulator.carrier.say_timing import words_of
from ivr.simulator.transcript import Heard, Transcript, told


def test_who_it_was_stands_in_a_column_of_its_own() -> None:
    words = " ".join(["word"] * 40)

    rows = told(Heard(who="whisper", words=words)).split("\n")

    assert rows[0].startswith("to the agent  word")
    assert all(row.startswith(" " * 14 + "word") for row in rows[1:])
    assert max(map(len, rows)) <= 88
    assert " ".join(row[14:] for row in rows) == words


def test_everything_is_kept_in_order_and_told_at_once() -> None:
    live: list[Heard] = []
    transcript = Transcript(told=live.append)

    transcript.note("caller", "presses 1")
    transcript.note("line", "Goodbye.")

    assert [one.words for one in transcript.heard] == ["presses 1", "Goodbye."]
    assert live == transcript.heard


def test_markup_is_heard_as_the_words_in_it() -> None:
    verb = ET.fromstring('<Say>Go  to <prosody rate="80%">9 1 9</prosody>\n<break time="600ms" /> now</Say>')  # noqa: S314 -- written here

    assert words_of(verb) == "Go to 9 1 9 now"
