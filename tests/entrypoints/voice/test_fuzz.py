"""Thousands of signed webhooks that nobody would send, of those that nobody signed, and every cut."""

import random
from collections.abc import Iterator

import pytest

from ivr.adapters.twilio.request_signature import sign
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.dialogue.place import STAGES
from ivr.domain.redaction import Secret
from tests.adapters.twilio.cut_points import cut_points
from tests.entrypoints.voice.service import CALL, LEG, RECORDING, fresh_line, is_untouched, place, post, usual
from tests.sizes import fuzzed
from tests.twiml_lint import lint

COUNT = 3_000
COUNT_IN_FULL = 10_000
FORGERIES = 5000
REQUESTS_CUT = 10
"""Of these the suite tries every cut; of a thousand, `make fuzz`."""
_SEEDS_IN_FULL = range(1, 1 + fuzzed(10))
_IN_FULL = [pytest.param(seed, marks=pytest.mark.fuzz) for seed in _SEEDS_IN_FULL]
"""Ten other throws of the dice, which together are the numbers that were promised."""
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


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        (20261124, COUNT),
        *(pytest.param(seed, COUNT_IN_FULL, marks=pytest.mark.fuzz) for seed in _SEEDS_IN_FULL),
    ],
)
def test_whatever_is_signed_gets_a_document_that_can_be_played(seed: int, count: int) -> None:
    line = fresh_line()
    dice = random.Random(seed)  # noqa: S311 -- the same cases in every run
    paths = _paths(line, dice)
    seen: dict[bytes, list[str]] = {}

    for _ in range(count):
        path = next(paths)
        reply = post(line, path, _fields(line, dice))
        body = reply.get_data()
        whisper = path.startswith(("/voice/whisper/", "/voice/whisper_again/", "/voice/accept/"))
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


def _cut_everywhere(count: int, seed: int) -> None:
    """Send every cut of *count* signed requests: what is answered at another address must leave nothing.

    At the same address of the same call a cut can at most take the key away.
    """
    elsewhere, same_place = fresh_line(), fresh_line()
    dice = random.Random(seed)  # noqa: S311 -- as above
    paths = _paths(elsewhere, dice)

    for path in (next(paths) for _ in range(count)):
        key = dice.choice("123456789*#0")
        fields = [("AccountSid", elsewhere.account_sid), ("CallSid", CALL), ("Digits", key)]
        url = elsewhere.public_url + path
        headers = {"X-Twilio-Signature": sign(elsewhere.token, url, fields)}
        for other_url, pairs in cut_points(url, fields):
            target = other_url.removeprefix(elsewhere.public_url)
            line = same_place if target == path else elsewhere
            reply = post(line, target, pairs, headers=headers)
            assert reply.status_code in (200, 403, 404), (target, pairs)
            assert line is same_place or reply.status_code != 200 or is_untouched(line), (target, pairs)
        assert {row.key.call for row in same_place.store.rows.values()} <= {CALL}
        assert {row.heard for row in same_place.store.rows.values()} <= {"", key}
        same_place.store.rows.clear()


def test_a_signature_that_is_cut_elsewhere_moves_nothing() -> None:
    _cut_everywhere(REQUESTS_CUT, seed=3)


@pytest.mark.parametrize("seed", _IN_FULL)
def test_every_cut_of_a_thousand_signatures_moves_nothing(seed: int) -> None:
    _cut_everywhere(100, seed=seed)
