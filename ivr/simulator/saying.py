"""What a Say says, as words and in seconds."""

from xml.etree import ElementTree as ET

from ivr.prompt.seconds import seconds_to_say
from ivr.prompt.speech import Words


def words_of(verb: ET.Element) -> str:
    return " ".join(" ".join(verb.itertext()).split())


def seconds_of_words(words: str) -> float:
    return seconds_to_say((Words(text=words),))
