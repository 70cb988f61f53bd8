import random
import re
from typing import Final
from urllib.parse import urlsplit

from ivr.adapters.twilio.request_signature import sign
from tests.adapters.twilio.cut_points import cut_points
from tests.adapters.twilio.signed import ACCOUNT, FIELDS, ORIGIN, PLACE, TOKEN, verdict

# The paths that the web answers; a place is eight fields, the last one two digits.
ROUTE: Final = re.compile(
    r"/voice|/voice/(?:status|fallback)"
    r"|/voice/[a-z]+/[0-9a-f]{12}\.[a-z]{2}\.\d\d\.[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+\.\d\.\d\d"
)


def place(draw: random.Random) -> str:
    version = f"{draw.randrange(16**12):012x}"
    node = draw.choice(["main", "a", "recovery-9", "tam"])
    silences, back, turn = draw.randrange(100), draw.choice(["-", "a0", "z"]), draw.randrange(41)
    return f"/voice/{draw.choice(['turn', 'dial'])}/{version}.en.{silences:02d}.{node}.-.{back}.0.{turn:02d}"


def test_no_cut_of_1000_signed_requests_says_anything_else() -> None:
    """A piece moved over a boundary is refused, or the path is none of ours, so the main menu answers."""
    draw = random.Random(1000)  # noqa: S311 -- a seed makes a failure come again
    cuts = refused = 0
    for _ in range(1_000):
        path = draw.choice([place(draw), "/voice", "/voice/status", "/voice/fallback"])
        digits = draw.choice(["", "1", "0412#"])
        pairs = (
            ("AccountSid", ACCOUNT),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", "CA45"),
            ("Digits", digits),
        )
        signature = sign(TOKEN, ORIGIN + path, pairs)
        for url, moved in cut_points(ORIGIN + path, pairs):
            cuts += 1
            cut_path = url.removeprefix(ORIGIN)
            if verdict(cut_path, moved, signature) == "refused":
                refused += 1
                continue

            assert [value for name, value in moved if name == "AccountSid"] == [ACCOUNT]
            assert cut_path == path or not ROUTE.fullmatch(urlsplit(cut_path).path)

    assert 0 < refused < cuts
    assert cuts > 100_000


def test_every_cut_carries_the_signature_of_the_whole() -> None:
    signature = sign(TOKEN, ORIGIN + PLACE, FIELDS)

    cuts = list(cut_points(ORIGIN + PLACE, FIELDS))

    assert all(sign(TOKEN, url, pairs) == signature for url, pairs in cuts)
    assert (ORIGIN + PLACE[:-2], (("07", ""), *FIELDS)) in cuts
    assert (ORIGIN + "/voice", (("", PLACE.removeprefix("/voice")), *FIELDS)) in cuts
