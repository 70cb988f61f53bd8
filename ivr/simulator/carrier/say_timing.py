"""What a Say says, as words and in seconds."""

import re
from xml.etree import ElementTree as ET

from ivr.domain.prompts.durations import seconds_to_say
from ivr.domain.prompts.speech import Silence, Words

_MILLISECONDS = re.compile(r"[0-9]+(?=ms$)")


def words_of(verb: ET.Element) -> str:
    return " ".join(" ".join(verb.itertext()).split())


def seconds_of(verb: ET.Element) -> float:
    """Estimate how long the verb is heard, its breaks included."""
    rests = (_MILLISECONDS.match(pause.get("time", "")) for pause in verb.iter("break"))
    silences = tuple(Silence(ms=int(rest[0])) for rest in rests if rest)
    return seconds_to_say((Words(text=words_of(verb)), *silences))
