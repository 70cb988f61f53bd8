"""Whether time tells who has an account: calls with a number on file and calls with none, in turns."""

import os
import statistics
import time
from datetime import UTC, datetime

from bench.row import print_row
from ivr.adapters.logging import log_to_stderr
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.simulator.carrier.signed_requests import Wire, sid
from ivr.simulator.handset import CALLED

MOST_MS = 2.0
_PAIRS = 200
_FULL_PAIRS = 2_000
_KNOWN, _UNKNOWN = "204117", "999111"
_WRONG = "000000"
_CALLER = "+14155550199"
_AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def measure() -> None:
    """Print the median of the differences; FULL=1 in the environment asks for ten times as many pairs."""
    log_to_stderr("error")
    pairs = _FULL_PAIRS if os.environ.get("FULL") == "1" else _PAIRS
    line = line_for_tests(menus="menus", prompts="prompts", at=_AT)
    asked_at = _led_to(line, "", "1", "1", "2")
    took: dict[str, list[float]] = {_KNOWN: [], _UNKNOWN: []}
    for pair in range(pairs):
        # Each goes first as often as the other, so that a slow moment of the machine is nobody's.
        order = (_KNOWN, _UNKNOWN) if pair % 2 else (_UNKNOWN, _KNOWN)
        for number in order:
            took[number].append(_call_ms(line, asked_at, number, pair))
    apart = [known - unknown for known, unknown in zip(took[_KNOWN], took[_UNKNOWN], strict=True)]
    usual = statistics.median(took[_KNOWN])
    what = f"ms between calls with an account and without, {pairs} pairs of {usual:.0f} ms"
    # Of the pairs' own differences: what slows the machine down meanwhile slows both of a pair down.
    print_row(what, abs(statistics.median(apart)), MOST_MS)


def _led_to(line: RehearsalLine, *keys: str) -> str:
    """Go there by keys, and give the address that waits for the next."""
    wire, url, call = (
        Wire(line=line, caller=_CALLER, called=CALLED),
        f"{line.public_url}/voice",
        sid("CA", "way"),
    )
    for key in keys:
        gather = wire.post(url, call, {"Digits": key} if key else {"CallStatus": "ringing"}).find("Gather")
        assert gather is not None
        url = gather.get("action", url)
    return url


def _call_ms(line: RehearsalLine, url: str, number: str, pair: int) -> float:
    """Time one call's turns from the account to the third wrong code; what is sent is sent in between."""
    line.forget_callers()
    wire, call = Wire(line=line, caller=_CALLER, called=CALLED), sid("CA", number, pair)
    took_s = 0.0
    for entry in (number, _WRONG, _WRONG, _WRONG):
        line.settle()
        began = time.perf_counter()
        gather = wire.post(url, call, {"Digits": entry}).find("Gather")
        took_s += time.perf_counter() - began
        url = url if gather is None else gather.get("action", url)
    return took_s * 1000
