"""What an attribute of TwiML may say. The vendor's builder writes any value, so these are our reading.

Source: https://www.twilio.com/docs/voice/twiml and its pages for each verb, read November 2026; SSML
values are those of the W3C's SSML 1.1.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

Check = Callable[[str], str | None]
"""Takes a value, gives what is wrong with it, or None."""


def whole(low: int, high: int | None = None) -> Check:
    def check(value: str) -> str | None:
        if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) and (high is None or int(value) <= high):
            return None
        return f"must be a whole number from {low}" + ("" if high is None else f" to {high}")

    return check


def one_of(*choices: str) -> Check:
    return lambda value: None if value in choices else f"must be one of: {', '.join(choices)}"


def each_of(*choices: str) -> Check:
    def check(value: str) -> str | None:
        words = value.split(" ")
        fits = set(words) <= set(choices) and len(set(words)) == len(words)
        return None if fits else f"must hold, each once, some of: {', '.join(choices)}"

    return check


def like(pattern: str, words: str) -> Check:
    return lambda value: None if re.fullmatch(pattern, value) else f"must be {words}"


def either(first: Check, second: Check) -> Check:
    def check(value: str) -> str | None:
        wrong, also_wrong = first(value), second(value)
        return f"{wrong}, or {also_wrong}" if wrong and also_wrong else None

    return check


def hints(value: str) -> str | None:
    entries = value.split(",")
    fits = len(entries) <= 500 and all(entry.strip() and len(entry.strip()) <= 100 for entry in entries)
    return None if fits else "must be at most 500 phrases between commas, each of 1 to 100 characters"


FLAG: Final = one_of("true", "false")
E164: Final = like(r"\+[1-9][0-9]{6,14}", "a number in E.164, such as +14155550123")
LANGUAGE: Final = like(r"[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Z]{2}|-[0-9]{3})?", "a language tag, such as en-US")
TONES: Final = like(r"[0-9*#wW]+", "keys and the pauses w and W")
TRIM: Final = one_of("trim-silence", "do-not-trim")
POST: Final = one_of("POST")
BASIC_VOICES: Final = ("man", "woman")
VOICE: Final = either(
    one_of(*BASIC_VOICES),
    like(
        r"Polly\.[^\W\d_]+(-Neural|-Generative)?"
        r"|Google\.[a-z]{2,3}-[A-Z]{2}-((Standard|Wavenet|Neural2)-[A-Z]|Chirp3-HD-[A-Z][a-z]+)",
        "a voice of Polly or Google by its full name",
    ),
)
_MACHINE: Final[Mapping[str, Check]] = {
    "machineDetection": one_of("Enable", "DetectMessageEnd"),
    "machineDetectionTimeout": whole(3, 60),
    "machineDetectionSpeechThreshold": whole(1000, 6000),
    "machineDetectionSpeechEndThreshold": whole(500, 5000),
    "machineDetectionSilenceTimeout": whole(2000, 10_000),
    "statusCallbackEvent": each_of("initiated", "ringing", "answered", "completed"),
}
_RECORDING_EVENTS: Final = each_of("in-progress", "completed", "absent")
_MODELS: Final = (
    *("default", "numbers_and_commands", "phone_call"),
    *("experimental_conversations", "experimental_utterances"),
    *("googlev2_long", "googlev2_short", "googlev2_telephony", "googlev2_telephony_short"),
    *("deepgram_nova-2", "deepgram_nova-3"),
)

LIMITS: Final[Mapping[str, Mapping[str, Check]]] = {
    "Gather": {
        "input": one_of("dtmf", "speech", "dtmf speech"),
        "numDigits": whole(1),
        "finishOnKey": like(r"[0-9*#]?", "one key, or empty"),
        "timeout": whole(1),
        "speechTimeout": either(whole(1), one_of("auto")),
        "maxSpeechTime": whole(1, 60),
        "speechModel": one_of(*_MODELS),
        "hints": hints,
        "language": LANGUAGE,
        **dict.fromkeys(("actionOnEmptyResult", "profanityFilter", "enhanced", "bargeIn", "debug"), FLAG),
    },
    "Say": {"voice": VOICE, "language": LANGUAGE, "loop": whole(0, 1000)},
    "Play": {"loop": whole(0, 1000), "digits": TONES},
    "Pause": {"length": whole(1)},
    "Dial": {
        "timeout": whole(5, 600),
        "timeLimit": whole(1, 14_400),
        "callerId": E164,
        "record": one_of(
            *("do-not-record", "record-from-answer", "record-from-answer-dual"),
            *("record-from-ringing", "record-from-ringing-dual"),
        ),
        "trim": TRIM,
        "recordingStatusCallbackEvent": _RECORDING_EVENTS,
        **dict.fromkeys(("answerOnBridge", "hangupOnStar", "sequential"), FLAG),
    },
    "Number": {"sendDigits": TONES, **_MACHINE},
    "Sip": _MACHINE,
    "Client": {"statusCallbackEvent": _MACHINE["statusCallbackEvent"]},
    "Record": {
        "timeout": whole(0),
        "maxLength": whole(1, 14_400),
        "finishOnKey": like(r"(?!.*(.).*\1)[0-9*#]*", "keys, each once"),
        "trim": TRIM,
        "recordingStatusCallbackEvent": _RECORDING_EVENTS,
        **dict.fromkeys(("playBeep", "transcribe"), FLAG),
    },
    "break": {
        "strength": one_of("none", "x-weak", "weak", "medium", "strong", "x-strong"),
        "time": like(r"[0-9]+(\.[0-9]+)?m?s", "seconds or milliseconds, such as 700ms"),
    },
    "emphasis": {"level": one_of("strong", "moderate", "none", "reduced")},
    "lang": {"xml:lang": LANGUAGE},
}

# Without these the tag says nothing, and a voice may fail over it.
REQUIRED: Final[Mapping[str, str]] = {
    "say-as": "interpret-as",
    "phoneme": "ph",
    "sub": "alias",
    "lang": "xml:lang",
}
