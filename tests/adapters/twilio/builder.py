"""The same documents by the vendor's own builder: the oracle that our writer is held against."""

import unicodedata
from collections.abc import Iterable

from twilio.twiml.voice_response import Gather as GatherVerb
from twilio.twiml.voice_response import Say as SayVerb
from twilio.twiml.voice_response import VoiceResponse

from ivr.domain.dialogue.actions import Action, Dial, Gather, HangUp, Record, Say
from ivr.domain.dialogue.place import Place
from ivr.domain.prompts.speech import Digits, Part, Silence, Slow, Utterance, Words, spelled
from tests.adapters.twilio.strategies import CALLER_ID, NUMBERS, URLS, VOICES


def built(actions: Iterable[Action], *, turn: int) -> str:
    response = VoiceResponse()
    for action in actions:
        match action:
            case Say(utterances=utterances):
                _speak(response, utterances)
            case Gather():
                _gather(response, action, turn)
            case Dial():
                _dial(response, action, turn)
            case Record():
                _record(response, action, turn)
            case HangUp():
                response.hangup()
    return str(response)


def sayable(text: str) -> str:
    controls = {"Cc", "Cs"}
    kept = (
        character
        for character in text
        if character in "\t\n\r"
        or (unicodedata.category(character) not in controls and character not in "\ufffe\uffff")
    )
    return " ".join("".join(kept).split())


def _url(place: Place, turn: int) -> str:
    return URLS.of(place, turn=f"{turn:02}")


def _gather(response: VoiceResponse, gather: Gather, turn: int) -> None:
    hints = [hint for text in gather.hints if (hint := sayable(text.replace(",", " ")))]
    verb = response.gather(
        input="dtmf speech" if hints else "dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=gather.timeout_s,
        action_on_empty_result=True,
        action=_url(gather.place, turn),
        method="POST",
        speech_timeout="auto" if hints else None,
        language=VOICES[gather.place.language].locale if hints else None,
        hints=",".join(hints) if hints else None,
    )
    _speak(verb, gather.utterances)


def _dial(response: VoiceResponse, dial: Dial, turn: int) -> None:
    verb = response.dial(
        answer_on_bridge=True,
        caller_id=CALLER_ID,
        timeout=dial.ring_s,
        time_limit=7200,
        action=_url(dial.ended, turn),
        method="POST",
    )
    for person in dial.people:
        verb.number(NUMBERS[dial.line][person], url=_url(dial.whisper, turn), method="POST")


def _record(response: VoiceResponse, record: Record, turn: int) -> None:
    is_us_english = VOICES[record.place.language].locale == "en-US"
    transcribed = record.transcribe and is_us_english and 2 < record.longest_s <= 120
    response.record(
        max_length=record.longest_s,
        timeout=5,
        play_beep=True,
        finish_on_key="#",
        action=_url(record.place, turn),
        method="POST",
        transcribe=True if transcribed else None,
        transcribe_callback=URLS.transcribed() if transcribed else None,
    )
    response.redirect(_url(record.place, turn), method="POST")


def _speak(verb: VoiceResponse | GatherVerb, utterances: Iterable[Utterance]) -> None:
    for utterance in utterances:
        voice = VOICES[utterance.language]
        if not any(character.isalnum() for part in utterance.parts for character in _text(part)):
            continue
        say = verb.say(voice=voice.name, language=voice.locale)
        marked = voice.name not in {"man", "woman"}
        _fill(say, [part for part in utterance.parts if not _is_lost(part, marked=marked)], marked=marked)


def _fill(say: SayVerb, parts: list[Part], *, marked: bool) -> None:
    # The builder forgets a text that another text follows, so neighbours are joined first.
    pending = ""
    for position, part in enumerate(parts):
        pending += " " if position else ""
        if not marked or isinstance(part, Words | Digits):
            pending += _text(part)
            continue
        if pending:
            say.append(pending)
        pending = ""
        if isinstance(part, Silence):
            say.break_(time=f"{min(part.ms, 10_000)}ms")
        else:
            say.prosody(_text(part), rate="80%")
    if pending:
        say.append(pending)


def _text(part: Part) -> str:
    match part:
        case Words(text=text) | Slow(text=text):
            return sayable(text)
        case Digits(text=text):
            return sayable(spelled(text))
        case Silence():
            return ""


def _is_lost(part: Part, *, marked: bool) -> bool:
    if isinstance(part, Silence):
        return not marked or part.ms <= 0
    return not _text(part)
