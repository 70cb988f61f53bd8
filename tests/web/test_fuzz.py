"""Ten thousand signed webhooks that nobody would send, five thousand that nobody signed, and every cut."""

import os
import random
from collections.abc import Iterator

from ivr.app import RehearsalLine
from ivr.carrier.signature import sign
from ivr.dialogue.place import STAGES
from ivr.mask import Secret
from tests.carrier.cut_points import cut_points
from tests.twiml_lint import lint
from tests.web.service import CALL, LEG, RECORDING, fresh_line, is_untouched, place, post, usual

COUNT = int(os.environ.get("FUZZ", "10000"))
FORGERIES = 5000
_ODD = [
    "",
    " ",
    "0",
    "1",
    "9",
    "*",
    "#",
    "12",
    "\uff11",
    "A",
    "\x00",
    "\x0b",
    "﷽",
    "\u202e",
    "<x>&",
    "9" * 400,
    "+1",
    "NaN",
]
_NAMES = [
    "Digits",
    "SpeechResult",
    "Confidence",
    "From",
    "To",
    "CallStatus",
    "DialCallStatus",
    "DialBridged",
    "DialCallSid",
    "DialCallDuration",
    "RecordingSid",
    "RecordingUrl",
    "RecordingDuration",
    "StirVerstat",
    "ErrorUrl",
    "ParentCallSid",
    "CallToken",
    "Zzz",
    "TranscriptionText",
    "TranscriptionStatus",
]  # fmt: skip -- a list reads better in rows
_VALUES = [
    *_ODD,
    "completed",
    "busy",
    "no-answer",
    "failed",
    "canceled",
    "true",
    "false",
    LEG,
    RECORDING,
    CALL,
    "anonymous",
    "+14155550123",
    "TN-Validation-Passed-A",
    "http://127.0.0.1:5000/voice/turn/x",
]  # fmt: skip -- as above


def _paths(line: RehearsalLine, dice: random.Random) -> Iterator[str]:
    nodes = [*line.tree.nodes, "nowhere"]
    stages = sorted(STAGES)
    while True:
        rest = dice.choice(
            ["-.-.-.0", "main.support.0.0", "main~no-boot.tam.1.0", "-.customer-service.7.1", "-.nobody.0.0"]
        )
        counters = f"{dice.randrange(4)}{dice.randrange(4)}"
        where = place(
            line, dice.choice(nodes), counters=counters, rest=rest, turn=f"{dice.randrange(100):02}"
        )
        stage = dice.choice(stages)
        yield dice.choice(
            [
                "/voice",
                "/voice/fallback",
                "/voice/transcribed",
                "/voice/status",
                f"/voice/{stage}/{where}",
                f"/voice/{stage}/{where}",
                f"/voice/{stage}/{where}",
                f"/voice/{stage}/{where}x",
                f"/voice/zzz/{where}",
            ]
        )  # fmt: skip -- as above


def _fields(line: RehearsalLine, dice: random.Random) -> list[tuple[str, str]]:
    fields = list(usual(line).items())
    for _ in range(dice.randrange(6)):
        fields.append((dice.choice(_NAMES), dice.choice(_VALUES)))  # noqa: PERF401 -- the dice are thrown in order
    if dice.random() < 0.1:
        fields = [(name, value) for name, value in fields if name != "CallSid"]
    return fields


def test_whatever_is_signed_gets_a_document_that_can_be_played() -> None:
    line = fresh_line()
    dice = random.Random(20261124)  # noqa: S311 -- the same cases in every run
    paths = _paths(line, dice)
    seen: dict[bytes, list[str]] = {}

    for _ in range(COUNT):
        path = next(paths)
        reply = post(line, path, _fields(line, dice))
        body = reply.get_data()
        whisper = path.startswith(("/voice/whisper/", "/voice/accept/"))
        if body not in seen:
            seen[body] = (
                []
                if body.endswith((b"<Response/>", b"<Response></Response>"))
                else lint(body, whisper=whisper)
            )
        assert (reply.status_code, seen[body]) == (200, []), (path, body)
        assert b"something went wrong" not in body, path


def _spoiled(
    line: RehearsalLine, way: int, path: str, fields: list[tuple[str, str]], signature: str
) -> tuple[str, list[tuple[str, str]], str]:
    """Change what was signed, one thing at a time, or sign it with another key."""
    match way:
        case 0:
            return path, [*fields, ("Extra", "1")], signature
        case 1:
            return path, fields[1:], signature
        case 2:
            return f"{path}?x=0", fields, signature
        case 3:
            return path, fields, signature[::-1]
        case _:
            return path, fields, sign(Secret("another key"), line.public_url + path, fields)


def test_what_is_forged_is_refused_and_leaves_nothing() -> None:
    line = fresh_line()
    dice = random.Random(7)  # noqa: S311 -- as above
    paths = _paths(line, dice)

    for _ in range(FORGERIES):
        path, fields = next(paths), _fields(line, dice)
        signature = sign(line.token, line.public_url + path, fields)
        target, sent, claimed = _spoiled(line, dice.randrange(5), path, fields, signature)
        reply = post(line, target, sent, headers={"X-Twilio-Signature": claimed})
        assert (reply.status_code, reply.get_data()) == (403, b""), target

    assert is_untouched(line)


def test_a_signature_that_is_cut_elsewhere_moves_nothing() -> None:
    line = fresh_line()
    dice = random.Random(3)  # noqa: S311 -- as above
    paths = _paths(line, dice)

    for number in range(1000):
        path = next(paths)
        fields = [
            ("AccountSid", line.account_sid),
            ("CallSid", CALL),
            ("Digits", dice.choice("123456789*#0")),
        ]
        signature = sign(line.token, line.public_url + path, fields)
        variants = list(cut_points(line.public_url + path, fields))
        for url, pairs in dice.sample(variants, min(len(variants), 12 if number else len(variants))):
            target = url.removeprefix(line.public_url)
            if target == path:  # the same turn of the same call, at most without its key
                continue
            reply = post(line, target, pairs, headers={"X-Twilio-Signature": signature})
            assert reply.status_code in (200, 403, 404), (target, pairs)
            assert reply.status_code != 200 or is_untouched(line), (target, pairs)
