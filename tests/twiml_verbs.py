"""Rules about one verb that join several of its parts. Each is given the element."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from tests.twiml_limits import BASIC_VOICES, E164, whole
from tests.twiml_urls import complaints_of_address, complaints_of_webhook

Rule = Callable[[ET.Element], Iterator[str]]

MOST_AT_ONCE: Final = 10
SPEECH: Final = ("speechTimeout", "speechModel", "hints", "profanityFilter", "enhanced", "maxSpeechTime")


def _gather(gather: ET.Element) -> Iterator[str]:
    if "action" not in gather.attrib:
        yield "action is missing: the same document would come again and again"
    if gather.get("actionOnEmptyResult") != "true":
        yield 'actionOnEmptyResult="true" is missing: silence would not be heard of'


def _gather_input(gather: ET.Element) -> Iterator[str]:
    taken = gather.get("input", "dtmf")
    if "speech" not in taken:
        yield from (
            f"{name} says nothing where only keys are taken" for name in SPEECH if name in gather.attrib
        )
    if taken == "speech" and {"numDigits", "finishOnKey"} & set(gather.attrib):
        yield "keys are described where only speech is taken"
    if "speechModel" in gather.attrib and whole(1)(gather.get("speechTimeout", "auto")):
        yield "speechModel needs a speechTimeout in whole seconds"


def _gather_audio(gather: ET.Element) -> Iterator[str]:
    for play in gather.iter("Play"):
        if "digits" in play.attrib:
            yield "Play with digits cannot be nested"
        if _content(play).partition("?")[0].lower().endswith(".mp3"):
            yield "a nested Play must not be an .mp3, which starts late: use .wav"


def _say(say: ET.Element) -> Iterator[str]:
    voice, spoken = say.get("voice", "man"), "".join(say.itertext())
    language = say.get("language", "en-US")
    if not any(character.isalnum() for character in spoken):
        yield "there is nothing to say"
    if voice in BASIC_VOICES and len(say):
        yield "a basic voice takes no SSML"
    if voice.startswith("Google."):
        if not voice.startswith(f"Google.{language}-"):
            yield f"the voice {voice} does not speak {language}"
        if any(True for _ in say.iter("w")):
            yield "a voice of Google takes no <w>"
    size, most = _length(say, voice, spoken)
    if size > most:
        yield f"{size} characters are too many for {voice}: at most {most}"


def _length(say: ET.Element, voice: str, spoken: str) -> tuple[int, int]:
    """Count what the vendor counts: tags are free with Polly and not with Google."""
    if voice.startswith("Google."):
        written = ET.tostring(say, encoding="unicode").strip()
        return len(written[written.index(">") + 1 :].removesuffix("</Say>")), 5_000
    return len(spoken), 3_000 if voice.startswith("Polly.") else 4_000


def _play(play: ET.Element) -> Iterator[str]:
    url = _content(play)
    if bool(url) == ("digits" in play.attrib):
        yield "either a URL or digits must be played"
    elif url:
        yield from (f"the URL {complaint}" for complaint in complaints_of_address(url))


def _dial(dial: ET.Element) -> Iterator[str]:
    number = _content(dial)
    if bool(number) == bool(len(dial)):
        yield "either a number or elements must be dialled"
    elif number and (complaint := E164(number)):
        yield f"the number {complaint}"
    for tag in ("Number", "Client", "Sip"):
        if len(dial.findall(tag)) > MOST_AT_ONCE:
            yield f"more than {MOST_AT_ONCE} {tag} elements"


def _number(number: ET.Element) -> Iterator[str]:
    if complaint := E164(_content(number)):
        yield f"the number {complaint}"


def _sip(sip: ET.Element) -> Iterator[str]:
    address = _content(sip)
    if not address.startswith(("sip:", "sips:")) or len(address) >= 255:
        yield "the address must start with sip: and be shorter than 255 characters"


def _client(client: ET.Element) -> Iterator[str]:
    name = client.findtext("Identity") or _content(client)
    if not 1 <= len(name) <= 256:
        yield "an identity of 1 to 256 characters must be named"


def _record(record: ET.Element) -> Iterator[str]:
    transcribed = record.get("transcribe") == "true"
    if "action" not in record.attrib:
        yield "action is missing: the same document would come again"
    if "transcribeCallback" in record.attrib and not transcribed:
        yield 'transcribeCallback needs transcribe="true"'
    if transcribed and whole(3, 120)(record.get("maxLength", "120")):
        yield "a recording is transcribed only from 2 to 120 s: maxLength must be 3 to 120"


def _redirect(redirect: ET.Element) -> Iterator[str]:
    yield from (f"the URL {complaint}" for complaint in complaints_of_webhook(_content(redirect)))
    if redirect.get("method") != "POST":
        yield 'method="POST" is missing'


def _enqueue(enqueue: ET.Element) -> Iterator[str]:
    name = _content(enqueue)
    if bool(name) == ("workflowSid" in enqueue.attrib) or len(name) > 64:
        yield "a queue of at most 64 characters must be named, or a workflow"


def _content(element: ET.Element) -> str:
    return (element.text or "").strip()


VERBS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Gather": (_gather, _gather_input, _gather_audio),
    "Say": (_say,),
    "Play": (_play,),
    "Dial": (_dial,),
    "Number": (_number,),
    "Sip": (_sip,),
    "Client": (_client,),
    "Record": (_record,),
    "Redirect": (_redirect,),
    "Enqueue": (_enqueue,),
}
